/**
 * The hash of a chunk, on the system's threads: a chunk takes half a millisecond, and several may
 * be hashed at once.
 */
const algorithm = 'SHA-256';

export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
}
