import { conversationOf } from '../../../../shared/lib/ids.ts';
import { expect, test } from 'vitest';
import {
  append,
  createSendWindow,
  drop,
  fill,
  isEmpty,
  isNextQueued,
  markLeft,
  maxAppended,
  nextQueued,
  takeForFrame,
  removeInFlight,
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
  const window = createSendWindow();
  append(window, stored(1));
  expect([window.isCaughtUp, isEmpty(window)]).toEqual([false, true]);
  fill(window, all(1, 3));
  append(window, stored(4));
  expect([window.isCaughtUp, sequences(window.loaded)]).toEqual([true, [1, 2, 3, 4]]);
});

test.each([
  ['was loaded already', 3],
  ['leaves one out', 5],
])('[DELIVER-3, DELIVER-4] a message that %s makes the window read the store again', (_what, sequence) => {
  const window = createSendWindow();
  fill(window, all(1, 3));
  append(window, stored(sequence));
  expect([window.isCaughtUp, sequences(window.loaded)]).toEqual([false, [1, 2, 3]]);
});

test('[DELIVER-8] no more is appended than may be in flight, whatever was sent before', () => {
  const window = createSendWindow();
  fill(window, []);
  for (let sequence = 1; sequence <= maxAppended; sequence += 1) append(window, stored(sequence));
  const isHeld = window.isCaughtUp;
  append(window, stored(maxAppended + 1));
  expect([isHeld, window.isCaughtUp, window.loaded.length]).toEqual([true, false, maxAppended]);
});

test('[DELIVER-8] fewer long texts are appended', () => {
  const window = createSendWindow();
  fill(window, []);
  const text = 'x'.repeat(16_384);
  let count = 0;
  while (window.isCaughtUp && count < 1_000) append(window, { ...stored((count += 1)), text });
  expect([window.loaded.length, window.textLoaded]).toEqual([64, 64 * text.length]);
});

test('[DELIVER-8] a window that is never empty drops what was acknowledged long ago', () => {
  const window = createSendWindow();
  fill(window, [stored(1)]);
  for (let sequence = 2; sequence <= 5 * maxAppended; sequence += 1) {
    append(window, stored(sequence));
    const [sent] = takeForFrame(window, (messageId) => messageId === `m${sequence}`);
    removeInFlight(window, sent?.messageId ?? '');
  }
  expect(window.isCaughtUp).toBe(true);
  expect(window.loaded.length).toBeLessThanOrEqual(maxAppended + 2);
});

test('[DELIVER-4, DELIVER-6] a frame takes the next messages, up to one that is held', () => {
  const window = createSendWindow();
  fill(window, all(1, 6));
  const first = takeForFrame(window, (messageId) => messageId === 'm3');
  const none = takeForFrame(window, (messageId) => messageId === 'm3');
  drop(window, 'm3');
  const rest = takeForFrame(window, nothingHeld);
  expect([first, none, rest].map(sequences)).toEqual([[1, 2], [], [4, 5, 6]]);
  append(window, stored(7));
  expect(sequences(takeForFrame(window, nothingHeld))).toEqual([7]);
});

test('[DELIVER-6] a queued message is taken only after it was marked, and none behind a held one is marked', () => {
  const window = createSendWindow();
  fill(window, [stored(1), stored(2, 'queued'), stored(3, 'queued'), stored(4, 'queued')]);
  const first = takeForFrame(window, nothingHeld);
  for (const messageId of nextQueued(window, (id) => id === 'm4')) window.leaving.add(messageId);
  const none = takeForFrame(window, nothingHeld);
  markLeft(window);
  const rest = takeForFrame(window, nothingHeld);
  expect([first, none, rest].map(sequences)).toEqual([[1], [], [2, 3]]);
  expect([isNextQueued(window), window.leaving.size]).toEqual([true, 0]);
});

test('[DELIVER-8] a final state makes room once', () => {
  const window = createSendWindow();
  fill(window, all(1, 2));
  takeForFrame(window, nothingHeld);
  const settled = [removeInFlight(window, 'm1')?.sequence, removeInFlight(window, 'm1')];
  expect([settled, window.inFlight.size, window.textInFlight]).toEqual([[1, undefined], 1, 2]);
});
