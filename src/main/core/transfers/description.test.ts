/** Descriptions of offers: which are valid, and the cost of a hostile one and of the largest one. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { maxFiles } from '../../../shared/contract/transfers.ts';
import { nameFiles } from '../../node/files/sink-names.ts';
import { decodeDescription, encodeDescription, type Description } from './description.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const mebibyte = 1_048_576;
/** Of the offer with the most files, decoded and named. */
const mostBytes = 50 * mebibyte;

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

function memoryBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('[XFER-75] a description of a million files is refused before the first of them', () => {
  const bytes = described(1_000);
  new DataView(bytes.buffer).setUint32(1, 1_000_000);
  for (const claimed of [1_000_000, maxFiles, 1]) expect(decoded(bytes, claimed)).toEqual({ result: undefined, read: 0 });
  // Its header lies too: then the first files count, and the bytes behind them do not fit.
  new DataView(bytes.buffer).setUint32(1, 5);
  expect(decoded(bytes, 5)).toEqual({ result: undefined, read: 5 });
});

test('[XFER-75] the most files that an offer may have take a bounded amount of memory', async () => {
  const bytes = described(maxFiles);
  // The files that it was made from are garbage then.
  await new Promise((resolve) => setImmediate(resolve));
  const before = memoryBytes();
  const { result } = decoded(bytes, maxFiles);
  const names = await nameFiles(result?.files ?? []);
  const usedBytes = memoryBytes() - before;
  expect(usedBytes).toBeGreaterThan(0);
  expect({ files: result?.files.length, names: names.files.length, tops: names.tops.length }).toEqual({
    ...{ files: maxFiles, names: maxFiles, tops: 1 },
  });
  expect(usedBytes).toBeLessThan(mostBytes);
  console.log(`figure: the memory of ${maxFiles} files, decoded and named = ${(usedBytes / 1e6).toFixed(0)} MB`);
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
