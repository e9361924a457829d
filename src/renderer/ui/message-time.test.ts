import { expect, test } from 'vitest';
import { placeOf } from '../features/conversation/grouping.ts';
import { dayOf, isSameDay, timeOf, writtenEarlier } from './message-time.ts';
import { bytesLeft, roomWords } from '../features/conversation/message-size.ts';
import type { Message } from '../../shared/contract/messages.ts';
import { cursorAt } from '../../../test/fakes/cursors.ts';
import { conversationOf } from '../../shared/lib/ids.ts';

const noonMs = new Date(2026, 2, 10, 12).getTime();
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function said(position: number, timeMs: number, from = 'ana'): Message {
  return {
    messageId: `m${position}`,
    conversation: conversationOf('ana'),
    from,
    fromName: '',
    text: '',
    sentAtMs: timeMs,
    receivedAtMs: timeMs,
    cursor: cursorAt(position),
  };
}

test('days have everyday names', () => {
  const at = (year: number, month: number, day: number): string => dayOf(new Date(year, month, day, 23, 59).getTime(), noonMs);
  expect([at(2026, 2, 10), at(2026, 2, 9), at(2026, 2, 8).includes('2026'), at(2025, 2, 8).includes('2025')]).toEqual([
    'Today',
    'Yesterday',
    false,
    true,
  ]);
});

test("a day ends at the reader's midnight, not after 24 hours", () => {
  const midnightMs = new Date(2026, 2, 11).getTime();
  expect([isSameDay(noonMs, midnightMs - 1), isSameDay(noonMs, midnightMs)]).toEqual([true, false]);
});

test('a message written long before it arrived shows that; an implausible clock is ignored', () => {
  const written = (sentAtMs: number): string | undefined => writtenEarlier({ sentAtMs, receivedAtMs: noonMs });
  expect([
    typeof written(noonMs - hourMs),
    written(noonMs - 9 * minuteMs),
    written(noonMs + hourMs),
    written(Number.NaN),
    written(-1e300),
    timeOf({ sentAtMs: 0, receivedAtMs: 1e300 }),
  ]).toEqual(['string', undefined, undefined, undefined, undefined, 0]);
});

test('groups messages within a minute, until another author writes or new messages begin', () => {
  const startMs = Math.floor(noonMs / minuteMs) * minuteMs;
  const messages = [
    said(1, startMs),
    said(2, startMs + 30_000),
    said(3, startMs + 59_999),
    said(4, startMs + 59_999, 'me'),
    said(5, startMs + minuteMs, 'me'),
    said(6, startMs + 61_000),
  ];
  const places = messages.map((message, index) =>
    placeOf(message, { before: messages[index - 1], after: messages[index + 1], firstUnread: cursorAt(3) }),
  );
  expect(
    places.map(({ startsGroup, endsGroup, startsUnread, startsDay }) => [startsGroup, endsGroup, startsUnread, startsDay]),
  ).toEqual([
    [true, false, false, true],
    [false, true, false, false],
    [true, true, true, false],
    [true, true, false, false],
    [true, true, false, false],
    [true, true, false, false],
  ]);
});

test('counts bytes, and shows the count only when room is scarce', () => {
  const left = bytesLeft('é'.repeat(8_000));
  expect([left, roomWords(2_000), roomWords(left), roomWords(0), roomWords(-5)?.startsWith('5 bytes too long')]).toEqual([
    384,
    undefined,
    '384 bytes left',
    '0 bytes left',
    true,
  ]);
});
