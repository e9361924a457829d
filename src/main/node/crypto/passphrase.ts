/**
 * How good a passphrase of a team is (rule TEAM-5). An attacker can check guesses against one
 * recorded datagram. So the user gets a warning of a short or common one, and a random suggestion.
 * Nothing here can prove that a passphrase is good.
 */
import { randomBytes } from 'node:crypto';
import { encodeBase32 } from './base32.ts';
import { normalizePassphrase } from './team-key.ts';

/** Random letters of this number are beyond guessing, and so are four words or more. */
const minGoodCharacters = 16;
/** Fewer different letters and digits than this are a pattern, such as `abcabcabcabcabcabc`. */
const minDifferentCharacters = 6;
/** 80 bits: with scrypt, some billions of years on a million computers. */
const randomPassphraseBytes = 10;
const groupCharacters = 4;

/** Guessing programs try these first: alone, repeated, or with a few characters around. */
const common =
  /correcthorsebatterystaple|password|passwort|passphrase|letmein|welcome|hallway|qwerty|qwertz|asdfgh|zxcvbn|iloveyou|monkey|dragon|admin|secret|teamkey|0123456789|123456789|12345678|1234567|123456|12345|1234|abcdefghijklmnopqrstuvwxyz|abcdef|abc/g;

/** @returns whether it is short or common, so that it should be replaced */
export function isGuessable(passphrase: string): boolean {
  const normalized = normalizePassphrase(passphrase);
  if (Array.from(normalized).length < minGoodCharacters) return true;
  const letters = normalized.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const rest = letters.replace(common, '');
  return Array.from(rest).length < minGoodCharacters / 2 || new Set(letters).size < minDifferentCharacters;
}

/** @returns one that nobody guesses, in groups that can be read out, such as `k3mf-w7qa-…` */
export function suggestPassphrase(): string {
  const text = encodeBase32(randomBytes(randomPassphraseBytes));
  return (text.match(new RegExp(`.{1,${groupCharacters}}`, 'g')) ?? []).join('-');
}
