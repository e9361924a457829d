import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message } from '../../shared/contract/messages.ts';
import { laterState, maxHeld, openWindow, putMessage, putNewer, putOlder, putState, refresh } from './message-window.ts';
import type { MessageWindow } from './message-window.ts';
import { cursorAt } from '../../../test/fakes/cursors.ts';
import { conversationOf } from '../../shared/lib/ids.ts';

function at(position: number, change: Partial<Message> = {}): Message {
  const from = 'other';
  const times = { sentAtMs: position, receivedAtMs: position };
  return {
    messageId: `m${position}`,
    conversation: conversationOf(from),
    from,
    fromName: 'Ana',
    text: String(position),
    ...times,
    cursor: cursorAt(position),
    ...change,
  };
}

function range(from: number, to: number): Message[] {
  return Array.from({ length: to - from + 1 }, (_, index) => at(from + index));
}

function positions({ messages }: MessageWindow): number[] {
  return messages.map(({ cursor }) => Number(cursor.slice(1)));
}

const newest = openWindow({ messages: range(5, 8).reverse(), isEnd: false }, 0);

test('sorts a page in any order by position', () => {
  expect([positions(newest), newest.hasOlder, newest.hasNewer]).toEqual([[5, 6, 7, 8], true, false]);
});

test('prepends older messages, and the numbers of the others stay', () => {
  const next = putOlder(newest, { messages: range(2, 5).reverse(), isEnd: true });
  expect([positions(next), newest.firstIndex - next.firstIndex, next.hasOlder, next.generation]).toEqual([
    [2, 3, 4, 5, 6, 7, 8],
    3,
    false,
    0,
  ]);
});

test('appends a new message once', () => {
  const twice = putMessage(putMessage(newest, at(9)), at(9));
  expect(positions(twice)).toEqual([5, 6, 7, 8, 9]);
});

test('does not append a new message behind a gap', () => {
  const context = { ...newest, hasNewer: true };
  expect(putMessage(context, at(20))).toBe(context);
});

test('newer messages reach the end only when they include the last known one', () => {
  const context = { ...newest, hasNewer: true };
  const part = putNewer(context, { messages: range(9, 11), isEnd: true }, cursorAt(12));
  expect([
    positions(part).at(-1),
    part.hasNewer,
    putNewer(part, { messages: [at(12)], isEnd: true }, cursorAt(12)).hasNewer,
  ]).toEqual([11, true, false]);
});

test('the window is bounded: it drops the far end, which can be loaded again', () => {
  const full = openWindow({ messages: range(1_001, 1_000 + maxHeld), isEnd: false }, 0);
  const older = putOlder(full, { messages: range(941, 1_000), isEnd: false });
  const newer = putNewer(
    { ...full, hasOlder: false },
    { messages: range(1_001 + maxHeld, 1_060 + maxHeld), isEnd: true },
    cursorAt(1_060 + maxHeld),
  );
  expect([
    [older.messages.length, positions(older)[0], older.hasNewer],
    [newer.messages.length, positions(newer)[0], newer.hasOlder, newer.firstIndex - full.firstIndex],
  ]).toEqual([
    [maxHeld, 941, true],
    [maxHeld, 1_061, true, 60],
  ]);
});

test('[DELIVER-5] a delivery state only moves forward, whatever arrives twice or late', () => {
  const states = ['queued', 'sent', 'delivered', 'read', 'failed', 'cancelled'] as const;
  const rank = { queued: 0, sent: 1, delivered: 2, read: 3, failed: 4, cancelled: 4 };
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...states), { minLength: 1 }), (news) => {
      const seen = news.reduce<(typeof states)[number][]>((all, state) => [...all, laterState(all.at(-1), state) ?? state], []);
      expect(seen.every((state, index) => index === 0 || rank[state] >= rank[seen[index - 1] ?? 'queued'])).toBe(true);
      expect(rank[seen.at(-1) ?? 'queued']).toBe(Math.max(...news.map((state) => rank[state])));
    }),
  );
});

test('a delivery applies to our own message with that ID, not to one of the other author', () => {
  const window = openWindow(
    { messages: [at(1, { messageId: 'x', from: 'me', state: 'queued' }), at(2, { messageId: 'x' })], isEnd: true },
    0,
  );
  const next = putState(window, 'x', 'delivered');
  expect([next.messages.map(({ state }) => state), putState(next, 'x', 'sent')]).toEqual([['delivered', undefined], next]);
});

test('an overlapping page of the newest adds new messages and changes nothing else', () => {
  const next = refresh(newest, { messages: range(7, 10), isEnd: false }, cursorAt(8));
  expect([positions(next), next.generation, next.firstIndex]).toEqual([[5, 6, 7, 8, 9, 10], 0, newest.firstIndex]);
});

test('after a gap the list starts over with the newest', () => {
  const next = refresh(newest, { messages: range(20, 22), isEnd: false }, cursorAt(8));
  expect([positions(next), next.generation]).toEqual([[20, 21, 22], 1]);
});

test('removes deleted messages; keeps those that arrived while the page was loading', () => {
  const arrived = putMessage(newest, at(9));
  const next = refresh(arrived, { messages: [at(8)], isEnd: true }, cursorAt(8));
  const cleared = refresh(arrived, { messages: [], isEnd: true }, cursorAt(8));
  expect([positions(next), positions(cleared), next.hasOlder]).toEqual([[8, 9], [9], false]);
});

test('a page of the newest does not pull a reader of old messages back', () => {
  const context = { ...newest, hasNewer: true };
  expect(refresh(context, { messages: range(30, 40), isEnd: false }, cursorAt(40))).toBe(context);
});
