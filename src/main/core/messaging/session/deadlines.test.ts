/** The deadlines of a session: hello, a complete frame, writing, pong, and idling. */
import { expect, test } from 'vitest';
import { encodeFrame } from '../wire/frames.ts';
import {
  options,
  hello,
  messageId,
  makeWorld,
  makeSessions,
  makeSessionWithUnknownSender,
  long,
} from '../../../../../test/fixtures/session-pair.ts';

test('[SESS-6] a peer without a hello in time loses the session', async () => {
  const world = await makeWorld();
  const [ana, unknownSender] = await makeSessionWithUnknownSender(world);
  await world.clock.advance(options.helloDeadlineMs - 100);
  expect(ana.ends).toEqual([]);
  await world.clock.advance(200);
  expect({ ends: ana.ends, emitted: unknownSender.frames.at(-1) }).toEqual({
    ends: [{ by: 'us', reason: 'deadline' }],
    emitted: { type: 'bye', reason: 'deadline' },
  });
});

test('[SESS-6] a frame that is not complete in time closes the session, even if single bytes arrive', async () => {
  const world = await makeWorld();
  const [ana, unknownSender] = await makeSessionWithUnknownSender(world);
  unknownSender.say(hello);
  unknownSender.stream.write(Uint8Array.of(0, 4, 0, 0));
  for (let second = 0; second * 1_000 < options.frameDeadlineMs - 1_000; second += 1) {
    await world.clock.advance(1_000);
    unknownSender.stream.write(Uint8Array.of(0x91));
  }
  expect(ana.ends).toEqual([]);
  await world.clock.advance(2_000);
  expect(ana.ends).toEqual([{ by: 'us', reason: 'deadline' }]);
});

test('[SESS-6] a peer that does not read loses the session, a slow one does not', async () => {
  const world = await makeWorld();
  const [ana, never] = await makeSessionWithUnknownSender(world);
  const [bo, slow] = await makeSessionWithUnknownSender(world);
  for (const { stream } of [never, slow]) stream.write(encodeFrame(hello));
  await world.clock.advance(10);
  for (const { session } of [ana, bo]) {
    for (let sequence = 1; sequence < 100; sequence += 1) session.send({ type: 'messages', messages: [long(sequence)] });
  }
  never.stream.pause();
  slow.stream.pause();
  for (let second = 0; second * 1_000 < 3 * options.writeDeadlineMs; second += 1) {
    await world.clock.advance(980);
    slow.stream.resume();
    // Long enough for one window, not for all.
    await world.clock.advance(2);
    slow.stream.pause();
    if (second % 5 === 0) slow.say({ type: 'ping', nonce: second });
  }
  expect({ never: ana.ends, slow: bo.ends }).toEqual({ never: [{ by: 'us', reason: 'deadline' }], slow: [] });
});

test('[SESS-7] a silent peer is pinged, and then loses the session', async () => {
  const world = await makeWorld();
  const [ana] = await makeSessions(world);
  world.bo.tcp.switchOff();
  await world.clock.advance(options.pingAfterMs + options.pongDeadlineMs - 100);
  expect(ana.ends).toEqual([]);
  await world.clock.advance(1_000);
  expect(ana.ends).toEqual([{ by: 'us', reason: 'deadline' }]);
});

test('[SESS-7] pings keep a session alive, but an idle one is closed', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world);
  await world.clock.advance(options.idleMs - 2_000);
  expect([...ana.ends, ...bo.ends]).toEqual([]);
  ana.session.send({ type: 'ack', messageIds: [messageId] });
  await world.clock.advance(options.idleMs - 2_000);
  expect([...ana.ends, ...bo.ends]).toEqual([]);
  await world.clock.advance(4_000);
  expect([...ana.ends, ...bo.ends].map(({ reason }) => reason)).toEqual(['idle', 'idle']);
});

test('[SESS-7] a session whose bytes still move is not idle', async () => {
  const world = await makeWorld();
  const [ana, slow] = await makeSessionWithUnknownSender(world, { options: { idleMs: 2_000 } });
  slow.say(hello);
  await world.clock.advance(10);
  // Less than makes the session read nothing more.
  for (let sequence = 1; sequence < 60; sequence += 1) ana.session.send({ type: 'messages', messages: [long(sequence)] });
  slow.stream.pause();
  for (let second = 0; second < 3; second += 1) {
    await world.clock.advance(980);
    slow.stream.resume();
    // Long enough for one window, not for all.
    await world.clock.advance(2);
    slow.stream.pause();
  }
  expect([ana.ends, ana.stream.bufferedBytes > 0]).toEqual([[], true]);
});

test('[SESS-7] typing keeps no session alive, at either end', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world);
  for (let second = 0; second * 1_000 < options.idleMs + 2_000; second += 1) {
    ana.session.send({ type: 'typing', isTyping: true });
    await world.clock.advance(1_000);
  }
  expect([...ana.ends, ...bo.ends].map(({ reason }) => reason)).toEqual(['idle', 'idle']);
  expect([ana.session.usedMs, bo.session.usedMs].every((usedMs) => usedMs < 1_000)).toBe(true);
});
