/**
 * The team key: an optional passphrase that closes a network to all who do not know it (rules TEAM-1 to TEAM-4). Stretched once by scrypt,
 * it encrypts every datagram, so that those with another key, or none, neither understand nor are understood. Where the passphrase
 * comes from, and proving it in sessions, is left to others.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from 'node:crypto';
import type { Envelope } from '../ports.ts';

/** A guess costs 64 MiB and about 0.1 s. One salt for all: nodes that never met must come to the same key. */
const scryptCost = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 2 ** 20 } as const;
const salt = 'hallway team key, version 1';
const keyBytes = 32;
/** Sealed datagrams begin otherwise than open ones, so that each kind is refused by the other at a glance. */
const magic = Uint8Array.of(0x48, 0x41, 0x4c, 0x4b); // "HALK"
const nonceBytes = 12;
const tagBytes = 16;
/** Shorter ones are guessed in no time, whatever the stretching. */
export const minPassphraseCharacters = 8;
/** The current key, and one that is on its way in or out. */
export const maxPassphrases = 2;

export interface TeamKey {
  readonly datagrams: Buffer;
  /** For the proof over a session. */
  readonly sessions: Buffer;
}

/** @param passphrase at least `minPassphraseCharacters`; compared in NFKC, so that it can be typed on any keyboard. Takes about 0.1 s */
export function deriveTeamKey(passphrase: string): TeamKey {
  const stretched = scryptSync(passphrase.normalize('NFKC'), salt, keyBytes, scryptCost);
  const derive = (use: string): Buffer => Buffer.from(hkdfSync('sha256', stretched, '', use, keyBytes));
  return { datagrams: derive('datagrams'), sessions: derive('sessions') };
}

/** @param keys the first is sent with, all are accepted: so a key is replaced by first accepting the new one everywhere */
export function createTeamEnvelope(keys: readonly [TeamKey, ...TeamKey[]]): Envelope {
  return {
    overheadBytes: magic.length + nonceBytes + tagBytes,
    seal(bytes) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', keys[0].datagrams, nonce).setAAD(magic);
      const sealed = cipher.update(bytes);
      cipher.final();
      return Buffer.concat([magic, nonce, sealed, cipher.getAuthTag()]);
    },
    open(bytes) {
      if (bytes.length < magic.length + nonceBytes + tagBytes || !magic.every((byte, index) => byte === bytes[index]))
        return undefined;
      for (const key of keys) {
        const opened = openWith(key, bytes);
        if (opened) return opened;
      }
      return undefined;
    },
  };
}

function openWith({ datagrams }: TeamKey, bytes: Uint8Array): Uint8Array | undefined {
  const start = magic.length + nonceBytes;
  const end = bytes.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', datagrams, bytes.subarray(magic.length, start), { authTagLength: tagBytes });
  decipher.setAAD(magic).setAuthTag(bytes.subarray(end));
  const opened = decipher.update(bytes.subarray(start, end));
  try {
    decipher.final();
    return opened;
  } catch {
    return undefined; // another key
  }
}
