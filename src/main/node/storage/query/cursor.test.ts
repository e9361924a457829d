import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareCursors, cursorSchema, toCursor } from '../../../../shared/lib/ids.ts';
import { StoreError } from '../../../core/messaging/ports.ts';
import { cursorAt, positionOf } from './cursor.ts';

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
