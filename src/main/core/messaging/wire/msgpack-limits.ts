/**
 * Checks MessagePack before it is decoded: whether it is complete, its depth and its size (rule
 * FRAME-4). The library builds every value that it reads; this check bounds that, at a few
 * nanoseconds a value. frames.ts interprets the values.
 */

/** Nested arrays: a frame, its list, an entry of it; the rest is room for later versions. */
const maxDepth = 8;
/**
 * Values in one frame, nested ones included: twice as many as in the fullest frame of this version.
 */
export const maxValues = 16_384;

/**
 * Bytes that follow the first one of a value, by that byte, from 0xc0 on; -1: a length of its own
 * comes first.
 */
// prettier-ignore
const fixedSizes = Int8Array.of(
  0, -2, 0, 0, -1, -1, -1, -1, -1, -1, 4, 8, 1, 2, 4, 8, // nil, never used, false, true, bin, ext, float, uint
  1, 2, 4, 8, 2, 3, 5, 9, 17, -1, -1, -1, -1, -1, -1, -1, // int, fixext, str, array, map
);

/**
 * @param maxStringBytes of any string in it
 * @returns the problem; undefined if it is one complete value within the limits
 */
export function findShapeProblem(bytes: Uint8Array, maxStringBytes: number): 'malformed' | 'too-large' | undefined {
  /** Values that are still missing, in the whole and in each open array or map. */
  const left = new Uint32Array(maxDepth + 1);
  const end = bytes.length;
  let depth = 0;
  let position = 0;
  let values = 0;
  left[0] = 1;
  for (;;) {
    while (left[depth] === 0) {
      if (depth === 0) return position === end ? undefined : 'malformed';
      depth -= 1;
    }
    left[depth] = (left[depth] as number) - 1;
    if (position >= end) return 'malformed';
    values += 1;
    const head = bytes[position] as number;
    position += 1;
    if (head < 0x80 || head >= 0xe0) continue;
    let inside = 0;
    if (head < 0x90) inside = (head & 15) * 2;
    else if (head < 0xa0) inside = head & 15;
    else if (head < 0xc0) position += head & 31;
    else {
      const fixed = fixedSizes[head - 0xc0] as number;
      if (fixed === -2) return 'malformed';
      if (fixed >= 0) position += fixed;
      else {
        const width = lengthWidth(head);
        if (position + width > end) return 'malformed';
        const length = readLength(bytes, position, width);
        position += width;
        if (head >= 0xdc) inside = head >= 0xde ? length * 2 : length;
        else if (head >= 0xd9 && length > maxStringBytes) return 'too-large';
        // The type of an extension comes before its bytes.
        else position += head >= 0xc7 && head <= 0xc9 ? length + 1 : length;
      }
    }
    if (position > end) return 'malformed';
    if (inside === 0) continue;
    // A value takes at least one byte: a length that claims more is false.
    if (inside > end - position) return 'malformed';
    if (values + inside > maxValues || depth === maxDepth) return 'too-large';
    depth += 1;
    left[depth] = inside;
  }
}

/** The size of the length of a bin, ext, str, array or map, in bytes. */
function lengthWidth(head: number): number {
  if (head >= 0xdc) return (head & 1) === 0 ? 2 : 4; // array 16, array 32, map 16, map 32
  if (head >= 0xd9) return 1 << (head - 0xd9);
  return 1 << (head >= 0xc7 ? head - 0xc7 : head - 0xc4);
}

function readLength(bytes: Uint8Array, position: number, width: number): number {
  let length = 0;
  for (let index = 0; index < width; index += 1) length = length * 256 + (bytes[position + index] as number);
  return length;
}
