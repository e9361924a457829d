/** Where the place is in a PNG: in its chunks of EXIF, of XMP, and of raw profiles in texts. */
import { crc32 } from 'node:zlib';
import { isTextAt, maxEditedBytes, type Edit, type ReadAt } from './edit.ts';
import { withoutPlace } from './exif-place.ts';
import { namesPlace } from './xmp-place.ts';

const signature = '\x89PNG\r\n\x1a\n';
const xmpKey = 'XML:com.adobe.xmp\0';
const rawProfile = 'Raw profile type ';
/** Tags of EXIF that some programs write as texts of their own, one chunk for each. */
const gpsKey = /^(?:exif:)?gps/i;
/** Of a chunk that has no more content: private, and ignored by every reader. */
const emptyType = 'skIp';
/**
 * More than any program writes; a picture that is cut into smaller chunks is left as it is from
 * there.
 */
const maxChunks = 65_536;
/** Enough for the keys above. */
const headBytes = 32;

export function isPng(head: Uint8Array): boolean {
  return isTextAt(head, signature);
}

export async function pngEdits(read: ReadAt): Promise<readonly Edit[]> {
  const edits: Edit[] = [];
  let at = signature.length;
  for (let count = 0; count < maxChunks; count += 1) {
    const head = Buffer.from(await read(at, 8 + headBytes));
    if (head.length < 8) break;
    const sizeBytes = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    if (type === 'IEND') break;
    const content = head.subarray(8, 8 + Math.min(sizeBytes, headBytes));
    if (mayHavePlace(type, content)) edits.push(...(await editsOf(read, { at, type, sizeBytes })));
    at += 12 + sizeBytes;
  }
  return edits;
}

interface Chunk {
  readonly at: number;
  readonly type: string;
  readonly sizeBytes: number;
}

function mayHavePlace(type: string, head: Uint8Array): boolean {
  if (type === 'eXIf') return true;
  if (type === 'iTXt' && isTextAt(head, xmpKey)) return true;
  const isText = type === 'zTXt' || type === 'tEXt' || type === 'iTXt';
  return isText && (isTextAt(head, rawProfile) || gpsKey.test(Buffer.from(head).toString('latin1')));
}

async function editsOf(read: ReadAt, chunk: Chunk): Promise<readonly Edit[]> {
  const { at, type, sizeBytes } = chunk;
  if (sizeBytes > maxEditedBytes) return emptied(chunk);
  const content = await read(at + 8, sizeBytes);
  if (type === 'eXIf') {
    const bytes = withoutPlace(content);
    return bytes ? replaced(chunk, bytes) : [];
  }
  const isPlain = isTextAt(content, `${xmpKey}\0`);
  // A compressed or coded text cannot be edited in its place.
  return isPlain && !namesPlace(content) ? [] : emptied(chunk);
}

function replaced({ at, type }: Chunk, bytes: Uint8Array): readonly Edit[] {
  return [{ at: at + 8, sizeBytes: bytes.length, bytes }, checksum(at + 8 + bytes.length, crc32(bytes, crc32(type)))];
}

function emptied({ at, sizeBytes }: Chunk): readonly Edit[] {
  const zeros = new Uint8Array(Math.min(sizeBytes, maxEditedBytes));
  let sum = crc32(emptyType);
  for (let left = sizeBytes; left > 0; left -= zeros.length) sum = crc32(zeros.subarray(0, left), sum);
  return [
    { at: at + 4, sizeBytes: 4, bytes: Buffer.from(emptyType, 'latin1') },
    { at: at + 8, sizeBytes },
    checksum(at + 8 + sizeBytes, sum),
  ];
}

function checksum(at: number, sum: number): Edit {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return { at, sizeBytes: 4, bytes };
}
