/**
 * The digests of the core, by Node.js.
 */
import { hash } from 'node:crypto';
import type { Hash } from '../../core/ports.ts';

export function createHashes(): Hash {
  return {
    sha256: (bytes) => hash('sha256', bytes, 'buffer'),
    // As text, which costs a quarter of what a buffer does: each message of a room has one.
    sha256Hex: (bytes) => hash('sha256', bytes, 'hex'),
    sha512: (bytes) => hash('sha512', bytes, 'buffer'),
  };
}
