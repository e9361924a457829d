import { expect, test } from 'vitest';
import { createMessagingWorld, wireMessage, type MessagingWorld } from '../../../../../test/fixtures/messaging-world.ts';
import { maxIdsPerFrame } from '../wire/frames.ts';

/** As in read-marks.ts. */
const maxPerWrite = 256;
const freeIdle = 1_024;

/** Ids that no message of ours has. */
function invented(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => wireMessage(1_000_000 + index).messageId);
}

/** Our own messages to bo, delivered. */
async function deliver(world: MessagingWorld, count: number): Promise<readonly string[]> {
  const sending = Array.from({ length: count }, (_, index) => world.messaging.send('bo', `text ${index}`));
  await world.settle();
  const ids = (await Promise.all(sending)).flatMap((result) => (result.ok ? [result.message.messageId] : []));
  await world.settle();
  await world.acknowledge();
  return ids;
}

function countRead({ events }: MessagingWorld): number {
  return events.filter((event) => event.type === 'delivery' && event.state === 'read').length;
}

test('[DELIVER-10] many read receipts are persisted in parts, and the session is paused meanwhile', async () => {
  const world = createMessagingWorld();
  const session = world.sessions.connect('bo');
  const ids = await deliver(world, 3 * maxPerWrite);
  const before = world.store.commits;
  world.sessions.receive('bo', { type: 'read', messageIds: ids });
  const [atOnce, wasPaused] = [countRead(world), session.isPaused];
  await world.clock.advance(0);
  expect([atOnce, wasPaused, session.isPaused]).toEqual([0, true, false]);
  expect([countRead(world), world.store.commits - before]).toEqual([3 * maxPerWrite, 3]);
});

test('[DELIVER-10] a few read receipts pause no session', async () => {
  const world = createMessagingWorld();
  const session = world.sessions.connect('bo');
  const ids = await deliver(world, 3);
  world.sessions.receive('bo', { type: 'read', messageIds: ids });
  expect(session.isPaused).toBe(false);
  await world.settle();
  expect(countRead(world)).toBe(3);
});

test('[DELIVER-10] a peer that keeps sending receipts for unknown messages is throttled, with all its frames', async () => {
  const world = createMessagingWorld();
  const session = world.sessions.connect('bo');
  const ids = await deliver(world, 1);
  const lookups = countLookups(world);
  world.sessions.receive('bo', { type: 'read', messageIds: [...invented(maxIdsPerFrame - 1), ...ids] });
  await world.settle();
  const first = { looked: lookups(), isPaused: session.isPaused, read: countRead(world) };
  await world.clock.advance(1_000);
  const second = { looked: lookups(), isPaused: session.isPaused };
  await world.clock.advance(3_000);
  expect([first.isPaused, second.isPaused, session.isPaused]).toEqual([true, true, false]);
  expect(first.looked).toBeLessThanOrEqual(freeIdle + maxPerWrite);
  expect(second.looked - first.looked).toBeLessThanOrEqual(1_000 + maxPerWrite);
  expect([first.read, countRead(world), lookups()]).toEqual([0, 1, maxIdsPerFrame]);
});

test('[DELIVER-10] receipts for messages that were read before are throttled as well', async () => {
  const world = createMessagingWorld();
  const session = world.sessions.connect('bo');
  const ids = await deliver(world, maxPerWrite);
  for (let again = 0; again < 6; again += 1) {
    world.sessions.receive('bo', { type: 'read', messageIds: ids });
    await world.settle();
  }
  expect([session.isPaused, countRead(world)]).toEqual([true, maxPerWrite]);
});

test('[DELIVER-10] receipts that came before the end of the session are persisted, unless the peer is throttled', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const ids = await deliver(world, 2 * maxPerWrite);
  world.sessions.receive('bo', { type: 'read', messageIds: ids });
  world.sessions.end('bo', { by: 'peer', reason: 'leaving' });
  await world.settle();
  const lookups = countLookups(world);
  const session = world.sessions.connect('bo');
  world.sessions.receive('bo', { type: 'read', messageIds: invented(maxIdsPerFrame) });
  await world.settle();
  const wasPaused = session.isPaused;
  const [looked, next] = [lookups(), (world.sessions.end('bo'), world.sessions.connect('bo'))];
  await world.clock.advance(60_000);
  expect([countRead(world), wasPaused, next.isPaused, lookups()]).toEqual([2 * maxPerWrite, true, false, looked]);
});

test('[DELIVER-8, DELIVER-10] a session paused for messages and for receipts resumes when both are persisted', async () => {
  const world = createMessagingWorld();
  const session = world.sessions.connect('bo');
  world.sessions.receive('bo', { type: 'read', messageIds: invented(maxIdsPerFrame) });
  const messages = Array.from({ length: 256 }, (_, index) => wireMessage(index + 1, 'x'.repeat(16_000)));
  world.sessions.receive('bo', { type: 'messages', messages });
  await world.settle();
  const meanwhile = [session.isPaused, [...world.store.exportMessages('bo')].length];
  await world.clock.advance(5_000);
  expect([meanwhile, session.isPaused]).toEqual([[true, 256], false]);
});

/** @returns how often a message was looked up since */
function countLookups({ store }: MessagingWorld): () => number {
  const { get } = store;
  let count = 0;
  Object.assign(store, {
    get(...asked: Parameters<typeof get>) {
      count += 1;
      return get(...asked);
    },
  });
  return () => count;
}
