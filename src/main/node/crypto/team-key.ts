/**
 * The team key: an optional passphrase that closes a network (rules TEAM-1 to TEAM-4). scrypt
 * stretches it once, and it encrypts every datagram. Nodes with another key, or none, do not
 * understand each other. Reading the passphrase is left to storage/profile/team-key-file.ts, the
 * proof in sessions to session-proof.ts, that of callers to call-preface.ts.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from 'node:crypto';
import { concatBytes, startsWith } from '../../core/lib/bytes.ts';
import type { Envelope } from '../../core/ports.ts';

/**
 * A guess costs 64 MiB and about 0.1 s. One salt for all, because nodes that never met must derive
 * the same key.
 */
const scryptCost = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 2 ** 20 } as const;
const salt = 'hallway team key, version 1';
const keyBytes = 32;
/**
 * The first bytes tell a sealed datagram from an open one, so that each kind is refused at once.
 */
const magic = Uint8Array.of(0x48, 0x41, 0x4c, 0x4b); // "HALK"
/**
 * A nonce of AES-GCM must never repeat under a key, which a team shares for years. Twelve random
 * bytes would allow 2^32 datagrams (NIST SP 800-38D §8.3), half a year of 200 nodes. So each
 * process draws a prefix and counts (§8.2.1): millions of starts with 2^32 datagrams each.
 */
const prefixBytes = 8;
const counterBytes = 4;
const nonceBytes = prefixBytes + counterBytes;
const tagBytes = 16;
const headerBytes = magic.length + nonceBytes;
const maxCount = 2 ** (8 * counterBytes) - 1;
/** A shorter one is easy to guess, even when stretched. */
export const minPassphraseCharacters = 8;
/** The current key, and a new or an old one during a change. */
export const maxPassphrases = 2;

/** The source of the passphrases: the path of a file, or their text. */
export type TeamKeySource = { readonly file: string } | { readonly text: string };

export interface TeamKey {
  readonly datagrams: Uint8Array;
  /** For the proof over a session. */
  readonly sessions: Uint8Array;
  /** For what a caller sends before TLS. */
  readonly prefaces: Uint8Array;
}

/**
 * The form that is stretched: in NFKC, the same from any keyboard, and without blanks at its ends.
 */
export function normalizePassphrase(passphrase: string): string {
  return passphrase.normalize('NFKC').trim();
}

/** Blocks the process for about 0.1 s. @param passphrase at least `minPassphraseCharacters` */
export function deriveTeamKey(passphrase: string): TeamKey {
  const stretched = scryptSync(normalizePassphrase(passphrase), salt, keyBytes, scryptCost);
  const derive = (use: string): Uint8Array => new Uint8Array(hkdfSync('sha256', stretched, '', use, keyBytes));
  return { datagrams: derive('datagrams'), sessions: derive('sessions'), prefaces: derive('prefaces') };
}

/** @param keys the first seals, all open. To replace a key, accept the new one everywhere first */
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

/** The nonces of this process. None repeats. */
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
    return undefined; // another key, or not our datagram
  }
}
