/** Where the place is in a WebP (RFC 9649): in its chunks of EXIF and XMP. */
import { isTextAt, maxEditedBytes, type Edit, type ReadAt } from './edit.ts';
import { withoutPlace } from './exif-place.ts';
import { namesPlace } from './xmp-place.ts';

const fileHeadBytes = 12;
/** An animation has some chunks for each of its pictures. */
const maxChunks = 65_536;
/** Some programs write the head of a JPEG segment before it. */
const exifHead = 'Exif\0\0';

export function isWebp(head: Uint8Array): boolean {
  return isTextAt(head, 'RIFF') && isTextAt(head, 'WEBP', 8);
}

export async function webpEdits(read: ReadAt): Promise<readonly Edit[]> {
  const edits: Edit[] = [];
  let at = fileHeadBytes;
  for (let count = 0; count < maxChunks; count += 1) {
    const head = Buffer.from(await read(at, 8));
    if (head.length < 8) break;
    const type = head.toString('latin1', 0, 4);
    const sizeBytes = head.readUInt32LE(4);
    if (type === 'EXIF' || type === 'XMP ') edits.push(...(await editsOf(read, type, at + 8, sizeBytes)));
    // Chunks begin at even places.
    at += 8 + sizeBytes + (sizeBytes % 2);
  }
  return edits;
}

async function editsOf(read: ReadAt, type: string, at: number, sizeBytes: number): Promise<readonly Edit[]> {
  if (sizeBytes > maxEditedBytes) return [{ at, sizeBytes }];
  const content = await read(at, sizeBytes);
  if (type === 'XMP ') return namesPlace(content) ? [{ at, sizeBytes: content.length }] : [];
  const skip = isTextAt(content, exifHead) ? exifHead.length : 0;
  const bytes = withoutPlace(content.subarray(skip));
  return bytes ? [{ at: at + skip, sizeBytes: bytes.length, bytes }] : [];
}
