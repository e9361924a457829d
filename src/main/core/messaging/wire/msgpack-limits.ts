/**
 * Looks at MessagePack before it is decoded: whether it is whole, how deep and how much it is (rule FRAME-4). The library builds whatever
 * it reads, so what a stranger may make it build is bounded here, at a few nanoseconds a value. What the values mean is for `frames.ts`.
 */

/** Arrays within arrays: a frame, its list, an entry of it; the rest is room for later versions. */
const maxDepth = 8;
/** Values in one frame, those inside others included: twice what the fullest frame of this version has. */
export const maxValues = 16_384;

/** How many bytes follow the first one of a value, by that byte, from 0xc0 on; -1: it begins with a length of its own. */
// prettier-ignore
const fixedSizes = Int8Array.of(
  0, -2, 0, 0, -1, -1, -1, -1, -1, -1, 4, 8, 1, 2, 4, 8, // nil, never used, false, true, bin, ext, float, uint
  1, 2, 4, 8, 2, 3, 5, 9, 17, -1, -1, -1, -1, -1, -1, -1, // int, fixext, str, array, map
);

/**
 * @param maxStringBytes of any string in it
 * @returns what is wrong; undefined if it is one whole value within the limits
 */
export function findShapeProblem(bytes: Uint8Array, maxStringBytes: number): 'malformed' | 'too-large' | undefined {
  /** Values that are still to come, in the whole and in each array or map that is open. */
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
        // An extension has its type before its bytes.
        else position += head >= 0xc7 && head <= 0xc9 ? length + 1 : length;
      }
    }
    if (position > end) return 'malformed';
    if (inside === 0) continue;
    // A value takes at least a byte: a length that promises more is a lie.
    if (inside > end - position) return 'malformed';
    if (values + inside > maxValues || depth === maxDepth) return 'too-large';
    depth += 1;
    left[depth] = inside;
  }
}

/** Bytes of the length of a bin, ext, str, array or map. */
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
