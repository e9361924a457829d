/**
 * Where the place is in a JPEG (ITU-T T.81): in its EXIF and its XMP, which are segments before the
 * picture. Further pictures in the file, which an MPF index names (CIPA DC-007), have their own.
 */
import { isTextAt, type Edit, type ReadAt } from './edit.ts';
import { withoutPlace } from './exif-place.ts';
import { namesPlace } from './xmp-place.ts';

const exifHead = 'Exif\0\0';
const xmpHead = 'http://ns.adobe.com/xap/1.0/\0';
const moreXmpHead = 'http://ns.adobe.com/xmp/extension/\0';
const mpfHead = 'MPF\0';
const startOfScan = 0xda;
const endOfImage = 0xd9;
/** Segments before a picture, and pictures in a file: far more than any program writes. */
const maxSegments = 1_024;
const maxPictures = 16;

interface Segment {
  readonly at: number;
  readonly content: Uint8Array;
}

export function isJpeg(head: Uint8Array): boolean {
  return head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;
}

export async function jpegEdits(read: ReadAt): Promise<readonly Edit[]> {
  const edits: Edit[] = [];
  const starts = [0];
  for (let index = 0; index < starts.length && index < maxPictures; index += 1) {
    const start = starts[index] ?? 0;
    const segments = await readSegments(read, start);
    edits.push(...editsOf(segments));
    if (index === 0) starts.push(...segments.flatMap(furtherPictures));
  }
  return edits;
}

/** Those of applications, up to the picture itself. */
async function readSegments(read: ReadAt, start: number): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  if (!isJpeg(await read(start, 3))) return segments;
  let at = start + 2;
  for (let count = 0; count < maxSegments; count += 1) {
    const [mark, marker = 0, high = 0, low = 0] = await read(at, 4);
    if (mark !== 0xff || marker === startOfScan || marker === endOfImage) return segments;
    const size = high * 256 + low;
    // A marker may have fill bytes before it.
    if (marker === 0xff) at += 1;
    else if (size < 2) return segments;
    else {
      if (marker === 0xe1 || marker === 0xe2) segments.push({ at: at + 4, content: await read(at + 4, size - 2) });
      at += 2 + size;
    }
  }
  return segments;
}

function editsOf(segments: readonly Segment[]): readonly Edit[] {
  const exif = segments.flatMap(({ at, content }) => {
    const bytes = isTextAt(content, exifHead) ? withoutPlace(content.subarray(exifHead.length)) : undefined;
    return bytes ? [{ at: at + exifHead.length, sizeBytes: bytes.length, bytes }] : [];
  });
  return [...exif, ...xmpEdits(segments)];
}

/** A long packet lies in several segments, and a name may lie across two of them. */
function xmpEdits(segments: readonly Segment[]): readonly Edit[] {
  const packets = segments.flatMap(({ at, content }) => {
    // After the head of an extension: a digest, the size of all, and an offset.
    const skip = isTextAt(content, xmpHead) ? xmpHead.length : isTextAt(content, moreXmpHead) ? moreXmpHead.length + 40 : 0;
    return skip === 0 ? [] : [{ at: at + skip, content: content.subarray(skip) }];
  });
  if (!namesPlace(Buffer.concat(packets.map(({ content }) => content)))) return [];
  return packets.map(({ at, content }) => ({ at, sizeBytes: content.length, bytes: new Uint8Array(content.length).fill(0x20) }));
}

/** Their offsets count from the byte order of the index. */
function furtherPictures({ at, content }: Segment): readonly number[] {
  if (!isTextAt(content, mpfHead) || content.length < 20) return [];
  const base = mpfHead.length;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const isLittle = content[base] === 0x49;
  const directory = base + view.getUint32(base + 4, isLittle);
  const entries = entriesOf(view, directory, isLittle);
  if (entries === undefined) return [];
  const offsets: number[] = [];
  for (let entry = base + entries.at; entry + 16 <= view.byteLength && offsets.length < entries.count; entry += 16) {
    const offset = view.getUint32(entry + 8, isLittle);
    if (offset > 0) offsets.push(at + base + offset);
  }
  return offsets;
}

/** The list of pictures has the tag 0xB002. */
function entriesOf(
  view: DataView,
  directory: number,
  isLittle: boolean,
): { readonly at: number; readonly count: number } | undefined {
  if (directory + 2 > view.byteLength) return undefined;
  const count = view.getUint16(directory, isLittle);
  for (let index = 0; index < count; index += 1) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > view.byteLength) return undefined;
    if (view.getUint16(entry, isLittle) !== 0xb0_02) continue;
    return { at: view.getUint32(entry + 8, isLittle), count: Math.min(maxPictures, view.getUint32(entry + 4, isLittle) / 16) };
  }
  return undefined;
}
