/**
 * Reads the format and the size of a picture from its first bytes, before anything decodes it
 * (rules IMG-5, IMG-13). Total.
 */

type PictureType = 'jpeg' | 'png' | 'webp' | 'gif';

export interface PictureHeader {
  readonly type: PictureType;
  /** In pixels, at least 1. */
  readonly width: number;
  readonly height: number;
}

/** A picture with more pixels is not decoded: it would take more than 200 MB of memory. */
export const maxPixels = 50_000_000;
/** Enough of a file to find the size: metadata of a JPEG come before it. */
export const pictureHeadBytes = 1_048_576;
/** Segments before the size of a JPEG. */
const maxSegments = 1_024;

/** @returns undefined for anything else, and for a picture whose size is not in these bytes */
export function readPictureHeader(bytes: Uint8Array): PictureHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = jpeg(view) ?? png(view) ?? webp(view) ?? gif(view);
  return found && found.width > 0 && found.height > 0 ? found : undefined;
}

/** Whether it may be decoded. */
export function isWithinPixels({ width, height }: PictureHeader): boolean {
  return width * height <= maxPixels;
}

function jpeg(view: DataView): PictureHeader | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xff_d8) return undefined;
  let at = 2;
  for (let count = 0; count < maxSegments && at + 9 <= view.byteLength; count += 1) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (isFrame(marker)) return { type: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    else {
      const length = view.getUint16(at + 2);
      if (!hasLength(marker) || length < 2) return undefined;
      at += 2 + length;
    }
  }
  return undefined;
}

/**
 * Markers that stand alone, or begin the pixels, do not come before the size. A decoder would go on
 * at another place than this function, and find another size.
 */
function hasLength(marker: number): boolean {
  return marker > 0x01 && !(marker >= 0xd0 && marker <= 0xda);
}

/**
 * All kinds of frames; between them are tables of Huffman codes, of arithmetic coding, and one
 * reserved marker.
 */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function png(view: DataView): PictureHeader | undefined {
  if (view.byteLength < 24 || view.getUint32(0) !== 0x89_50_4e_47 || view.getUint32(4) !== 0x0d_0a_1a_0a) return undefined;
  if (!isText(view, 12, 'IHDR')) return undefined;
  return { type: 'png', width: view.getUint32(16), height: view.getUint32(20) };
}

function webp(view: DataView): PictureHeader | undefined {
  if (view.byteLength < 30 || !isText(view, 0, 'RIFF') || !isText(view, 8, 'WEBP')) return undefined;
  if (isText(view, 12, 'VP8X')) return { type: 'webp', width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
  if (isText(view, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return view.getUint8(20) === 0x2f
      ? { type: 'webp', width: 1 + (bits & 0x3f_ff), height: 1 + ((bits >>> 14) & 0x3f_ff) }
      : undefined;
  }
  if (!isText(view, 12, 'VP8 ') || uint24(view, 23) !== 0x2a_01_9d) return undefined;
  return { type: 'webp', width: view.getUint16(26, true) & 0x3f_ff, height: view.getUint16(28, true) & 0x3f_ff };
}

function gif(view: DataView): PictureHeader | undefined {
  if (view.byteLength < 10 || !(isText(view, 0, 'GIF87a') || isText(view, 0, 'GIF89a'))) return undefined;
  return { type: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
}

function isText(view: DataView, at: number, text: string): boolean {
  return Array.from(text).every((letter, index) => view.getUint8(at + index) === letter.charCodeAt(0));
}
