import { expect, test } from 'vitest';
import { createReasonCounts } from './reason-counts.ts';

test('[SESS-18] counts any reason, also one that every object has', () => {
  const counts = createReasonCounts();
  for (const reason of ['refused', 'constructor', 'refused']) counts.add(reason);
  expect(counts.read()).toEqual({ refused: 2, constructor: 1 });
});

test('[SESS-18] however many reasons there are, 64 are kept, and the rest is counted together', () => {
  const counts = createReasonCounts();
  for (let number = 0; number < 1_000; number += 1) counts.add(`reason-${number}`);
  const read = counts.read();
  expect({ kept: Object.keys(read).length, other: read['other'] }).toEqual({ kept: 65, other: 936 });
});
