/** A blocked peer sees on real TLS what any peer sees of a session that nobody uses. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeFrame } from '../../../src/main/core/messaging/wire/frames.ts';
import { realPatienceMs, waitUntil } from '../ports/world.ts';
import { begin, endAll, hello, makeNode, unknownSender } from './tls-nodes.ts';

vi.setConfig({ testTimeout: 4 * realPatienceMs });

const messageId = '0192a5b0-1111-7abc-9def-0123456789ab';
const message = encodeFrame({
  type: 'messages',
  messages: [{ messageId, sequence: 1, sentAtMs: 1, fromName: 'Mallory', text: 'hi' }],
});

beforeEach(begin);

afterEach(endAll);

test.each([
  ['blocked', true],
  ['not blocked', false],
] as const)('[SESS-12] a peer that is %s sees a hello, a pong, and an end as idle', async (_what, blocksAll) => {
  const victim = await makeNode({ blocksAll, session: { idleMs: 500 } });
  const { stream, frames, hasEnded } = await unknownSender(victim);
  stream.write(hello);
  await waitUntil(() => frames.length === 1 || hasEnded());
  stream.write(message);
  stream.write(encodeFrame({ type: 'ping', nonce: 7 }));
  await waitUntil(() => hasEnded());
  expect(frames).toEqual([
    { type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: ['rooms-1'] },
    { type: 'pong', nonce: 7 },
    { type: 'bye', reason: 'idle' },
  ]);
});

test('[SESS-12] nothing that a blocked peer sends reaches any listener', async () => {
  const victim = await makeNode({ blocksAll: true });
  const events: unknown[] = [];
  victim.sessions.subscribe((event) => events.push(event));
  const { stream, frames } = await unknownSender(victim);
  stream.write(hello);
  for (let count = 0; count < 100; count += 1) stream.write(message);
  stream.write(encodeFrame({ type: 'ping', nonce: 7 }));
  await waitUntil(() => frames.at(-1)?.type === 'pong');
  expect(events).toEqual([]);
  expect(victim.sessions.counters()).toMatchObject({ open: 0, opened: 0 });
});
