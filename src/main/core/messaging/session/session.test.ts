/** A session: frames both ways, an end with its reason, and nothing left behind. */
import { expect, test } from 'vitest';
import { assertNothingLeft } from '../../../../../test/fakes/leak-check.ts';
import {
  hello,
  message,
  type World,
  makeWorld,
  makeSessions,
  follow,
  makeSessionWithUnknownSender,
} from '../../../../../test/fixtures/session-pair.ts';

test('[SESS-4] a close sends its reason behind all frames', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world);
  for (let sequence = 1; sequence <= 50; sequence += 1) {
    ana.session.send({ type: 'messages', messages: [{ ...message, sequence, text: 'x'.repeat(10_000) }] });
  }
  ana.session.close('leaving');
  ana.session.close('idle');
  expect(ana.session.send({ type: 'typing', isTyping: true })).toBe(false);
  await world.clock.advance(1_000);
  expect({ ana: ana.ends, bo: bo.ends, heard: bo.frames.length }).toEqual({
    ana: [{ by: 'us', reason: 'leaving' }],
    bo: [{ by: 'peer', reason: 'leaving' }],
    heard: 50,
  });
  await world.clock.advance(30_000);
  expectNothingLeft(world);
});

test("[SESS-4] an end without a reason counts as the network's", async () => {
  const world = await makeWorld();
  const [ana] = await makeSessions(world);
  world.bo.transport.kill();
  await world.clock.advance(100);
  expect(ana.ends).toEqual([{ by: 'network', reason: 'lost' }]);
});

test('[SESS-5] a blocked peer gets no reason', async () => {
  const world = await makeWorld();
  const [ana, unknownSender] = await makeSessionWithUnknownSender(world);
  unknownSender.say(hello);
  await world.clock.advance(10);
  ana.session.close('blocked');
  await world.clock.advance(100);
  expect({ ends: ana.ends, heard: unknownSender.frames }).toEqual({ ends: [{ by: 'us', reason: 'blocked' }], heard: [hello] });
});

test.each([
  ['malformed', Uint8Array.of(0, 0, 0, 1, 0xc1)],
  ['too-large', Uint8Array.of(0, 4, 0, 1)],
])('[FRAME-1, SESS-4] a stream that cannot be decoded is closed: %s', async (reason, bytes) => {
  const world = await makeWorld();
  const [ana, unknownSender] = await makeSessionWithUnknownSender(world);
  unknownSender.say(hello);
  unknownSender.say({ type: 'typing', isTyping: true });
  unknownSender.stream.write(bytes);
  await world.clock.advance(100);
  expect({ frames: ana.frames, ends: ana.ends, emitted: unknownSender.frames.at(-1) }).toEqual({
    frames: [{ type: 'typing', isTyping: true }],
    ends: [{ by: 'us', reason }],
    emitted: { type: 'bye', reason },
  });
});

test('a session on an ended stream ends at once', async () => {
  const world = await makeWorld();
  const [stream] = await world.connect(world.ana, world.bo);
  stream.destroy();
  const ana = follow(world, world.ana, stream);
  expect({ ends: ana.ends, hasEnded: ana.session.hasEnded }).toEqual({
    ends: [{ by: 'network', reason: 'aborted' }],
    hasEnded: true,
  });
  await ana.session.gone;
});

function expectNothingLeft({ clock, ana, bo }: World): void {
  for (const { tcp } of [ana, bo]) {
    expect(tcp.openConnections).toBe(0);
    tcp.switchOff();
  }
  assertNothingLeft({ clock, hosts: [ana.host, bo.host] });
}
