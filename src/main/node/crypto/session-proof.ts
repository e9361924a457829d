/**
 * The proof that both ends of a stream hold the team's key (rule SESS-3): an HMAC over bytes that
 * only these two ends can export from the stream, and over the prover's peer ID. It reveals nothing
 * about the key, fits no other stream, and cannot be reflected.
 */
import type { SessionProof } from '../../core/ports.ts';
import { isSameProof, signWith } from './hmac-proof.ts';
import type { TeamKey } from './team-key.ts';

/**
 * @param keys the first proves, all are accepted. To replace a key, accept the new one everywhere
 *   first
 */
export function createSessionProof(keys: readonly [Pick<TeamKey, 'sessions'>, ...Pick<TeamKey, 'sessions'>[]]): SessionProof {
  return {
    prove: (exported, proverId) => new Uint8Array(proofOf(keys[0], exported, proverId)),
    isProved(exported, proverId, proof) {
      // Compares all, so that the time does not reveal the key.
      const matches = keys.map((key) => isSameProof(proofOf(key, exported, proverId), proof));
      return matches.includes(true);
    },
  };
}

function proofOf({ sessions }: Pick<TeamKey, 'sessions'>, exported: Uint8Array, proverId: string): Uint8Array {
  return signWith(sessions, exported, proverId);
}
