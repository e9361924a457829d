/**
 * The cursors of both stores: the position that a message gets when it is persisted. No other part
 * reads them. Conversations with another order will have a mark of their own.
 */
import { toCursor, type Cursor } from '../../../../shared/lib/ids.ts';
import { StoreError } from '../../../core/messaging/ports.ts';

/** Of the order of arrival. */
const mark = 'a';
/** Digits of the largest safe integer: with leading zeros, positions sort as text. */
const digits = 16;
const pattern = /^a\d{16}$/;

/** @param position 0 is before the first message */
export function cursorAt(position: number): Cursor {
  return toCursor(mark + String(position).padStart(digits, '0'));
}

/** @throws StoreError `bad-cursor` */
export function positionOf(cursor: Cursor): number {
  const position = pattern.test(cursor) ? Number(cursor.slice(mark.length)) : NaN;
  if (!Number.isSafeInteger(position)) throw new StoreError('bad-cursor', 'that is no place in a conversation');
  return position;
}
