/** Cancelling: of queued messages only, and never of one that may have left. */
import { expect, test } from 'vitest';
import { createMessagingWorld, type MessagingWorld } from '../../../../../test/fixtures/messaging-world.ts';
import { sendAll } from '../../../../../test/fixtures/send-texts.ts';

const retryMs = 5_000;
/** As in send-window.ts. */
const windowSize = 4_096;
const windowText = 4_194_304;

function countSent({ store }: MessagingWorld): number {
  return [...store.exportMessages('bo')].filter(({ state }) => state === 'sent').length;
}

test('[DELIVER-6] a queued message is sent only after that is persisted', async () => {
  const world = createMessagingWorld();
  const { messageId } = await world.send('hello');
  world.store.refuseWrites = 'full';
  world.sessions.connect('bo');
  await world.settle();
  const whileFull = [...world.sentTexts()];
  world.store.refuseWrites = undefined;
  await world.clock.advance(retryMs);
  expect([whileFull, world.sentTexts(), world.messaging.get(messageId)?.state]).toEqual([[], ['hello'], 'sent']);
});

test.each([
  ['a session that ended', (world: MessagingWorld) => world],
  // Killed: only the store knows what it did.
  ['the process that sent it', ({ store }: MessagingWorld) => createMessagingWorld({ store })],
])('[DELIVER-6] a message that may have arrived cannot be cancelled after the end of %s, and is sent again', async (_, after) => {
  const before = createMessagingWorld();
  before.sessions.connect('bo');
  const { messageId } = await before.send('hello');
  await before.settle();
  before.sessions.end('bo');
  const world = after(before);
  const cancelling = world.messaging.cancel(messageId);
  await world.settle();
  world.sessions.connect('bo');
  await world.settle();
  expect([await cancelling, world.messaging.get(messageId)?.state, world.sentTexts().at(-1)]).toEqual([false, 'sent', 'hello']);
});

test('[DELIVER-6] a message that is being sent cannot be cancelled', async () => {
  const world = createMessagingWorld();
  const { messageId } = await world.send('hello');
  world.sessions.connect('bo');
  const cancelling = world.messaging.cancel(messageId);
  await world.settle();
  expect([await cancelling, world.sentTexts()]).toEqual([false, ['hello']]);
});

test('[DELIVER-6] a queued message can be cancelled and is never sent', async () => {
  const world = createMessagingWorld();
  const { messageId } = await world.send('never');
  await world.send('goes');
  const cancelling = world.messaging.cancel(messageId);
  await world.settle();
  world.sessions.connect('bo');
  await world.settle();
  expect(await cancelling).toBe(true);
  expect([world.sentTexts(), world.emitted(messageId)]).toEqual([['goes'], ['queued', 'cancelled']]);
});

test('[DELIVER-6] a message in flight or delivered cannot be cancelled', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const { messageId } = await world.send('hello');
  await world.settle();
  const onItsWay = await world.messaging.cancel(messageId);
  await world.acknowledge();
  const delivered = world.messaging.cancel(messageId);
  await world.settle();
  expect([onItsWay, await delivered, world.messaging.get(messageId)?.state]).toEqual([false, false, 'delivered']);
});

test('[DELIVER-6] a message is not sent while its cancellation is pending, and none overtakes it', async () => {
  const world = createMessagingWorld();
  await world.send('a');
  const { messageId } = await world.send('b');
  await world.send('c');
  const cancelling = world.messaging.cancel(messageId);
  world.sessions.connect('bo');
  const undecided = world.sentTexts();
  await world.settle();
  expect([undecided, await cancelling, world.sentTexts()]).toEqual([[], true, ['a', 'c']]);
});

test('[DELIVER-6] a message whose cancellation failed is sent in its place', async () => {
  const world = createMessagingWorld();
  await world.send('a');
  const { messageId } = await world.send('b');
  await world.send('c');
  world.store.refuseWrites = 'full';
  const cancelling = world.messaging.cancel(messageId);
  world.sessions.connect('bo');
  await world.settle();
  world.store.refuseWrites = undefined;
  await world.clock.advance(retryMs);
  expect([await cancelling, world.sentTexts()]).toEqual([false, ['a', 'b', 'c']]);
});

test('[DELIVER-6] an acknowledged message cannot be cancelled, even if the acknowledgement cannot be persisted', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const { messageId } = await world.send('hello');
  await world.settle();
  world.store.refuseWrites = 'full';
  await world.acknowledge();
  world.store.refuseWrites = undefined;
  const cancelling = world.messaging.cancel(messageId);
  await world.settle();
  expect([await cancelling, world.messaging.get(messageId)?.state]).toEqual([false, 'sent']);
});

test.each([
  ['in a session', true],
  ['before a session', false],
])(
  '[DELIVER-6, DELIVER-8] of many messages written %s only a window is sent, and the rest can be cancelled',
  async (_when, isOpen) => {
    const world = createMessagingWorld();
    if (isOpen) world.sessions.connect('bo');
    const texts = Array.from({ length: windowSize + 904 }, (_, index) => `m${index}`);
    const ids = await sendAll(world, texts);
    if (!isOpen) world.sessions.connect('bo');
    await world.settle();
    const before = [countSent(world), world.sentTexts().length];
    const cancelling = [windowSize, windowSize + 100].map((index) => world.messaging.cancel(ids[index] ?? ''));
    await world.settle();
    await world.acknowledge();
    await world.acknowledge();
    const kept = texts.filter((_, index) => index !== windowSize && index !== windowSize + 100);
    expect([before, await Promise.all(cancelling)]).toEqual([
      [windowSize, windowSize],
      [true, true],
    ]);
    expect(world.sentTexts()).toEqual(kept);
  },
);

test.each([
  ['in a session', true],
  ['before a session', false],
])(
  '[DELIVER-6, DELIVER-8] of long texts written %s only a window is sent, and the next ones in batches',
  async (_when, isOpen) => {
    const world = createMessagingWorld();
    if (isOpen) world.sessions.connect('bo');
    const text = 'x'.repeat(16_384);
    const ids = await sendAll(
      world,
      Array.from({ length: 400 }, () => text),
    );
    if (!isOpen) world.sessions.connect('bo');
    await world.settle();
    const before = [countSent(world), world.sentTexts().length];
    const commits = world.store.commits;
    world.sessions.receive('bo', { type: 'ack', messageIds: ids.slice(0, 1) });
    await world.settle();
    const afterOne = [world.sentTexts().length, world.store.commits - commits];
    world.sessions.receive('bo', { type: 'ack', messageIds: ids.slice(1, 100) });
    await world.settle();
    const size = windowText / text.length;
    expect([before, afterOne, world.sentTexts().length]).toEqual([[size, size], [size, 1], size + 100]);
  },
);

test('[DELIVER-6] a message that the store refused takes no room from later ones', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  for (let index = 0; index < windowSize; index += 512) {
    world.store.refuseWrites = 'full';
    await sendAll(
      world,
      Array.from({ length: 512 }, () => 'refused'),
    );
    world.store.refuseWrites = undefined;
    await sendAll(world, ['kept']);
    await world.acknowledge();
  }
  world.store.unkeepable.add('refused');
  await sendAll(world, ['refused', ...Array.from({ length: windowSize }, () => 'more')]);
  await world.settle();
  expect([countSent(world), world.sentTexts().filter((text) => text === 'more').length]).toEqual([windowSize, windowSize]);
});
