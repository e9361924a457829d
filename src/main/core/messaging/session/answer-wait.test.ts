import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { SessionFrame } from '../wire/frames.ts';
import { createAnswerWait } from './answer-wait.ts';

const messageId = '0192a5b0-1111-7abc-9def-0123456789ab';

function messages(count: number): SessionFrame {
  const message = { messageId, sequence: 1, sentAtMs: 1, fromName: 'Ana', text: 'hi' };
  return { type: 'messages', messages: Array.from({ length: count }, () => message) };
}

function ack(count: number): SessionFrame {
  return { type: 'ack', messageIds: Array.from({ length: count }, () => messageId) };
}

test('[SESS-19] counts from the first message without an answer, or from the last answer', async () => {
  const clock = createFakeClock();
  const startMs = clock.monotonicMs();
  const wait = createAnswerWait(clock);
  const since = (): number | undefined => {
    const sinceMs = wait.sinceMs();
    return sinceMs === undefined ? undefined : sinceMs - startMs;
  };
  const seen = [since()];
  await clock.advance(100);
  wait.sent(messages(1));
  await clock.advance(100);
  wait.sent(messages(2));
  seen.push(since());
  await clock.advance(100);
  wait.received(ack(1));
  seen.push(since());
  wait.received({ type: 'reject', reason: 'no', messageIds: [messageId] });
  seen.push(since());
  wait.received(ack(1));
  seen.push(since());
  // More answers than messages are no credit for later ones.
  wait.received(ack(5));
  await clock.advance(100);
  wait.sent(messages(1));
  seen.push(since());
  expect(seen).toEqual([undefined, 100, 300, 300, undefined, 400]);
});

test('[SESS-19] other frames neither wait for an answer nor are one', () => {
  const wait = createAnswerWait(createFakeClock());
  wait.sent({ type: 'read', messageIds: [] });
  const before = wait.sinceMs();
  wait.sent(messages(1));
  wait.received({ type: 'read', messageIds: [] });
  expect({ before, waits: wait.sinceMs() !== undefined }).toEqual({ before: undefined, waits: true });
});
