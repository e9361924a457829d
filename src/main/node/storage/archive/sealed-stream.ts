/**
 * Encrypts a stream of any length under a passphrase, and decrypts it: the STREAM construction
 * (Hoang, Reyhanitabar, Rogaway, Vizár 2015) with AES-256-GCM, and scrypt for the key. Each chunk
 * has a number and says whether it is the last, so that no chunk can be left out, moved or repeated.
 * Only a few chunks are in memory.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { normalizePassphrase } from '../../crypto/team-key.ts';

/** The text of an archive is not what it should be. */
export class ArchiveError extends Error {
  readonly code: 'notArchive' | 'wrongPassphrase' | 'damaged';

  constructor(code: ArchiveError['code']) {
    super(code);
    this.code = code;
  }
}

/** A guess costs 128 MiB and about 0.3 s. */
const scryptCost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 } as const;
const magic = Buffer.from('HALLARC1');
const saltBytes = 16;
const headerBytes = magic.length + saltBytes;
const keyBytes = 32;
const tagBytes = 16;
const nonceBytes = 12;
/** Small enough for memory, large enough that tags cost nothing. */
export const chunkBytes = 64 * 1024;
/** A counter of 32 bits: 256 TiB. */
const maxChunks = 2 ** 32;

const stretch = promisify<string, Buffer, number, typeof scryptCost, Buffer>(scrypt);

export async function* seal(plain: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Buffer> {
  const header = Buffer.concat([magic, randomBytes(saltBytes)]);
  const key = await keyOf(passphrase, header);
  yield header;
  let count = 0;
  let waiting: Buffer | undefined;
  // The last chunk is known only at the end, so one waits.
  for await (const chunk of inChunks(plain, chunkBytes)) {
    if (waiting !== undefined) yield sealChunk(key, header, count++, false, waiting);
    waiting = chunk;
  }
  yield sealChunk(key, header, count, true, waiting ?? Buffer.alloc(0));
}

/** @throws ArchiveError */
export async function* unseal(sealed: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Buffer> {
  const reader = createReader(sealed);
  const header = await reader.take(headerBytes);
  if (header.length < headerBytes || !header.subarray(0, magic.length).equals(magic)) throw new ArchiveError('notArchive');
  const key = await keyOf(passphrase, header);
  let chunk = await reader.take(chunkBytes + tagBytes);
  for (let count = 0; count < maxChunks; count += 1) {
    const next = chunk.length === chunkBytes + tagBytes ? await reader.take(chunkBytes + tagBytes) : Buffer.alloc(0);
    const isLast = next.length === 0;
    const opened = openChunk(key, header, count, isLast, chunk);
    if (opened === undefined) throw new ArchiveError(count === 0 ? 'wrongPassphrase' : 'damaged');
    yield opened;
    if (isLast) return;
    chunk = next;
  }
  throw new ArchiveError('damaged');
}

export interface Reader {
  /** @returns fewer bytes at the end of the stream */
  take(sizeBytes: number): Promise<Buffer>;
}

export function createReader(source: AsyncIterable<Uint8Array>): Reader {
  const iterator = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let isOver = false;
  return {
    async take(sizeBytes) {
      const parts: Buffer[] = [held];
      let length = held.length;
      while (length < sizeBytes && !isOver) {
        const { value, done } = await iterator.next();
        if (done === true) isOver = true;
        else {
          parts.push(Buffer.from(value));
          length += value.length;
        }
      }
      const all = Buffer.concat(parts);
      held = all.subarray(sizeBytes);
      return all.subarray(0, sizeBytes);
    },
  };
}

async function* inChunks(source: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Buffer> {
  const reader = createReader(source);
  for (;;) {
    const chunk = await reader.take(sizeBytes);
    if (chunk.length > 0) yield chunk;
    if (chunk.length < sizeBytes) return;
  }
}

function keyOf(passphrase: string, header: Buffer): Promise<Buffer> {
  return stretch(normalizePassphrase(passphrase), header, keyBytes, scryptCost);
}

/** A key seals one stream, so its nonces only count. */
function nonceOf(count: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(nonceBytes);
  nonce.writeUInt8(isLast ? 1 : 0, 0);
  nonce.writeUInt32BE(count, nonceBytes - 4);
  return nonce;
}

function sealChunk(key: Buffer, header: Buffer, count: number, isLast: boolean, chunk: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(count, isLast), { authTagLength: tagBytes }).setAAD(header);
  return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
}

function openChunk(key: Buffer, header: Buffer, count: number, isLast: boolean, chunk: Buffer): Buffer | undefined {
  if (chunk.length < tagBytes) return undefined;
  const end = chunk.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(count, isLast), { authTagLength: tagBytes }).setAAD(header);
  decipher.setAuthTag(chunk.subarray(end));
  try {
    return Buffer.concat([decipher.update(chunk.subarray(0, end)), decipher.final()]);
  } catch {
    return undefined;
  }
}
