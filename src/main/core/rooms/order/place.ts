/**
 * Places: the one order of a room's messages (rules ROOM-30, ROOM-31). A place is signed bytes
 * alone: clock, log tag, number. So nodes that hold the same blocks show the same order. The text
 * form is a cursor, and sorts as text in that order. Pure.
 */
import { toCursor, type Cursor } from '../../../../shared/lib/ids.ts';
import { maxClockCount, maxMessageNumber, type LogTag, type RoomClock } from '../wire/block.ts';
import { compareClocks } from './room-clock.ts';

export interface Place {
  readonly clock: RoomClock;
  readonly tag: LogTag;
  /** Of the message. */
  readonly number: number;
}

/** Of cursors that are places; the order of arrival has another. */
const mark = 'p';
/** Decimal digits: 48 bits, 16 bits, 2^24. */
const digits = { ms: 15, count: 5, number: 8 };
const pattern = /^p(\d{15})(\d{5})([0-9a-f]{16})(\d{8})$/;
const maxMs = 2 ** 48 - 1;

/** @returns negative if `a` comes first, 0 if they are equal */
export function comparePlaces(a: Place, b: Place): number {
  return compareClocks(a.clock, b.clock) || (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0) || a.number - b.number;
}

export function cursorOfPlace({ clock, tag, number }: Place): Cursor {
  return toCursor(
    mark + decimal(clock.ms, digits.ms) + decimal(clock.count, digits.count) + tag + decimal(number, digits.number),
  );
}

/** @returns undefined if the cursor is no place */
export function placeOfCursor(cursor: Cursor): Place | undefined {
  const [, ms, count, tag, number] = pattern.exec(cursor) ?? [];
  if (tag === undefined) return undefined;
  const place: Place = { clock: { ms: Number(ms), count: Number(count) }, tag, number: Number(number) };
  const isReal = place.clock.ms <= maxMs && place.clock.count <= maxClockCount && place.number <= maxMessageNumber;
  return isReal ? place : undefined;
}

function decimal(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
