/**
 * The small pictures of an offer in a room, as members give them to each other (rules RFILE-40,
 * RFILE-41; docs/spec/files-rooms.md draws the layout). The author signs the hash of these bytes,
 * so each list of pictures has one encoding, and no picture is left out: all of them, or none.
 */
import { maxDescriptionLength, maxPreviewBytes, maxPreviews, type Preview } from '../../../../shared/contract/transfers.ts';
import { concatBytes } from '../../lib/bytes.ts';
import { decodePreviews } from './preview-fields.ts';

/** In front of each: the place of its file, and both lengths. */
const headBytes = 5;
/** A code unit takes up to three bytes. */
const maxDescriptionBytes = 3 * maxDescriptionLength;
/** Of all small pictures of an offer. */
export const maxPreviewsBytes = maxPreviews * (headBytes + maxPreviewBytes + maxDescriptionBytes);

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws RangeError on more, or longer ones, than an offer has */
export function encodePreviewBytes(previews: readonly Preview[]): Uint8Array {
  if (previews.length > maxPreviews) throw new RangeError(`${previews.length} previews are more than an offer has`);
  return concatBytes(
    previews.flatMap(({ file, bytes, description }) => {
      const words = encoder.encode(description);
      if (bytes.length > maxPreviewBytes || words.length > maxDescriptionBytes) throw new RangeError('a preview is too long');
      const head = [file, bytes.length >> 8, bytes.length & 0xff, words.length >> 8, words.length & 0xff];
      return [Uint8Array.from(head), bytes, words];
    }),
  );
}

/**
 * Total.
 *
 * @param fileCount the named files of the offer
 * @returns undefined for anything that `encodePreviewBytes` does not give, and for no picture
 */
export function decodePreviewBytes(bytes: Uint8Array, fileCount: number): readonly Preview[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: (readonly [number, Uint8Array, string])[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + headBytes > bytes.length || fields.length === maxPreviews) return undefined;
    const wordsAt = at + headBytes + view.getUint16(at + 1);
    const end = wordsAt + view.getUint16(at + 3);
    if (end > bytes.length) return undefined;
    try {
      fields.push([bytes[at] as number, bytes.subarray(at + headBytes, wordsAt), decoder.decode(bytes.subarray(wordsAt, end))]);
    } catch {
      return undefined; // not UTF-8
    }
    at = end;
  }
  const previews = decodePreviews(fields, fileCount);
  return previews.length > 0 && previews.length === fields.length ? previews : undefined;
}
