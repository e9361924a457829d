/** Attacks by a peer with a valid key in a real session: each ends the session with the reason. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeFrame } from '../../../src/main/core/messaging/wire/frames.ts';
import { realPatienceMs, waitUntil } from '../ports/world.ts';
import { hello, plainHello, begin, endAll, makeNode, sessionBetween, unknownSender } from './tls-nodes.ts';

vi.setConfig({ testTimeout: 4 * realPatienceMs });

beforeEach(begin);

afterEach(endAll);

test('[SESS-3, TLS-14] a valid key with another team key, or none, gets no session', async () => {
  const victim = await makeNode({ teamKey: 1 });
  const [same, other, none] = [await makeNode({ teamKey: 1 }), await makeNode({ teamKey: 2 }), await makeNode()];
  const callers = [same, other, none];
  const results = [];
  for (const caller of callers) results.push(await sessionBetween(caller, victim));
  expect(results).toEqual([true, 'handshake-failed', 'handshake-failed']);
  expect(await sessionBetween(other, none)).toBe('handshake-failed');
});

test.each<[string, string, readonly Uint8Array[]]>([
  ['nothing', 'deadline', []],
  ['a hello without a proof', 'team-key', [hello]],
  ['a wrong proof', 'team-key', [encodeFrame({ ...plainHello, proof: new Uint8Array(32) })]],
])('[SESS-3, SESS-17] a dialer that says %s learns no proof of the team key', async (_what, reason, said) => {
  const victim = await makeNode({ teamKey: 1, session: { helloDeadlineMs: 300 } });
  const { stream, frames, hasEnded } = await unknownSender(victim);
  for (const bytes of said) stream.write(bytes);
  await waitUntil(() => hasEnded());
  expect(frames).toEqual([{ type: 'bye', reason }]);
});

test.each<[string, string, readonly Uint8Array[]]>([
  ['too large', 'too-large', [hello, Uint8Array.of(0xff, 0xff, 0xff, 0xff)]],
  ['malformed', 'malformed', [hello, Uint8Array.of(0, 0, 0, 3, 0x93, 2, 0xc1)]],
  ['out of order', 'unexpected', [encodeFrame({ type: 'typing', isTyping: true })]],
  ['a second hello', 'unexpected', [hello, hello]],
  ['of later versions only', 'version', [encodeFrame({ type: 'hello', lowestVersion: 2, highestVersion: 3, capabilities: [] })]],
  ['too many', 'too-many', [hello, ...Array.from({ length: 2_000 }, (_, nonce) => encodeFrame({ type: 'ping', nonce }))]],
])('[SESS-1, SESS-2, SESS-4, SESS-8] frames that are %s end the session with the reason', async (_what, reason, said) => {
  const victim = await makeNode();
  const { stream, frames, hasEnded } = await unknownSender(victim);
  for (const bytes of said) stream.write(bytes);
  await waitUntil(() => hasEnded());
  expect(frames.at(-1)).toEqual({ type: 'bye', reason });
  expect(victim.sessions.counters()).toMatchObject({ open: 0, ended: { [`us ${reason}`]: 1 } });
});

test('[SESS-14] an unknown sender makes room for an online peer, and never displaces one', async () => {
  const victim = await makeNode({ session: { maxSessions: 1 } });
  const [early, here, late] = [await makeNode(), await makeNode(), await makeNode()];
  victim.knows.set(here.peerId, here.sessions.tcpPort());
  await sessionBetween(early, victim);
  await sessionBetween(here, victim);
  await waitUntil(() => victim.sessions.counters().ended['us idle'] === 1);
  await sessionBetween(late, victim);
  await waitUntil(() => victim.sessions.counters().ended['us busy'] === 1);
  expect({
    open: victim.sessions.counters().open,
    here: victim.sessions.current(here.peerId)?.hasEnded,
    ended: victim.sessions.counters().ended,
  }).toEqual({ open: 1, here: false, ended: { 'us idle': 1, 'us busy': 1 } });
});

test('[SESS-14] only the latest streams without a hello stay', async () => {
  const victim = await makeNode({ session: { maxUnopened: 2 } });
  const silent = [await unknownSender(victim), await unknownSender(victim), await unknownSender(victim)];
  await waitUntil(() => silent.some(({ hasEnded }) => hasEnded()));
  expect(silent.map(({ hasEnded }) => hasEnded())).toEqual([true, false, false]);
});

test('[SESS-6] a slow frame or a missing hello ends the session with the reason', async () => {
  const victim = await makeNode({ session: { frameDeadlineMs: 300, helloDeadlineMs: 300 } });
  const [slow, silent] = [await unknownSender(victim), await unknownSender(victim)];
  slow.stream.write(hello);
  slow.stream.write(Uint8Array.of(0, 4, 0, 0));
  const dribble = setInterval(() => slow.stream.write(Uint8Array.of(0x91)), 20);
  await waitUntil(() => slow.hasEnded() && silent.hasEnded());
  clearInterval(dribble);
  expect([slow.frames.at(-1), silent.frames.at(-1)]).toEqual([
    { type: 'bye', reason: 'deadline' },
    { type: 'bye', reason: 'deadline' },
  ]);
});
