/** Formats a contact in short: initials, colour, code and time. Pure. */
import type { PeerId } from '../lib/ids.ts';
import { createLocalFormat, type LocalFormat } from './local-format.ts';
import { commonMessages } from './messages/common.ts';
import { createSay } from './messages/say.ts';

const say = createSay(commonMessages);

/** The number of avatar colours in avatar.module.css. */
const tintCount = 10;
/**
 * An online peer is heard every few seconds; below this, a list would flicker between "now" and
 * seconds.
 */
const nowBelowMs = 10_000;
const dayMs = 86_400_000;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const clockTime = createLocalFormat({ timeStyle: 'short' });
const dayAndTime = createLocalFormat({ dateStyle: 'medium', timeStyle: 'short' });
const moment = createLocalFormat({ dateStyle: 'medium', timeStyle: 'medium' });
const date = createLocalFormat({ dateStyle: 'medium' });

/** Longer than any name from the core, so that a fault cannot fill the page. */
const maxShownName = 120;

/** A name to show. An invisible one gets a placeholder, which the user can click. */
export function readableName(name: string): string {
  if (!/[^\s\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/u.test(name)) return say('name.empty');
  return name.length > maxShownName ? `${name.slice(0, maxShownName).toWellFormed()}…` : name;
}

/**
 * The first letters of the first and the last word: "Ana Maria Silva" is AS. A name without letters
 * gives its first character.
 */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? name.trim()];
  return chosen
    .map((word) => firstGrapheme(word ?? ''))
    .join('')
    .toLocaleUpperCase();
}

/** Below it, each character stands alone: no mark joins it to its neighbour. */
const firstMark = 0x300;

function firstGrapheme(text: string): string {
  const letters = /[\p{L}\p{N}].*/su.exec(text)?.[0] ?? text;
  // A list draws hundreds of initials a second, and almost all are plain letters.
  if (letters.charCodeAt(0) < firstMark && !(letters.charCodeAt(1) >= firstMark)) return letters.charAt(0);
  for (const { segment } of graphemes.segment(letters)) return segment;
  return '?';
}

/**
 * A number below `tintCount` that is constant per peer ID. The ID is a hash, so two of its
 * characters are enough.
 */
export function tintOf(peerId: PeerId): number {
  return (peerId.charCodeAt(0) * 31 + peerId.charCodeAt(1)) % tintCount;
}

/**
 * Characters of a code that tells namesakes apart: 80 bits. A key whose code agrees with a given
 * one costs 2^80 tries.
 */
const codeLength = 16;
/** The code is read in groups of so many characters. */
const groupLength = 4;

/**
 * The start of a peer ID that tells it from others (rule TRUST-13): 16 characters, or as many more
 * as they need to differ. It proves nothing; the safety number does.
 */
export function codeOf(peerId: PeerId, others: readonly PeerId[] = []): string {
  const differs = (length: number): boolean =>
    others.every((other) => other === peerId || other.slice(0, length) !== peerId.slice(0, length));
  let length = codeLength;
  while (length < peerId.length && !differs(length)) length += groupLength;
  return peerId.slice(0, length);
}

/** The code as people read it: in groups. */
export function readableCodeOf(peerId: PeerId, others: readonly PeerId[] = []): string {
  return codeOf(peerId, others).replace(new RegExp(`.{${groupLength}}(?=.)`, 'gu'), '$& ');
}

/** The start of a peer ID for a person without a name. Not for telling namesakes apart. */
export function shortCodeOf(peerId: PeerId): string {
  return `${peerId.slice(0, 4)} ${peerId.slice(4, 8)}`;
}

/**
 * "now", "12 s ago", "3 min ago", … A time in the future, after the clock was set back, is "now".
 */
export function agoOf(thenMs: number, nowMs: number): string {
  const passedMs = nowMs - thenMs;
  if (passedMs < nowBelowMs) return say('ago.now');
  if (passedMs < 7 * dayMs) return say('ago.past', { passedMs });
  return dateOf(thenMs, date);
}

/** The time of day, with the date if it was another day. */
export function clockTimeOf(timeMs: number, nowMs: number): string {
  const isToday = dateOf(timeMs, date) === dateOf(nowMs, date);
  return dateOf(timeMs, isToday ? clockTime : dayAndTime);
}

/** The exact date and time. */
export function momentOf(timeMs: number): string {
  return dateOf(timeMs, moment);
}

// The core may send any number; a date has limits.
function dateOf(timeMs: number, format: LocalFormat): string {
  return Math.abs(timeMs) <= 8.64e15 ? format.format(timeMs) : say('time.unknown');
}
