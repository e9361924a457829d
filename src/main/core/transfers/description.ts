/**
 * The description of an offer: the manifest, and the hash of each chunk (rule XFER-5). Its
 * own hash is the `contentId` of the offer, so a receiver can check everything that it gets later.
 * Decoding is total, and works in turns: a description may name 100,000 files.
 *
 * Layout, big-endian: version (1) · files (4) · chunks (4) · chunks × hash (32) · files ×
 * [path length (2), path in UTF-8 with `/` between its segments, size (6), time in ms (6)]
 */
import { maxFiles, maxOfferBytes } from '../../../shared/contract/transfers.ts';
import { readUint48, uint48 } from '../lib/bytes.ts';
import { maxDescriptionBytes } from '../messaging/wire/transfer-frames.ts';
import { chunkCountOf } from './layout.ts';
import { compareManifestPaths, isInside, isManifestPath } from './manifest-paths.ts';
import { hashBytes, type Described, type ManifestFile, type Offer } from './ports.ts';

export type Description = Pick<Described, 'files' | 'chunkHashes'>;

const version = 1;
const headerBytes = 9;
const numberBytes = 6;
const utf8 = new TextEncoder();

/** @returns undefined if it is larger than any receiver takes */
export function encodeDescription({ files, chunkHashes }: Description): Uint8Array | undefined {
  const encoded = files.map((file) => ({ file, path: utf8.encode(file.path.join('/')) }));
  const sizeBytes = encoded.reduce((sum, { path }) => sum + 2 + path.length + 2 * numberBytes, headerBytes + chunkHashes.length);
  if (sizeBytes > maxDescriptionBytes) return undefined;
  const bytes = new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, version);
  view.setUint32(1, files.length);
  view.setUint32(5, chunkHashes.length / hashBytes);
  bytes.set(chunkHashes, headerBytes);
  let at = headerBytes + chunkHashes.length;
  for (const { file, path } of encoded) {
    view.setUint16(at, path.length);
    bytes.set(path, at + 2);
    bytes.set(uint48(file.sizeBytes), at + 2 + path.length);
    // A time before 1970 is none that matters.
    bytes.set(uint48(Math.max(0, Math.floor(file.modifiedMs))), at + 2 + path.length + numberBytes);
    at += 2 + path.length + 2 * numberBytes;
  }
  return bytes;
}

/**
 * Decodes in turns: each step of the iterator is one file, and its value is the result only at the
 * end.
 *
 * @returns undefined if it is malformed, or no description of that offer
 */
export function* decodeDescription(
  bytes: Uint8Array,
  offer: Pick<Offer, 'fileCount' | 'totalBytes'>,
): Generator<void, Description | undefined, void> {
  const chunks = chunkCountOf(offer.totalBytes);
  let at = headerBytes + chunks * hashBytes;
  if (bytes.length < at || offer.fileCount > maxFiles || offer.totalBytes > maxOfferBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== version || view.getUint32(1) !== offer.fileCount || view.getUint32(5) !== chunks) return undefined;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const files: ManifestFile[] = [];
  let totalBytes = 0;
  for (let index = 0; index < offer.fileCount; index += 1) {
    const file = decodeFile(view, at, decoder);
    if (!file || !follows(file.path, files.at(-1)?.path)) return undefined;
    files.push(file);
    totalBytes += file.sizeBytes;
    at += 2 + view.getUint16(at) + 2 * numberBytes;
    yield;
  }
  if (at !== bytes.length || totalBytes !== offer.totalBytes) return undefined;
  return { files, chunkHashes: bytes.slice(headerBytes, headerBytes + chunks * hashBytes) };
}

function decodeFile(view: DataView, at: number, decoder: TextDecoder): ManifestFile | undefined {
  if (at + 2 > view.byteLength) return undefined;
  const end = at + 2 + view.getUint16(at);
  if (end + 2 * numberBytes > view.byteLength) return undefined;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let path: readonly string[];
  try {
    path = decoder.decode(bytes.subarray(at + 2, end)).split('/');
  } catch {
    return undefined; // no UTF-8
  }
  const sizeBytes = readUint48(bytes, end);
  if (!isManifestPath(path) || sizeBytes > maxOfferBytes) return undefined;
  return { path, sizeBytes, modifiedMs: readUint48(bytes, end + numberBytes) };
}

/** The order shows a path that comes twice, and a file that is a folder too. */
function follows(path: readonly string[], before: readonly string[] | undefined): boolean {
  return !before || (compareManifestPaths(before, path) < 0 && !isInside(before, path));
}
