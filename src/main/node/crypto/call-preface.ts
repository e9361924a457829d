/**
 * The bytes that a caller with a team key sends before TLS (rule TLS-14): a proof that it holds the
 * key, made for this receiver and its port. Without it a listener stays silent, so that outsiders
 * learn no peer ID, and make us compute nothing. It names no time, because clocks may be wrong.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { concatBytes, startsWith } from '../../core/lib/bytes.ts';
import { createLruMap } from '../../core/lib/lru-map.ts';
import type { TeamKey } from './team-key.ts';

const magic = Uint8Array.of(0x48, 0x41, 0x4c, 0x43); // "HALC"
const nonceBytes = 16;
const proofBytes = 32;
export const prefaceBytes = magic.length + nonceBytes + proofBytes;
/**
 * Nonces that a process remembers, 3 MB of them: some 5 h in a team of 200 that all talk. A preface
 * for an earlier process names its port, which another process hardly ever gets.
 */
const defaultMaxNonces = 32_768;

export interface CallPrefaces {
  /** @param port where the receiver listens */
  create(receiver: PeerId, port: number): Uint8Array;
  /**
   * Whether a preface is from our team, for us, and new. It counts as used from then on.
   *
   * @param port where it arrived
   */
  accept(preface: Uint8Array, port: number): boolean;
}

type PrefaceKey = Pick<TeamKey, 'prefaces'>;

/** For tests. */
interface PrefaceOptions {
  readonly drawNonce?: () => Uint8Array;
  readonly maxNonces?: number;
}

/**
 * @param keys the first proves, all are accepted. To replace a key, accept the new one everywhere
 *   first
 */
export function createCallPrefaces(
  keys: readonly [PrefaceKey, ...PrefaceKey[]],
  ownPeerId: PeerId,
  { drawNonce = () => randomBytes(nonceBytes), maxNonces = defaultMaxNonces }: PrefaceOptions = {},
): CallPrefaces {
  const used = createLruMap<string, true>(maxNonces);

  return {
    create(receiver, port) {
      const nonce = drawNonce();
      return concatBytes([magic, nonce, proofOf(keys[0], nonce, receiver, port)]);
    },
    accept(preface, port) {
      if (preface.length !== prefaceBytes || !startsWith(preface, magic)) return false;
      const nonce = preface.subarray(magic.length, magic.length + nonceBytes);
      const proof = preface.subarray(magic.length + nonceBytes);
      // Compares all, so that the time does not reveal the key.
      const matches = keys.map((key) => timingSafeEqual(proofOf(key, nonce, ownPeerId, port), proof));
      const name = Buffer.from(nonce).toString('base64');
      if (!matches.includes(true) || used.has(name)) return false;
      used.set(name, true);
      return true;
    },
  };
}

function proofOf({ prefaces }: PrefaceKey, nonce: Uint8Array, receiver: PeerId, port: number): Uint8Array {
  return createHmac('sha256', prefaces)
    .update(nonce)
    .update(Uint8Array.of(port >> 8, port & 255))
    .update(receiver)
    .digest();
}
