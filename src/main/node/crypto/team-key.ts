/**
 * The team key: an optional passphrase that closes a network to all who do not know it (rules TEAM-1 to TEAM-4). Stretched once by scrypt,
 * it encrypts every datagram, so that those with another key, or none, neither understand nor are understood. Where the passphrase
 * comes from (storage/team-key-file.ts), and proving it in sessions, is left to others.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from 'node:crypto';
import { concatBytes, startsWith } from '../../core/lib/bytes.ts';
import type { Envelope } from '../../core/ports.ts';

/** A guess costs 64 MiB and about 0.1 s. One salt for all: nodes that never met must come to the same key. */
const scryptCost = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 2 ** 20 } as const;
const salt = 'hallway team key, version 1';
const keyBytes = 32;
/** Sealed datagrams begin otherwise than open ones, so that each kind is refused by the other at a glance. */
const magic = Uint8Array.of(0x48, 0x41, 0x4c, 0x4b); // "HALK"
/**
 * The nonce of AES-GCM must never come twice under a key, which a whole team shares for years: twelve random bytes would allow 2^32 datagrams
 * (NIST SP 800-38D §8.3), half a year of 200 nodes. So each process draws a prefix and counts (§8.2.1): millions of starts, each of 2^32.
 */
const prefixBytes = 8;
const counterBytes = 4;
const nonceBytes = prefixBytes + counterBytes;
const tagBytes = 16;
const headerBytes = magic.length + nonceBytes;
const maxCount = 2 ** (8 * counterBytes) - 1;
/** Shorter ones are guessed in no time, whatever the stretching. */
export const minPassphraseCharacters = 8;
/** The current key, and one that is on its way in or out. */
export const maxPassphrases = 2;

/** Where the passphrases come from: the path of a file, or their own text. */
export type TeamKeySource = { readonly file: string } | { readonly text: string };

export interface TeamKey {
  readonly datagrams: Uint8Array;
  /** For the proof over a session. */
  readonly sessions: Uint8Array;
}

/** As it is stretched: in NFKC, so that it can be typed on any keyboard, and without the blanks that copying adds at its ends. */
export function normalizePassphrase(passphrase: string): string {
  return passphrase.normalize('NFKC').trim();
}

/** @param passphrase at least `minPassphraseCharacters`. Takes about 0.1 s, in which nothing else runs */
export function deriveTeamKey(passphrase: string): TeamKey {
  const stretched = scryptSync(normalizePassphrase(passphrase), salt, keyBytes, scryptCost);
  const derive = (use: string): Uint8Array => new Uint8Array(hkdfSync('sha256', stretched, '', use, keyBytes));
  return { datagrams: derive('datagrams'), sessions: derive('sessions') };
}

/** @param keys the first is sent with, all are accepted: so a key is replaced by first accepting the new one everywhere */
export function createTeamEnvelope(keys: readonly [TeamKey, ...TeamKey[]]): Envelope {
  const nextNonce = createNonces();
  return {
    overheadBytes: headerBytes + tagBytes,
    seal(bytes) {
      const nonce = nextNonce();
      const cipher = createCipheriv('aes-256-gcm', keys[0].datagrams, nonce, { authTagLength: tagBytes }).setAAD(magic);
      const sealed = cipher.update(bytes);
      cipher.final();
      return concatBytes([magic, nonce, sealed, cipher.getAuthTag()]);
    },
    open(bytes) {
      if (bytes.length < headerBytes + tagBytes || !startsWith(bytes, magic)) return undefined;
      for (const key of keys) {
        const opened = openWith(key, bytes);
        if (opened) return opened;
      }
      return undefined;
    },
  };
}

/** Nonces of this process: none comes twice. */
export function createNonces(firstCount = 0): () => Uint8Array {
  let prefix = randomBytes(prefixBytes);
  let count = firstCount;
  return () => {
    const nonce = new Uint8Array(nonceBytes);
    nonce.set(prefix);
    new DataView(nonce.buffer).setUint32(prefixBytes, count);
    count += 1;
    if (count > maxCount) {
      prefix = randomBytes(prefixBytes);
      count = 0;
    }
    return nonce;
  };
}

function openWith({ datagrams }: TeamKey, bytes: Uint8Array): Uint8Array | undefined {
  const end = bytes.length - tagBytes;
  const nonce = bytes.subarray(magic.length, headerBytes);
  const decipher = createDecipheriv('aes-256-gcm', datagrams, nonce, { authTagLength: tagBytes });
  decipher.setAAD(magic).setAuthTag(bytes.subarray(end));
  const opened = decipher.update(bytes.subarray(headerBytes, end));
  try {
    decipher.final();
    return opened;
  } catch {
    return undefined; // another key, or no datagram of ours
  }
}
