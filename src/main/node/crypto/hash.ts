/**
 * The digests of the core, by Node.js.
 */
import { createHash } from 'node:crypto';
import type { Hash } from '../../core/ports.ts';

export function createHashes(): Hash {
  return {
    sha256: (bytes) => createHash('sha256').update(bytes).digest(),
    sha512: (bytes) => createHash('sha512').update(bytes).digest(),
  };
}
