import { conversationOf } from '../../../../shared/lib/ids.ts';
import { expect, test } from 'vitest';
import {
  append,
  createLane,
  drop,
  fill,
  isEmpty,
  isNextQueued,
  markLeft,
  maxAppended,
  nextQueued,
  takeForFrame,
  takeSettled,
} from './send-window.ts';
import { cursorAt } from '../../../../../test/fakes/cursors.ts';
import type { StoredMessage } from '../ports.ts';

function stored(sequence: number, state: 'queued' | 'sent' = 'sent'): StoredMessage {
  const messageId = `m${sequence}`;
  const names = { messageId, conversation: conversationOf('bo'), from: 'ana', fromName: 'Ana', text: messageId };
  return { ...names, sequence, sentAtMs: 0, receivedAtMs: 0, state, position: sequence, cursor: cursorAt(sequence) };
}

const all = (from: number, to: number): StoredMessage[] =>
  Array.from({ length: to - from + 1 }, (_, index) => stored(from + index));
const sequences = (messages: readonly StoredMessage[]): readonly number[] => messages.map(({ sequence }) => sequence);
const nothingHeld = (): boolean => false;

test('[DELIVER-3, DELIVER-4] a new message is appended only if it comes next', () => {
  const lane = createLane();
  append(lane, stored(1));
  expect([lane.isCaughtUp, isEmpty(lane)]).toEqual([false, true]);
  fill(lane, all(1, 3));
  append(lane, stored(4));
  expect([lane.isCaughtUp, sequences(lane.loaded)]).toEqual([true, [1, 2, 3, 4]]);
});

test.each([
  ['was loaded already', 3],
  ['leaves one out', 5],
])('[DELIVER-3, DELIVER-4] a message that %s makes the window read the store again', (_what, sequence) => {
  const lane = createLane();
  fill(lane, all(1, 3));
  append(lane, stored(sequence));
  expect([lane.isCaughtUp, sequences(lane.loaded)]).toEqual([false, [1, 2, 3]]);
});

test('[DELIVER-8] no more is appended than may be in flight, whatever was sent before', () => {
  const lane = createLane();
  fill(lane, []);
  for (let sequence = 1; sequence <= maxAppended; sequence += 1) append(lane, stored(sequence));
  const isHeld = lane.isCaughtUp;
  append(lane, stored(maxAppended + 1));
  expect([isHeld, lane.isCaughtUp, lane.loaded.length]).toEqual([true, false, maxAppended]);
});

test('[DELIVER-8] fewer long texts are appended', () => {
  const lane = createLane();
  fill(lane, []);
  const text = 'x'.repeat(16_384);
  let count = 0;
  while (lane.isCaughtUp && count < 1_000) append(lane, { ...stored((count += 1)), text });
  expect([lane.loaded.length, lane.textLoaded]).toEqual([64, 64 * text.length]);
});

test('[DELIVER-8] a window that is never empty drops what was acknowledged long ago', () => {
  const lane = createLane();
  fill(lane, [stored(1)]);
  for (let sequence = 2; sequence <= 5 * maxAppended; sequence += 1) {
    append(lane, stored(sequence));
    const [sent] = takeForFrame(lane, (messageId) => messageId === `m${sequence}`);
    takeSettled(lane, sent?.messageId ?? '');
  }
  expect(lane.isCaughtUp).toBe(true);
  expect(lane.loaded.length).toBeLessThanOrEqual(maxAppended + 2);
});

test('[DELIVER-4, DELIVER-6] a frame takes the next messages, up to one that is held', () => {
  const lane = createLane();
  fill(lane, all(1, 6));
  const first = takeForFrame(lane, (messageId) => messageId === 'm3');
  const none = takeForFrame(lane, (messageId) => messageId === 'm3');
  drop(lane, 'm3');
  const rest = takeForFrame(lane, nothingHeld);
  expect([first, none, rest].map(sequences)).toEqual([[1, 2], [], [4, 5, 6]]);
  append(lane, stored(7));
  expect(sequences(takeForFrame(lane, nothingHeld))).toEqual([7]);
});

test('[DELIVER-6] a queued message is taken only after it was marked, and none behind a held one is marked', () => {
  const lane = createLane();
  fill(lane, [stored(1), stored(2, 'queued'), stored(3, 'queued'), stored(4, 'queued')]);
  const first = takeForFrame(lane, nothingHeld);
  for (const messageId of nextQueued(lane, (id) => id === 'm4')) lane.leaving.add(messageId);
  const none = takeForFrame(lane, nothingHeld);
  markLeft(lane);
  const rest = takeForFrame(lane, nothingHeld);
  expect([first, none, rest].map(sequences)).toEqual([[1], [], [2, 3]]);
  expect([isNextQueued(lane), lane.leaving.size]).toEqual([true, 0]);
});

test('[DELIVER-8] a final state makes room once', () => {
  const lane = createLane();
  fill(lane, all(1, 2));
  takeForFrame(lane, nothingHeld);
  const settled = [takeSettled(lane, 'm1')?.sequence, takeSettled(lane, 'm1')];
  expect([settled, lane.onTheirWay.size, lane.textOnItsWay]).toEqual([[1, undefined], 1, 2]);
});
