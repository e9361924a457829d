/**
 * Which bytes of which files a chunk holds. The files of an offer follow each other in one stream
 * of bytes, in the order of the manifest, and the stream is cut into chunks of equal size. So many
 * small files share a chunk, and a large one has many.
 */

import { chunkBytes, chunkCountOf } from '../lib/chunks.ts';

export { chunkBytes, chunkCountOf } from '../lib/chunks.ts';

/** A part of a chunk: bytes of one file. */
export interface ChunkPart {
  /** The index of the file in the manifest. */
  readonly file: number;
  /** Where the part begins in that file. */
  readonly offset: number;
  /** Where the part begins in the chunk. */
  readonly at: number;
  readonly sizeBytes: number;
}

export interface ChunkLayout {
  readonly totalBytes: number;
  /** Files without content need no chunk. */
  readonly chunkCount: number;
  sizeOf(chunk: number): number;
  /** The parts of a chunk in their order; none of them is empty. */
  partsOf(chunk: number): readonly ChunkPart[];
}

export function createChunkLayout(files: readonly { readonly sizeBytes: number }[]): ChunkLayout {
  /** Where each file begins in the stream. */
  const begins = new Float64Array(files.length);
  let totalBytes = 0;
  for (const [index, { sizeBytes }] of files.entries()) {
    begins[index] = totalBytes;
    totalBytes += sizeBytes;
  }
  const chunkCount = chunkCountOf(totalBytes);

  return { totalBytes, chunkCount, sizeOf, partsOf };

  function sizeOf(chunk: number): number {
    return Math.min(chunkBytes, totalBytes - chunk * chunkBytes);
  }

  function partsOf(chunk: number): readonly ChunkPart[] {
    const parts: ChunkPart[] = [];
    const size = sizeOf(chunk);
    let at = 0;
    for (let file = fileAt(chunk * chunkBytes); at < size; file += 1) {
      const offset = chunk * chunkBytes + at - (begins[file] ?? 0);
      const sizeBytes = Math.min(size - at, (files[file]?.sizeBytes ?? 0) - offset);
      if (sizeBytes > 0) parts.push({ file, offset, at, sizeBytes });
      at += Math.max(0, sizeBytes);
    }
    return parts;
  }

  /** @returns the last file that begins at that place or before it */
  function fileAt(place: number): number {
    let low = 0;
    let high = files.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((begins[middle] ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
