/**
 * The hash of a chunk. Whole chunks are hashed on the system's threads: each takes half a
 * millisecond, and several may be hashed at once. A chunk that arrives is hashed with each piece,
 * which costs less in all: nothing is copied for another thread.
 */
import { createHash } from 'node:crypto';
import type { RunningHash } from '../../core/transfers/ports.ts';

export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

export function startSha256(): RunningHash {
  return createHash('sha256');
}
