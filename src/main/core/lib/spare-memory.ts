/**
 * Memory that is used again: new memory for each of many chunks keeps the garbage collector busy.
 */
export interface SpareMemory {
  /** @returns memory of exactly that size, with any content */
  take(sizeBytes: number): Uint8Array;
  /** Nobody uses it any more. */
  giveBack(memory: Uint8Array): void;
}

/** @param maxSpares kept for later */
export function createSpareMemory(maxSpares: number): SpareMemory {
  const spares: Uint8Array[] = [];
  return {
    take(sizeBytes) {
      const spare = spares.at(-1)?.length === sizeBytes ? spares.pop() : undefined;
      return spare ?? new Uint8Array(sizeBytes);
    },
    giveBack(memory) {
      if (spares.length < maxSpares) spares.push(memory);
    },
  };
}
