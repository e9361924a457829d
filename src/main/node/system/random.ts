/** The system's chance: cheap for jitter, cryptographic for nonces and keys. */
import { randomBytes } from 'node:crypto';
import type { Random } from '../../core/ports.ts';

export function createSystemRandom(): Random {
  return {
    fraction: () => Math.random(),
    bytes: (sizeBytes) => new Uint8Array(randomBytes(sizeBytes)),
  };
}
