/** The size of chunks of files, and how many there are. Pure. */

/** All chunks have this size, but for the last one of an offer. */
export const chunkBytes = 1_048_576;
/** Of SHA-256. */
export const hashBytes = 32;

export function chunkCountOf(totalBytes: number): number {
  return Math.ceil(totalBytes / chunkBytes);
}
