/**
 * Where the place is in a HEIF picture, such as HEIC and AVIF (ISO/IEC 23008-12 and 14496-12): in
 * its items of EXIF and XMP. The box `meta` says what each item is, and where it lies.
 */
import { isTextAt, maxEditedBytes, type Edit, type ReadAt } from './edit.ts';
import { withoutPlace } from './exif-place.ts';
import { namesPlace } from './xmp-place.ts';

/** The formats that a file may call itself, of pictures and of their sequences. */
const brands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1', 'avif', 'avis'];
const xmpType = 'application/rdf+xml';
/** Some programs write the head of a JPEG segment before it. */
const exifHead = 'Exif\0\0';
/** Boxes of the file: a picture has a handful. */
const maxBoxes = 1_024;
/** Items of metadata that are edited: a picture has one of each kind. Any others are cleared whole. */
const maxEditedItems = 64;
/** Pieces of all items together: a picture of many tiles has some hundreds. */
const maxPieces = 65_536;
/** No file is as long. */
const maxOffset = 2 ** 52;

interface Extent {
  readonly at: number;
  readonly sizeBytes: number;
}

interface Box extends Extent {
  readonly type: string;
}

export function isHeif(head: Uint8Array): boolean {
  return isTextAt(head, 'ftyp', 4) && brands.some((brand) => isTextAt(head, brand, 8));
}

export async function heifEdits(read: ReadAt): Promise<readonly Edit[]> {
  const edits: Edit[] = [];
  let at = 0;
  for (let count = 0; count < maxBoxes; count += 1) {
    const box = boxAt(Buffer.from(await read(at, 16)), 0);
    if (!box) break;
    if (box.type === 'meta') {
      const content = Buffer.from(await read(at + box.at, Math.min(box.sizeBytes, maxEditedBytes)));
      for (const [index, { type, extents }] of metadataItems(content, at + box.at).entries()) {
        const isEdited = index < maxEditedItems && extents.length === 1;
        for (const extent of extents) edits.push(...(isEdited ? await editsOf(read, type, extent) : [extent]));
      }
    }
    at += box.at + box.sizeBytes;
    if (at > maxOffset) break;
  }
  return edits;
}

async function editsOf(read: ReadAt, type: string, { at, sizeBytes }: Extent): Promise<readonly Edit[]> {
  if (sizeBytes > maxEditedBytes) return [{ at, sizeBytes }];
  const content = Buffer.from(await read(at, sizeBytes));
  if (type !== 'Exif') return namesPlace(content) ? [{ at, sizeBytes: content.length }] : [];
  // Its first four bytes say how much comes before the byte order.
  const told = content.length < 4 ? 0 : 4 + content.readUInt32BE(0);
  const skip = isTextAt(content, exifHead, told) ? told + exifHead.length : told;
  const bytes = withoutPlace(content.subarray(skip < content.length ? skip : 0));
  return bytes ? [{ at: at + content.length - bytes.length, sizeBytes: bytes.length, bytes }] : [];
}

/** @returns where its content lies, counted from the start of `bytes`; undefined if there is no box */
function boxAt(bytes: Buffer, start: number): Box | undefined {
  if (start + 8 > bytes.length) return undefined;
  const type = bytes.toString('latin1', start + 4, start + 8);
  const size = bytes.readUInt32BE(start);
  // The last box may say that it goes on to the end.
  if (size === 0) return { type, at: start + 8, sizeBytes: maxOffset };
  if (size !== 1) return size < 8 ? undefined : { type, at: start + 8, sizeBytes: size - 8 };
  const large = start + 16 > bytes.length ? 0 : Number(bytes.readBigUInt64BE(start + 8));
  return large < 16 || large > maxOffset ? undefined : { type, at: start + 16, sizeBytes: large - 16 };
}

/**
 * @param meta content of the box `meta`
 * @param metaAt where it lies in the file
 * @returns the pieces of EXIF and XMP; none where the box cannot be read
 */
function metadataItems(meta: Buffer, metaAt: number): readonly { readonly type: string; readonly extents: readonly Extent[] }[] {
  const boxes = new Map<string, Extent>();
  // Its first four bytes are its version.
  for (let box = boxAt(meta, 4); box; box = boxAt(meta, box.at + box.sizeBytes)) boxes.set(box.type, box);
  const contentOf = (type: string): Buffer => {
    const { at, sizeBytes } = boxes.get(type) ?? { at: 0, sizeBytes: 0 };
    return meta.subarray(at, at + sizeBytes);
  };
  try {
    const types = metadataTypes(contentOf('iinf'));
    const places = itemPlaces(contentOf('iloc'), metaAt + (boxes.get('idat')?.at ?? 0));
    return [...types].map(([id, type]) => ({ type, extents: places.get(id) ?? [] }));
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/**
 * @returns the items of metadata by their ID
 * @throws RangeError if the box ends too early
 */
function metadataTypes(iinf: Buffer): ReadonlyMap<number, string> {
  const types = new Map<number, string>();
  let entry = boxAt(iinf, iinf.readUInt8(0) === 0 ? 6 : 8);
  for (; entry; entry = boxAt(iinf, entry.at + entry.sizeBytes)) {
    const infe = iinf.subarray(entry.at, entry.at + entry.sizeBytes);
    const idBytes = infe.readUInt8(0) === 3 ? 4 : 2;
    const typeAt = 4 + idBytes + 2;
    const type = infe.toString('latin1', typeAt, typeAt + 4);
    const isXmp = type === 'mime' && infe.includes(xmpType, typeAt + 4);
    if (type === 'Exif' || isXmp) types.set(infe.readUIntBE(4, idBytes), type);
  }
  return types;
}

/**
 * @param idatAt where the content of the box `idat` lies in the file
 * @returns where each item lies in the file
 * @throws RangeError if the box ends too early, or has too many pieces
 */
function itemPlaces(iloc: Buffer, idatAt: number): ReadonlyMap<number, readonly Extent[]> {
  let at = 6;
  const next = (sizeBytes: number): number => {
    const start = at;
    at += sizeBytes;
    if (sizeBytes === 8) return Number(iloc.readBigUInt64BE(start));
    return sizeBytes === 0 ? 0 : iloc.readUIntBE(start, sizeBytes);
  };
  const version = iloc.readUInt8(0);
  const isLater = version === 1 || version === 2;
  const [offsetBytes, lengthBytes] = halves(iloc.readUInt8(4));
  const [baseBytes, indexBytes] = halves(iloc.readUInt8(5));
  const places = new Map<number, readonly Extent[]>();
  let allPieces = 0;
  for (let left = next(version === 2 ? 4 : 2); left > 0; left -= 1) {
    const id = next(version === 2 ? 4 : 2);
    const isInIdat = isLater && next(2) % 16 === 1;
    next(2);
    const base = next(baseBytes) + (isInIdat ? idatAt : 0);
    const extents: Extent[] = [];
    for (let pieces = next(2); pieces > 0; pieces -= 1) {
      allPieces += 1;
      // Where places have no bytes, a small box can claim a great many of them.
      if (allPieces > maxPieces) throw new RangeError('too many pieces');
      if (isLater) next(indexBytes);
      const extent = { at: base + next(offsetBytes), sizeBytes: next(lengthBytes) };
      if (extent.at + extent.sizeBytes < maxOffset) extents.push(extent);
    }
    places.set(id, extents);
  }
  return places;
}

/** Both sizes of numbers in a byte: 0, 4 or 8 bytes each. */
function halves(byte: number): readonly [number, number] {
  return [byte >> 4, byte & 15];
}
