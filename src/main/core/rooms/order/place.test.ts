import { expect, it } from 'vitest';
import * as fc from 'fast-check';
import { compareCursors, cursorSchema, toCursor } from '../../../../shared/lib/ids.ts';
import { comparePlaces, cursorOfPlace, placeOfCursor, type Place } from './place.ts';

const place: fc.Arbitrary<Place> = fc.record({
  clock: fc.record({
    ms: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 2 ** 48 - 1 })),
    count: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 65_535 })),
  }),
  tag: fc.oneof(fc.constantFrom('0000000000000000', '000000000000000a', 'ffffffffffffffff'), fc.stringMatching(/^[0-9a-f]{16}$/)),
  number: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2 ** 24 })),
});

it('[ROOM-30] places are ordered by clock, then log tag, then number', () => {
  const a: Place = { clock: { ms: 5, count: 2 }, tag: '00000000000000aa', number: 7 };
  const later: readonly Place[] = [
    { ...a, clock: { ms: 6, count: 0 } },
    { ...a, clock: { ms: 5, count: 3 }, tag: '0000000000000000' },
    { ...a, tag: '00000000000000ab', number: 1 },
    { ...a, number: 8 },
  ];
  expect(later.map((one) => [Math.sign(comparePlaces(a, one)), Math.sign(comparePlaces(one, a))])).toEqual(
    later.map(() => [-1, 1]),
  );
  expect(comparePlaces(a, { ...a })).toBe(0);
});

it('[ROOM-31] cursors of places sort as text in their order, and give the places back', () => {
  fc.assert(
    fc.property(place, place, (a, b) => {
      const order = compareCursors(cursorOfPlace(a), cursorOfPlace(b));
      expect({ order: Math.sign(order), again: placeOfCursor(cursorOfPlace(a)) }).toEqual({
        order: Math.sign(comparePlaces(a, b)),
        again: a,
      });
    }),
    { numRuns: 2_000 },
  );
});

it('[ROOM-31] a cursor has a mark and 44 digits', () => {
  const cursor = cursorOfPlace({ clock: { ms: 1_700_000_000_000, count: 12 }, tag: '0123456789abcdef', number: 345 });
  expect(cursor).toBe('p001700000000000000120123456789abcdef00000345');
  expect(cursorSchema.parse(cursor)).toBe(cursor);
});

it.each([
  '',
  'p',
  'a0000000000000001',
  'p001700000000000000120123456789ABCDEF00000345',
  'p999999999999999000120123456789abcdef00000345',
])('[ROOM-31] the cursor %j is no place', (text) => {
  expect(placeOfCursor(toCursor(text))).toBeUndefined();
});

it('[ROOM-31] a count or number that no block can have is no place', () => {
  const texts = ['p001700000000000655360123456789abcdef00000345', 'p001700000000000000120123456789abcdef99999999'];
  expect(texts.map((text) => placeOfCursor(toCursor(text)))).toEqual([undefined, undefined]);
});
