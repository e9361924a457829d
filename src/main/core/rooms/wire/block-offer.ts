/**
 * The offer of files in a block of one text (rules RFILE-1, RFILE-2, RFILE-40): fields behind the
 * last text, which earlier versions skip. They are signed with the block. docs/spec/files-rooms.md
 * draws the layout. The decoder never throws: fields that are malformed, or of a later version,
 * give no offer.
 */
import { concatBytes, readUint48, uint48 } from '../../lib/bytes.ts';
import { hashBytes } from '../../lib/chunks.ts';
import type { Offer } from '../../messaging/ports.ts';
import { decodeOffer, encodeOffer } from '../../messaging/wire/transfer-frames.ts';

/** In front of each field: its code, and the length of its content. */
const fieldHeadBytes = 3;
const offerField = 1;
/** The hash of the small pictures of the offer. */
const previewsField = 2;
/**
 * Hash, numbers of files and of bytes of the description, sizes, life, and how many names follow.
 */
const fixedBytes = hashBytes + 4 + 4 + 6 + 6 + 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The fields behind the texts of a block that offers these files. */
export function encodeBlockOffer(offer: Offer): Uint8Array {
  const [contentId, fileCount, totalBytes, descriptionBytes, lifeMs, names] = encodeOffer(offer) as EncodedOffer;
  const content = concatBytes([
    contentId,
    uint32(fileCount),
    uint32(descriptionBytes),
    uint48(totalBytes),
    uint48(lifeMs),
    Uint8Array.of(names.length),
    ...names.flatMap(([name, sizeBytes]) => {
      const bytes = encoder.encode(name);
      return [uint16(bytes.length), bytes, uint48(sizeBytes)];
    }),
  ]);
  const fields = [Uint8Array.of(offerField), uint16(content.length), content];
  const { previewsId } = offer;
  return concatBytes(previewsId ? [...fields, Uint8Array.of(previewsField), uint16(hashBytes), previewsId] : fields);
}

type EncodedOffer = readonly [Uint8Array, number, number, number, number, readonly (readonly [string, number])[]];

/** @param bytes between the last text of a block and its signature */
export function decodeBlockOffer(bytes: Uint8Array): Offer | undefined {
  const content = findField(bytes, offerField);
  const offer = content && decodeContent(content);
  const previewsId = findField(bytes, previewsField);
  // A copy: the original would keep the whole block in memory.
  return offer && previewsId?.length === hashBytes ? { ...offer, previewsId: previewsId.slice() } : offer;
}

/** @returns the content of the first field with that code, unless one up to there is malformed */
function findField(bytes: Uint8Array, code: number): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + fieldHeadBytes <= bytes.length;) {
    const end = at + fieldHeadBytes + view.getUint16(at + 1);
    if (end > bytes.length) return undefined;
    if (bytes[at] === code) return bytes.subarray(at + fieldHeadBytes, end);
    at = end;
  }
  return undefined;
}

function decodeContent(bytes: Uint8Array): Offer | undefined {
  if (bytes.length < fixedBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = hashBytes;
  const numbers = [view.getUint32(at), readUint48(bytes, at + 8), view.getUint32(at + 4), readUint48(bytes, at + 14)];
  const names = decodeNames(bytes.subarray(fixedBytes), bytes[fixedBytes - 1] as number);
  const offer = names && decodeOffer([bytes.slice(0, hashBytes), ...numbers, names]);
  return offer === 'malformed' ? undefined : offer;
}

function decodeNames(bytes: Uint8Array, count: number): readonly (readonly [string, number])[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: (readonly [string, number])[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 2 > bytes.length) return undefined;
    const end = at + 2 + view.getUint16(at);
    if (end + 6 > bytes.length) return undefined;
    try {
      names.push([decoder.decode(bytes.subarray(at + 2, end)), readUint48(bytes, end)]);
    } catch {
      return undefined; // not UTF-8
    }
    at = end + 6;
  }
  return names;
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
