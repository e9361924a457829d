import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import { createHealthBoard } from './health-board.ts';
import { followMessageHealth } from './message-health.ts';
import type { MessagingEvent } from '../messaging/messaging.ts';

test.each([
  [
    '[KEEP-2] messages that cannot be kept',
    { type: 'store-problem', code: 'full' },
    { type: 'store-problem', code: undefined },
    { code: 'messages-not-kept', severity: 'error' },
  ],
  [
    '[TRUST-7] unknown senders that must wait',
    { type: 'strangers-wait', isWaiting: true },
    { type: 'strangers-wait', isWaiting: false },
    { code: 'strangers-wait', severity: 'info' },
  ],
  [
    '[TRUST-14] unknown senders that send very much',
    { type: 'strangers-flood', isFlood: true },
    { type: 'strangers-flood', isFlood: false },
    { code: 'strangers-flood', severity: 'warning' },
  ],
] as const)('%s are a health entry until that ends', (_what, begins, ends, entry) => {
  const board = createHealthBoard({ clock: createFakeClock() });
  const events = createEmitter<MessagingEvent>();
  const undo = followMessageHealth({ subscribe: (listener) => events.subscribe(listener) }, board);
  events.emit(begins);
  expect(board.list()).toMatchObject([entry]);
  events.emit({ type: 'typing', peerId: 'bo', isTyping: true });
  expect(board.list()).toMatchObject([entry]);
  events.emit(ends);
  expect(board.list()).toEqual([]);
  undo();
  events.emit(begins);
  expect(board.list()).toEqual([]);
});
