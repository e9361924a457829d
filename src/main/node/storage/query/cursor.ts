/**
 * The cursors of both stores. In the order of arrival: the position that a message gets when it is
 * persisted. In a room: its place, which its author signed (ROOM-43). No other part reads them.
 */
import { toCursor, type Cursor, type MessageId } from '../../../../shared/lib/ids.ts';
import type { LogTag, RoomClock } from '../../../core/rooms/wire/block.ts';
import { StoreError } from '../../../core/messaging/ports.ts';

/** Of the order of arrival. */
const mark = 'a';
/** Digits of the largest safe integer: with leading zeros, positions sort as text. */
const digits = 16;
const pattern = /^a\d{16}$/;

/** Of the order of places: milliseconds, count, log tag, number. */
const placeMark = 'p';
const placePattern = /^p(\d{15})(\d{5})([0-9a-f]{16})(\d{8})$/;

/** Of blocks in the order in which they were kept: only for deletions. */
const blockPattern = /^b(\d{16})$/;

/** A place in a room. The number of a whole block is that of its first message. */
export interface Place {
  readonly clock: RoomClock;
  readonly tag: LogTag;
  readonly number: number;
}

/** @param position 0 is before the first message */
export function cursorAt(position: number): Cursor {
  return toCursor(mark + String(position).padStart(digits, '0'));
}

/** @throws StoreError `bad-cursor` */
export function positionOf(cursor: Cursor): number {
  const position = pattern.test(cursor) ? Number(cursor.slice(mark.length)) : NaN;
  if (!Number.isSafeInteger(position)) throw badCursor();
  return position;
}

export function cursorAtPlace({ clock, tag, number }: Place): Cursor {
  return cursorsAt({ clock, tag })(number);
}

/** Of the messages of one block: what they share is prepared once. */
export function cursorsAt({ clock, tag }: Omit<Place, 'number'>): (number: number) => Cursor {
  const [ms, count] = [String(clock.ms).padStart(15, '0'), String(clock.count).padStart(5, '0')];
  const start = placeMark + ms + count + tag;
  return (number) => toCursor(start + String(number).padStart(8, '0'));
}

/** @throws StoreError `bad-cursor` */
export function placeOf(cursor: Cursor): Place {
  const match = placePattern.exec(cursor);
  if (!match) throw badCursor();
  const [, ms, count, tag = '', number] = match;
  return { clock: { ms: Number(ms), count: Number(count) }, tag, number: Number(number) };
}

/** @param block the number of a block in the order of keeping; 0 is before the first */
export function cursorAtBlock(block: number): Cursor {
  return toCursor(`b${String(block).padStart(digits, '0')}`);
}

/** @returns undefined for a cursor of another kind */
export function blockOfCursor(cursor: Cursor): number | undefined {
  const match = blockPattern.exec(cursor);
  return match ? Number(match[1]) : undefined;
}

/**
 * The ID of a message of a room whose author gave its ID to a direct message before. Its place is
 * its own, so it is not lost.
 */
export function otherId({ tag, clock }: Pick<Place, 'tag' | 'clock'>, number: number): MessageId {
  return `${tag}-${clock.ms}-${clock.count}-${number}`;
}

function badCursor(): StoreError {
  return new StoreError('bad-cursor', 'that is no place in a conversation');
}
