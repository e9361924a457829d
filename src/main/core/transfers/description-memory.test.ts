/** The memory that the description of the largest offer takes. */
import { expect, test } from 'vitest';
import { maxFiles } from '../../../shared/contract/transfers.ts';
import { usedBytes } from '../../../../test/fixtures/used-bytes.ts';
import { nameFiles } from '../../node/files/sink-names.ts';
import { decodeDescription, encodeDescription, type Description } from './description.ts';

/** Of the offer with the most files, decoded and named: 50 MiB. */
const mostBytes = 52_428_800;

function describedMost(): Uint8Array {
  const files = Array.from({ length: maxFiles }, (_, index) => ({
    path: ['photos', `${Math.floor(index / 1_000) + 1_000}`, `${index + 1_000_000}.jpg`],
    sizeBytes: 0,
    modifiedMs: 1,
  }));
  return encodeDescription({ files, chunkHashes: new Uint8Array(0) }) ?? new Uint8Array(0);
}

function decoded(bytes: Uint8Array): Description | undefined {
  const decoding = decodeDescription(bytes, { fileCount: maxFiles, totalBytes: 0 });
  for (;;) {
    const step = decoding.next();
    if (step.done) return step.value;
  }
}

test('[XFER-75] the most files that an offer may have take a bounded amount of memory', async () => {
  const bytes = describedMost();
  // The files that it was made from are garbage then.
  await new Promise((resolve) => setImmediate(resolve));
  const before = usedBytes();
  const result = decoded(bytes);
  const names = await nameFiles(result?.files ?? []);
  const tookBytes = usedBytes() - before;
  expect(tookBytes).toBeGreaterThan(0);
  expect({ files: result?.files.length, names: names.files.length, tops: names.tops.length }).toEqual({
    ...{ files: maxFiles, names: maxFiles, tops: 1 },
  });
  expect(tookBytes).toBeLessThan(mostBytes);
  console.log(`figure: the memory of ${maxFiles} files, decoded and named = ${(tookBytes / 1e6).toFixed(0)} MB`);
});
