/** The send window: which messages are next, in flight and answered. */
import { expect, test } from 'vitest';
import { conversationOf, type MessageId } from '../../../../shared/lib/ids.ts';
import { cursorAt } from '../../../../../test/fakes/cursors.ts';
import type { StoredMessage } from '../ports.ts';
import { createSendWindow, type SendWindow } from './send-window.ts';
import { maxAppended } from './upcoming-messages.ts';

function stored(sequence: number, state: 'queued' | 'sent' = 'sent'): StoredMessage {
  const messageId = `m${sequence}`;
  const names = { messageId, conversation: conversationOf('bo'), from: 'ana', fromName: 'Ana', text: messageId };
  return { ...names, sequence, sentAtMs: 0, receivedAtMs: 0, state, position: sequence, cursor: cursorAt(sequence) };
}

/**
 * @returns a window of a store that persists everything, with the changes of state it persisted and
 * emitted
 */
function makeWindow(...messages: readonly StoredMessage[]) {
  const persisted: string[] = [];
  const emitted: string[] = [];
  const window = createSendWindow({
    store: { setStatesOf: (changed, state) => changed.map(({ messageId }) => persisted.push(`${messageId} ${state}`) > 0) },
    persist: async (act) => act(),
    onState: ({ messageId }, state) => emitted.push(`${messageId} ${state}`),
  });
  window.fill(messages);
  return { window, persisted, emitted };
}

const all = (from: number, to: number): StoredMessage[] =>
  Array.from({ length: to - from + 1 }, (_, index) => stored(from + index));
const sequences = (messages: readonly StoredMessage[]): readonly number[] => messages.map(({ sequence }) => sequence);
const noneHeld = (): boolean => false;

/** Takes all frames that the window has now. */
function takeAll(window: SendWindow, isHeld: (messageId: MessageId) => boolean = noneHeld): readonly StoredMessage[] {
  const taken: StoredMessage[] = [];
  for (let frame = window.takeForFrame(isHeld); frame.length > 0; frame = window.takeForFrame(isHeld)) taken.push(...frame);
  return taken;
}

test('[DELIVER-3, DELIVER-4] a new message is appended only if it comes next', () => {
  const { window } = makeWindow(...all(1, 3));
  window.append(stored(4));
  expect([window.isCaughtUp(), sequences(takeAll(window))]).toEqual([true, [1, 2, 3, 4]]);
});

test('[DELIVER-3, DELIVER-4] nothing is appended before the store was read', () => {
  const window = createSendWindow({
    store: { setStatesOf: (changed) => changed.map(() => true) },
    persist: async (act) => act(),
    onState: () => undefined,
  });
  window.append(stored(1));
  expect([window.isCaughtUp(), window.isEmpty()]).toEqual([false, true]);
});

test.each([
  ['was loaded already', 3],
  ['leaves one out', 5],
])('[DELIVER-3, DELIVER-4] a message that %s makes the window read the store again', (_what, sequence) => {
  const { window } = makeWindow(...all(1, 3));
  window.append(stored(sequence));
  expect([window.isCaughtUp(), sequences(takeAll(window))]).toEqual([false, [1, 2, 3]]);
});

test('[DELIVER-8] no more is appended than may be in flight', () => {
  const { window } = makeWindow();
  for (let sequence = 1; sequence <= maxAppended; sequence += 1) window.append(stored(sequence));
  const isHeld = window.isCaughtUp();
  window.append(stored(maxAppended + 1));
  expect([isHeld, window.isCaughtUp(), takeAll(window).length]).toEqual([true, false, maxAppended]);
});

test('[DELIVER-8] fewer long texts are appended', () => {
  const { window } = makeWindow();
  const text = 'x'.repeat(16_384);
  let count = 0;
  while (window.isCaughtUp() && count < 1_000) window.append({ ...stored((count += 1)), text });
  expect(takeAll(window)).toHaveLength(64);
});

test('[DELIVER-8] fewer long texts are in flight, also of messages that left before', async () => {
  const text = 'x'.repeat(16_384);
  const { window } = makeWindow(...all(1, 300).map((message) => ({ ...message, text })));
  const taken: StoredMessage[] = [];
  for (let turn = 0; turn < 300 && window.hasRoom(); turn += 1) taken.push(...window.takeForFrame(noneHeld));
  // The last frame may exceed the limit.
  const inFlight = taken.length * text.length;
  await window.settle(
    sequences(taken.slice(0, 10)).map((sequence) => `m${sequence}`),
    'delivered',
  );
  expect({ isFull: inFlight >= 4_194_304, isOver: inFlight > 4_194_304 + 131_072, hasRoom: window.hasRoom() }).toEqual({
    isFull: true,
    isOver: false,
    hasRoom: true,
  });
});

test('[DELIVER-4, DELIVER-8] a window that is never empty goes on without the store', async () => {
  const { window } = makeWindow(stored(1));
  for (let sequence = 2; sequence <= 5 * maxAppended; sequence += 1) {
    window.append(stored(sequence));
    const [sent] = window.takeForFrame((messageId) => messageId === `m${sequence}`);
    await window.settle([sent?.messageId ?? ''], 'delivered');
  }
  expect([window.isCaughtUp(), sequences(takeAll(window))]).toEqual([true, [5 * maxAppended]]);
});

test('[DELIVER-4, DELIVER-6] a frame takes the next messages, up to one that is held', () => {
  const { window } = makeWindow(...all(1, 6));
  const isHeld = (messageId: MessageId): boolean => messageId === 'm3';
  const first = window.takeForFrame(isHeld);
  const none = window.takeForFrame(isHeld);
  window.drop('m3');
  const rest = window.takeForFrame(noneHeld);
  expect([first, none, rest].map(sequences)).toEqual([[1, 2], [], [4, 5, 6]]);
  window.append(stored(7));
  expect(sequences(window.takeForFrame(noneHeld))).toEqual([7]);
});

test('[DELIVER-6] a queued message is taken only after it was marked, and none behind a held one is marked', async () => {
  const queued = [2, 3, 4].map((sequence) => stored(sequence, 'queued'));
  const { window, persisted } = makeWindow(stored(1), ...queued);
  const first = window.takeForFrame(noneHeld);
  const marking = window.markSent((messageId) => messageId === 'm4');
  const meanwhile = [window.takeForFrame(noneHeld).length, window.hasLeft('m3'), window.hasLeft('m4')];
  expect([meanwhile, await marking, persisted]).toEqual([[0, true, false], true, ['m2 sent', 'm3 sent']]);
  const rest = window.takeForFrame(noneHeld);
  expect([first, rest].map(sequences)).toEqual([[1], [2, 3]]);
  expect([window.isNextQueued(), window.hasLeft('m4')]).toEqual([true, false]);
});

test('[DELIVER-7, DELIVER-8] an answer counts once, for a message in flight, and makes room', async () => {
  const { window, persisted, emitted } = makeWindow(...all(1, maxAppended + 1));
  const sent = takeAll(window);
  const hadRoom = window.hasRoom();
  expect(await window.settle(['m1', `m${maxAppended + 1}`], 'delivered')).toBe(true);
  expect(await window.settle(['m1'], 'failed')).toBeUndefined();
  expect([sent.length, hadRoom, window.hasRoom(), window.hasLeft('m1')]).toEqual([maxAppended, false, true, false]);
  expect([persisted, emitted]).toEqual([['m1 delivered'], ['m1 delivered']]);
});
