/**
 * Proofs of a secret by HMAC-SHA256: each protocol chooses what is signed, with nonces of both
 * ends. The browser host has its own, because a host of the page knows no folder of `node`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The size of a nonce, a secret and a proof (RFC 2104 §3: as long as the hash). */
export const proofSizeBytes = 32;

export function signWith(secret: Uint8Array, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** Takes the same time wherever the two differ. Total: another length is another proof. */
export function isSameProof(given: Uint8Array, expected: Uint8Array): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
