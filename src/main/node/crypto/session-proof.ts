/**
 * Proof that both ends of a stream hold the team's key (rule SESS-3): an HMAC over what only the two ends of this very stream can export
 * from it, and over who proves. It says nothing about the key to whoever does not hold it, fits no other stream, and cannot be
 * thrown back.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SessionProof } from '../../core/ports.ts';
import type { TeamKey } from './team-key.ts';

/** @param keys the first proves, all are accepted: so a key is replaced by first accepting the new one everywhere */
export function createSessionProof(keys: readonly [Pick<TeamKey, 'sessions'>, ...Pick<TeamKey, 'sessions'>[]]): SessionProof {
  return {
    prove: (exported, proverId) => new Uint8Array(proofOf(keys[0], exported, proverId)),
    isProved(exported, proverId, proof) {
      // All are compared, so that the time does not tell which.
      const matches = keys.map((key) => isEqual(proofOf(key, exported, proverId), proof));
      return matches.includes(true);
    },
  };
}

function proofOf({ sessions }: Pick<TeamKey, 'sessions'>, exported: Uint8Array, proverId: string): Uint8Array {
  return createHmac('sha256', sessions).update(exported).update(proverId).digest();
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
