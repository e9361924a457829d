/** Typing: when it is sent, and when it ends. */
import { expect, test } from 'vitest';
import { createMessagingWorld, wireMessage, type MessagingWorld } from '../../../../../test/fixtures/messaging-world.ts';

const repeatMs = 4_000;
const believeMs = 8_000;

function said(world: MessagingWorld): readonly boolean[] {
  return world.sessions.sent('bo', 'typing').map(({ isTyping }) => isTyping);
}

function shown(world: MessagingWorld): readonly boolean[] {
  return world.events.flatMap((event) => (event.type === 'typing' ? [event.isTyping] : []));
}

test('[DELIVER-9] typing is sent at once, repeated while it goes on, and sent when it stops', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  for (let second = 0; second < 9; second += 1) {
    world.messaging.setTyping('bo', true);
    await world.clock.advance(1_000);
  }
  world.messaging.setTyping('bo', false);
  world.messaging.setTyping('bo', false);
  expect(said(world)).toEqual([true, true, true, false]);
});

test('[SET-24] nothing is sent while typing signals are off, except the end of what was sent before', () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  world.messaging.setTyping('bo', true);
  world.settings.put({ typingSignals: false });
  world.messaging.setTyping('bo', false);
  world.messaging.setTyping('bo', true);
  world.messaging.setTyping('bo', false);
  expect(said(world)).toEqual([true, false]);
});

test('[DELIVER-9] a sent message ends typing', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  world.messaging.setTyping('bo', true);
  await world.send('done');
  world.messaging.setTyping('bo', false);
  world.messaging.setTyping('bo', true);
  expect(said(world)).toEqual([true, true]);
});

test('[DELIVER-9] typing opens no session, and waits for none', async () => {
  const world = createMessagingWorld();
  world.here.add('bo');
  world.messaging.setTyping('bo', true);
  world.sessions.connect('bo');
  expect([world.sessions.asked, said(world)]).toEqual([[], []]);
});

test('[DELIVER-9] typing expires, later if it is repeated', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  world.sessions.receive('bo', { type: 'typing', isTyping: true });
  await world.clock.advance(repeatMs);
  world.sessions.receive('bo', { type: 'typing', isTyping: true });
  await world.clock.advance(believeMs - 1);
  const before = [...shown(world)];
  await world.clock.advance(1);
  expect([before, shown(world)]).toEqual([[true], [true, false]]);
});

test.each([
  ['sends that', (world: MessagingWorld) => world.sessions.receive('bo', { type: 'typing', isTyping: false })],
  [
    'sends its message',
    (world: MessagingWorld) => world.sessions.receive('bo', { type: 'messages', messages: [wireMessage(1)] }),
  ],
  ['loses its session', (world: MessagingWorld) => world.sessions.end('bo')],
])('[DELIVER-9] typing of a peer ends when the peer %s', async (_how, stop) => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  world.sessions.receive('bo', { type: 'typing', isTyping: true });
  stop(world);
  await world.settle();
  expect(shown(world)).toEqual([true, false]);
  // TRUST-14 looks for a while whether more messages come.
  await world.clock.advance(20_000);
  expect([shown(world), world.clock.pendingTimers()]).toEqual([[true, false], 0]);
});

test('[DELIVER-9] closing leaves no timer', () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  world.sessions.receive('bo', { type: 'typing', isTyping: true });
  world.messaging.close();
  expect(world.clock.pendingTimers()).toBe(0);
});
