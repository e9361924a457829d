/** The chunks of a part that nobody was asked for yet, in batches for those who have them. */

export interface ChunkPool {
  /** @returns at most so many, which nobody else gets unless they are given back */
  take(count: number): readonly number[];
  giveBack(chunks: readonly number[]): void;
  /** That chunk is handled. */
  kept(chunk: number): void;
  isKept(chunk: number): boolean;
  /** Chunks that `take` would give. */
  readonly free: number;
  /** Chunks that are not handled. */
  readonly left: number;
}

export function createChunkPool(chunkCount: number, isHere: (chunk: number) => boolean): ChunkPool {
  const returned = new Set<number>();
  const kept = new Set<number>();
  let next = 0;
  let untouched = 0;
  for (let chunk = 0; chunk < chunkCount; chunk += 1) if (!isHere(chunk)) untouched += 1;
  let left = untouched;

  return {
    take(count) {
      const chunks: number[] = [];
      for (const chunk of returned) {
        if (chunks.length === count) break;
        returned.delete(chunk);
        chunks.push(chunk);
      }
      for (; next < chunkCount && chunks.length < count; next += 1) {
        if (isHere(next)) continue;
        untouched -= 1;
        chunks.push(next);
      }
      return chunks;
    },
    giveBack(chunks) {
      for (const chunk of chunks) if (!kept.has(chunk)) returned.add(chunk);
    },
    kept(chunk) {
      if (kept.has(chunk)) return;
      kept.add(chunk);
      returned.delete(chunk);
      left -= 1;
    },
    isKept: (chunk) => kept.has(chunk),
    get free() {
      return returned.size + untouched;
    },
    get left() {
      return left;
    },
  };
}
