import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareCursors, cursorSchema, toCursor } from '../../../../shared/lib/ids.ts';
import { StoreError } from '../../../core/messaging/ports.ts';
import { cursorAt, cursorAtPlace, placeOf, positionOf, type Place } from './cursor.ts';

const positions = fc.maxSafeNat();

it('a cursor is read back, passes the contract, and sorts as its position does', () => {
  fc.assert(
    fc.property(positions, positions, (one, other) => {
      expect(positionOf(cursorAt(one))).toBe(one);
      expect(cursorSchema.parse(cursorAt(one))).toBe(cursorAt(one));
      expect(compareCursors(cursorAt(one), cursorAt(other))).toBe(Math.sign(one - other));
    }),
  );
});

const places: fc.Arbitrary<Place> = fc.record({
  clock: fc.record({ ms: fc.integer({ min: 0, max: 2 ** 48 - 1 }), count: fc.integer({ min: 0, max: 0xffff }) }),
  tag: fc.constantFrom('0'.repeat(16), '9a'.repeat(8), 'f'.repeat(16)),
  number: fc.integer({ min: 0, max: 2 ** 24 }),
});

it('[ROOM-43] a cursor of a room is read back, passes the contract, and sorts as its place does', () => {
  const compare = (a: Place, b: Place): number =>
    a.clock.ms - b.clock.ms ||
    a.clock.count - b.clock.count ||
    Number(a.tag > b.tag) - Number(a.tag < b.tag) ||
    a.number - b.number;
  fc.assert(
    fc.property(places, places, (one, other) => {
      expect(placeOf(cursorAtPlace(one))).toEqual(one);
      expect(cursorSchema.parse(cursorAtPlace(one))).toBe(cursorAtPlace(one));
      expect(compareCursors(cursorAtPlace(one), cursorAtPlace(other))).toBe(Math.sign(compare(one, other)));
    }),
  );
  expect(() => placeOf(cursorAt(7))).toThrow(StoreError);
  expect(() => positionOf(cursorAtPlace({ clock: { ms: 1, count: 1 }, tag: '0'.repeat(16), number: 1 }))).toThrow(StoreError);
});

it('any other text is refused with a code', () => {
  const codeOf = (text: string): string => {
    try {
      return String(positionOf(toCursor(text)));
    } catch (error) {
      return error instanceof StoreError ? error.code : 'crash';
    }
  };
  const made = ['', '7', 'a7', 'a00000000000000007', 'b0000000000000007', 'a000000000000007 ', 'a9999999999999999'];
  expect(made.map(codeOf)).toEqual(made.map(() => 'bad-cursor'));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => codeOf(text) === 'bad-cursor'));
});
