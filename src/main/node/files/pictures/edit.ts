/** Edits of a file in place: its size stays, so every other offset in it stays true. */

export interface Edit {
  /** Where it begins in the file. */
  readonly at: number;
  readonly sizeBytes: number;
  /** Of that size; if absent, zeros. */
  readonly bytes?: Uint8Array;
}

/** @returns up to `sizeBytes` from that place; fewer at the end of the file */
export type ReadAt = (at: number, sizeBytes: number) => Promise<Uint8Array>;

/** Metadata that is edited; a longer piece of it is cleared whole. */
export const maxEditedBytes = 1_048_576;

/** Changes `bytes`, which begin at `offset` of the file. */
export function applyEdits(edits: readonly Edit[], bytes: Uint8Array, offset: number): void {
  for (const edit of edits) {
    const from = Math.max(edit.at, offset);
    const to = Math.min(edit.at + edit.sizeBytes, offset + bytes.length);
    if (from >= to) continue;
    const target = bytes.subarray(from - offset, to - offset);
    if (edit.bytes) target.set(edit.bytes.subarray(from - edit.at, to - edit.at));
    else target.fill(0);
  }
}

export function isTextAt(bytes: Uint8Array, text: string, at = 0): boolean {
  if (bytes.length < at + text.length) return false;
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}
