import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { createMessageIds } from './message-id.ts';

const ones = { bytes: (sizeBytes: number) => new Uint8Array(sizeBytes).fill(0xff) };

test('[DELIVER-1] IDs are UUIDs of version 7, with the time in front', () => {
  const ids = createMessageIds(ones);
  expect(ids.next(0x0192_a5b0_1234)).toBe('0192a5b0-1234-7fff-bfff-ffffffffffff');
  expect(ids.next(0)).toBe('00000000-0000-7fff-bfff-ffffffffffff');
  expect(ids.next(-1)).toBe('00000000-0000-7fff-bfff-ffffffffffff');
  expect(ids.next(2 ** 48 + 1)).toBe('00000000-0001-7fff-bfff-ffffffffffff');
});

test('[DELIVER-1] IDs of one instant differ and sort by time', () => {
  const ids = createMessageIds(createSeededRandom('ids'));
  const all = Array.from({ length: 10_000 }, () => ids.next(1_700_000_000_000));
  expect(new Set(all).size).toBe(all.length);
  expect(ids.next(1_700_000_000_001) > (all.toSorted().at(-1) ?? '')).toBe(true);
});
