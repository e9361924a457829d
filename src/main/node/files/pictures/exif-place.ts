/**
 * Removes the place from an EXIF block (CIPA DC-008, after TIFF 6.0). The directory of GPS is
 * emptied and its entry is taken out; all else stays where it is, the orientation too. Pure.
 */

const gpsTag = 0x88_25;
const exifTag = 0x87_69;
const entryBytes = 12;
/** Directories that are followed: more than any camera writes. */
const maxDirectories = 16;
/** Bytes of a value of each TIFF type, by its number. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8] as const;

interface Tiff {
  readonly view: DataView;
  readonly isLittle: boolean;
}

/**
 * @param tiff from its byte order on
 * @returns the same bytes without a place; undefined if there is none. A block that nobody can read
 * is cleared.
 */
export function withoutPlace(tiff: Uint8Array): Uint8Array | undefined {
  const copy = new Uint8Array(tiff);
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  const isLittle = copy[0] === 0x49;
  const isTiff = copy.length >= 8 && copy[0] === copy[1] && (isLittle || copy[0] === 0x4d) && view.getUint16(2, isLittle) === 42;
  const first = isTiff ? view.getUint32(4, isLittle) : 0;
  if (!isTiff || countAt({ view, isLittle }, first) === undefined)
    return copy.some((byte) => byte !== 0) ? copy.fill(0) : undefined;
  return clearPlaces({ view, isLittle }, first) ? copy : undefined;
}

function clearPlaces(tiff: Tiff, first: number): boolean {
  const { view, isLittle } = tiff;
  const waiting = [first];
  const seen = new Set<number>();
  let isChanged = false;
  for (let at = waiting.pop(); at !== undefined && seen.size < maxDirectories; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (let index = 0; index < (countAt(tiff, at) ?? 0);) {
      const entry = at + 2 + index * entryBytes;
      const tag = view.getUint16(entry, isLittle);
      if (tag === exifTag) waiting.push(view.getUint32(entry + 8, isLittle));
      if (tag === gpsTag) {
        clearDirectory(tiff, view.getUint32(entry + 8, isLittle));
        takeOut(tiff, at, index);
        isChanged = true;
      } else index += 1;
    }
    const next = at + 2 + (countAt(tiff, at) ?? 0) * entryBytes;
    if (next + 4 <= view.byteLength) waiting.push(view.getUint32(next, isLittle));
  }
  return isChanged;
}

/** @returns undefined if no directory can be there */
function countAt({ view, isLittle }: Tiff, at: number): number | undefined {
  if (at < 8 || at + 2 > view.byteLength) return undefined;
  const count = view.getUint16(at, isLittle);
  return at + 2 + count * entryBytes <= view.byteLength ? count : undefined;
}

function clearDirectory(tiff: Tiff, at: number): void {
  const { view, isLittle } = tiff;
  const count = countAt(tiff, at);
  if (count === undefined) return;
  for (let index = 0; index < count; index += 1) {
    const entry = at + 2 + index * entryBytes;
    const size = (typeBytes[view.getUint16(entry + 2, isLittle)] ?? 1) * view.getUint32(entry + 4, isLittle);
    if (size > 4) clear(view, view.getUint32(entry + 8, isLittle), size);
  }
  clear(view, at, 2 + count * entryBytes);
}

/** The entries after it, and the offset of the next directory, move up. */
function takeOut({ view, isLittle }: Tiff, at: number, index: number): void {
  const count = view.getUint16(at, isLittle);
  const entry = at + 2 + index * entryBytes;
  const end = Math.min(at + 2 + count * entryBytes + 4, view.byteLength);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  bytes.copyWithin(entry, entry + entryBytes, end);
  clear(view, end - entryBytes, entryBytes);
  view.setUint16(at, count - 1, isLittle);
}

function clear(view: DataView, at: number, sizeBytes: number): void {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  bytes.fill(0, Math.min(at, bytes.length), Math.min(at + sizeBytes, bytes.length));
}
