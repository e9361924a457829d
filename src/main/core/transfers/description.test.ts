/** Descriptions of offers: which are valid, and the cost of a hostile one. */
import { expect, test } from 'vitest';
import { maxFiles, maxOfferBytes } from '../../../shared/contract/transfers.ts';
import { concatBytes, uint48 } from '../lib/bytes.ts';
import { decodeDescription, encodeDescription, type Description } from './description.ts';

function described(count: number): Uint8Array {
  const files = Array.from({ length: count }, (_, index) => ({
    path: ['photos', `${Math.floor(index / 1_000) + 1_000}`, `${index + 1_000_000}.jpg`],
    sizeBytes: 0,
    modifiedMs: 1,
  }));
  return encodeDescription({ files, chunkHashes: new Uint8Array(0) }) ?? new Uint8Array(0);
}

/** @returns the result, and how many files were read */
function decoded(bytes: Uint8Array, fileCount: number): { readonly result: Description | undefined; readonly read: number } {
  const decoding = decodeDescription(bytes, { fileCount, totalBytes: 0 });
  for (let read = 0; ; read += 1) {
    const step = decoding.next();
    if (step.done) return { result: step.value, read };
  }
}

test('[XFER-75] a description of a million files is refused before the first of them', () => {
  const bytes = described(1_000);
  new DataView(bytes.buffer).setUint32(1, 1_000_000);
  for (const claimed of [1_000_000, maxFiles, 1]) expect(decoded(bytes, claimed)).toEqual({ result: undefined, read: 0 });
  // Its header lies too: then the first files count, and the bytes behind them do not fit.
  new DataView(bytes.buffer).setUint32(1, 5);
  expect(decoded(bytes, 5)).toEqual({ result: undefined, read: 5 });
});

const file = (path: string, sizeBytes = 0) => ({ path: path.split('/'), sizeBytes, modifiedMs: 1 });

test.each([
  ['in order', [file('a/b'), file('a/c'), file('d')], true],
  ['in another order', [file('d'), file('a/b')], false],
  ['of which one is there twice', [file('a/b'), file('a/b')], false],
  ['of which one is a folder of another', [file('a'), file('a/b')], false],
  ['that are larger than the offer', [file('a', 1)], false],
])('[XFER-76] a description of files %s is checked', (_, files, isValid) => {
  const bytes = encodeDescription({ files, chunkHashes: new Uint8Array(0) });
  expect(decoded(bytes ?? new Uint8Array(0), files.length).result !== undefined).toBe(isValid);
});

test('[XFER-76] a description that goes on behind its last file is refused', () => {
  const bytes = described(3);
  expect([bytes, Uint8Array.of(...bytes, 0)].map((one) => decoded(one, 3).result?.files.length)).toEqual([3, undefined]);
});

/** A description of one file, made by hand. */
function describedAs(path: Uint8Array, sizeBytes = 0, totalBytes = sizeBytes): Uint8Array {
  const chunks = Math.ceil(totalBytes / 1_048_576);
  const head = new Uint8Array(9 + 32 * chunks);
  head[0] = 1;
  new DataView(head.buffer).setUint32(1, 1);
  new DataView(head.buffer).setUint32(5, chunks);
  const size = uint48(sizeBytes);
  return concatBytes([head, Uint8Array.of(path.length >> 8, path.length & 255), path, size, uint48(1)]);
}

const text = (path: string): Uint8Array => new TextEncoder().encode(path);

test.each([
  ['a path as it should be', text('photos/lake.jpg'), true],
  ['a path of the most bytes', text(`${'a'.repeat(200)}/`.repeat(9) + 'a'.repeat(191)), true],
  ['a path that is longer', text(`${'a'.repeat(200)}/`.repeat(9) + 'a'.repeat(192)), false],
  ['a path that leaves the folder', text('photos/../../.profile'), false],
  ['an absolute path', text('/etc/passwd'), false],
  ['no path', text(''), false],
  ['a path that is no UTF-8', Uint8Array.of(0x61, 0xff), false],
])('[XFER-76, XFER-42] a description with %s is checked', (_, path, isValid) => {
  expect(decoded(describedAs(path), 1).result !== undefined).toBe(isValid);
});

test('[XFER-76] a description that is cut off anywhere is refused', () => {
  const bytes = encodeDescription({ files: [file('a/b'), file('c')], chunkHashes: new Uint8Array(0) }) ?? new Uint8Array(0);
  const cut = Array.from({ length: bytes.length }, (_, length) => decoded(bytes.slice(0, length), 2).result);
  expect([decoded(bytes, 2).result?.files.length, cut.filter((result) => result !== undefined)]).toEqual([2, []]);
});

test('[FILE-2] a file that is larger than any offer is refused, whatever the offer says', () => {
  const bytes = describedAs(text('a'), maxOfferBytes + 1, 0);
  expect(decoded(bytes, 1)).toEqual({ result: undefined, read: 0 });
});
