/** How fast a session reads: pauses, pace, floods, and a peer that does not read our answers. */
import { expect, test } from 'vitest';
import { maxFrameBytes, type Frame } from '../wire/frames.ts';
import {
  options,
  hello,
  messageId,
  message,
  makeWorld,
  makeSessions,
  makeSessionWithUnknownSender,
  long,
} from '../../../../../test/fixtures/session-pair.ts';

test('[SESS-8] a paused session emits no frames and loses none', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world);
  bo.session.pause('inbox');
  let sent = 0;
  while (ana.session.send({ type: 'messages', messages: [long(sent + 1)] })) sent += 1;
  sent += 1;
  // A longer pause makes the other end give up.
  await world.clock.advance(options.pingAfterMs + options.pongDeadlineMs - 1_000);
  expect({ heard: bo.frames.length, ends: [...ana.ends, ...bo.ends] }).toEqual({ heard: 0, ends: [] });
  expect(ana.stream.bufferedBytes).toBeGreaterThan(0);
  bo.session.resume('inbox');
  await world.clock.advance(1_000);
  expect({ heard: bo.frames.length, unsent: ana.stream.bufferedBytes, drained: ana.drained }).toEqual({
    heard: sent,
    unsent: 0,
    drained: 1,
  });
});

test('[SESS-8] a listener that pauses within a frame receives no other', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world, {}, { onFrame: ({ session }) => session.pause('inbox') });
  for (let sequence = 1; sequence <= 3; sequence += 1)
    ana.session.send({ type: 'messages', messages: [{ ...message, sequence }] });
  await world.clock.advance(100);
  expect(bo.frames).toHaveLength(1);
  bo.session.resume('inbox');
  await world.clock.advance(100);
  expect(bo.frames).toHaveLength(2);
});

test('[SESS-8] frames beyond the rate are throttled, and none is lost', async () => {
  const world = await makeWorld();
  const slow = { maxFramesPerSecond: 100 };
  const [ana, unknownSender] = await makeSessionWithUnknownSender(world, { options: slow });
  unknownSender.say(hello);
  for (let count = 0; count < 700; count += 1) unknownSender.say({ type: 'ack', messageIds: [messageId] });
  await world.clock.advance(1_000);
  expect(ana.frames.length).toBeGreaterThan(250);
  expect(ana.frames.length).toBeLessThan(350);
  await world.clock.advance(5_000);
  expect({ heard: ana.frames.length, ends: ana.ends }).toEqual({ heard: 700, ends: [] });
});

test.each([
  ['pings', { type: 'ping', nonce: 1 }],
  ['typing', { type: 'typing', isTyping: true }],
] as const)('[SESS-8] a flood of %s closes the session', async (_what, frame) => {
  const world = await makeWorld();
  const [ana, unknownSender] = await makeSessionWithUnknownSender(world);
  unknownSender.say(hello);
  for (let count = 0; count < 1_000; count += 1) unknownSender.say(frame);
  await world.clock.advance(1_000);
  expect({ ends: ana.ends, emitted: unknownSender.frames.at(-1) }).toEqual({
    ends: [{ by: 'us', reason: 'too-many' }],
    emitted: { type: 'bye', reason: 'too-many' },
  });
});

test('[FRAME-6] unknown frames do nothing, unless they are a flood', async () => {
  const world = await makeWorld();
  const [ana, unknownSender] = await makeSessionWithUnknownSender(world);
  unknownSender.say(hello);
  const unknown = Uint8Array.of(0, 0, 0, 2, 0x91, 0x77);
  for (let count = 0; count < 50; count += 1) unknownSender.stream.write(unknown);
  await world.clock.advance(1_000);
  expect({ frames: ana.frames, ends: ana.ends }).toEqual({ frames: [], ends: [] });
  for (let count = 0; count < 500; count += 1) unknownSender.stream.write(unknown);
  await world.clock.advance(1_000);
  expect(ana.ends).toEqual([{ by: 'us', reason: 'too-many' }]);
});

test('[SESS-9] a peer that does not read our answers is not read either, so the queue is bounded', async () => {
  const world = await makeWorld();
  const answer: Frame = { type: 'ack', messageIds: Array.from({ length: 100 }, () => messageId) };
  const [ana, unknownSender] = await makeSessionWithUnknownSender(world, { onFrame: ({ session }) => void session.send(answer) });
  unknownSender.say(hello);
  await world.clock.advance(10);
  unknownSender.stream.pause();
  let mostBytes = 0;
  // Four seconds of messages, each answered by 4 kB that the peer never reads.
  for (let turn = 0; turn < 400; turn += 1) {
    for (let count = 0; count < 5; count += 1) unknownSender.say({ type: 'messages', messages: [message] });
    await world.clock.advance(10);
    mostBytes = Math.max(mostBytes, ana.stream.bufferedBytes);
  }
  expect(mostBytes).toBeGreaterThan(options.maxUnsentBytes);
  expect(mostBytes).toBeLessThan(options.maxUnsentBytes + maxFrameBytes);
  unknownSender.stream.resume();
  await world.clock.advance(5_000);
  expect({ ends: ana.ends, unsent: ana.stream.bufferedBytes, heard: ana.frames.length }).toEqual({
    ends: [],
    unsent: 0,
    heard: 2_000,
  });
});
