import { expect, it } from 'vitest';
import { createBlockRing } from './block-ring.ts';
import { rangesOf, shortTag } from './ranges.ts';

it('[ROOM-79] a ring finds a block by each of its numbers, and drops the oldest', () => {
  const ring = createBlockRing(2);
  const [one, two, three] = [
    { log: 'a', first: 1, last: 3 },
    { log: 'b', first: 1, last: 1 },
    { log: 'a', first: 4, last: 4 },
  ];
  ring.add(one);
  ring.add(two);
  expect([0, 1, 2, 3, 4].map((number) => ring.find('a', number))).toEqual([undefined, one, one, one, undefined]);
  ring.add(three);
  expect([ring.find('a', 1), ring.find('b', 1), ring.find('a', 4)]).toEqual([undefined, two, three]);
});

it('ranges are the fewest that hold the numbers', () => {
  expect(rangesOf([5, 1, 2, 9, 3, 10])).toEqual([
    { from: 1, to: 3 },
    { from: 5, to: 5 },
    { from: 9, to: 10 },
  ]);
  expect({ none: rangesOf([]), tag: shortTag('0123456789abcdef') }).toEqual({ none: [], tag: '01234567' });
});
