import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../test/support/seeded-random.ts';
import { createMessageId } from './message-id.ts';

const ones = { bytes: (sizeBytes: number) => new Uint8Array(sizeBytes).fill(0xff) };

test('[DELIVER-1] ids are UUIDs of version 7, with the time in front', () => {
  expect(createMessageId(0x0192_a5b0_1234, ones)).toBe('0192a5b0-1234-7fff-bfff-ffffffffffff');
  expect(createMessageId(0, ones)).toBe('00000000-0000-7fff-bfff-ffffffffffff');
  expect(createMessageId(-1, ones)).toBe('00000000-0000-7fff-bfff-ffffffffffff');
});

test('[DELIVER-1] ids of one instant are all different, and sort by time', () => {
  const random = createSeededRandom('ids');
  const ids = Array.from({ length: 10_000 }, () => createMessageId(1_700_000_000_000, random));
  expect(new Set(ids).size).toBe(ids.length);
  expect(createMessageId(1_700_000_000_001, random) > (ids.toSorted().at(-1) ?? '')).toBe(true);
});
