/** Read receipts: ours, and those of peers. */
import { expect, test } from 'vitest';
import { createMessagingWorld, wireMessage, type MessagingWorld } from '../../../../../test/fixtures/messaging-world.ts';
import { behindAll, cursorAt } from '../../../../../test/fakes/cursors.ts';
import { conversationOf } from '../../../../shared/lib/ids.ts';
import { readSlice } from './receipts.ts';
import { maxIdsPerFrame } from '../wire/frames.ts';

/** As in receipts.ts. */
const maxPerWrite = 256;
const freeIdle = 1_024;

/** IDs that no message of ours has. */
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

async function receive(world: MessagingWorld, count: number, first = 1): Promise<void> {
  for (let index = first; index < first + count; index += 256) {
    const size = Math.min(256, first + count - index);
    const messages = Array.from({ length: size }, (_, offset) => wireMessage(index + offset));
    world.sessions.receive('bo', { type: 'messages', messages });
    await world.settle();
  }
}

function receiptsSent(world: MessagingWorld): readonly number[] {
  return world.sessions.sent('bo', 'read').map(({ messageIds }) => messageIds.length);
}

test('[DELIVER-9] read messages are marked and reported to their author in slices, and no later ones', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  await receive(world, 2 * readSlice + 1);
  const commitsBefore = world.store.commits;
  const reading = world.messaging.markRead(conversationOf('bo'), behindAll);
  // The user did not see messages that arrive meanwhile.
  world.sessions.receive('bo', { type: 'messages', messages: [wireMessage(2 * readSlice + 2)] });
  await world.settle();
  await reading;
  expect(receiptsSent(world)).toEqual([readSlice, readSlice, 1]);
  expect(world.store.commits - commitsBefore).toBe(3);
  expect(world.messaging.conversations(1)[0]?.unread).toBe(1);
  expect(world.events.filter(({ type }) => type === 'conversation-changed')).toHaveLength(1);
});

test('[DELIVER-9] without a session receipts use the next one, requested while the author is listed', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  await receive(world, 3);
  world.sessions.end('bo', { by: 'us', reason: 'idle' });
  void world.messaging.markRead(conversationOf('bo'), behindAll);
  await world.settle();
  const whileAway = [...world.sessions.asked];
  world.here.add('bo');
  world.messaging.peerAppeared('bo');
  const onReturn = [...world.sessions.asked];
  world.sessions.connect('bo');
  world.sessions.connect('bo');
  expect([whileAway, onReturn, receiptsSent(world)]).toEqual([[], ['bo'], [3]]);
});

test('[DELIVER-9] with read receipts off none is sent', async () => {
  const world = createMessagingWorld();
  world.settings.put({ readReceipts: false });
  world.sessions.connect('bo');
  await receive(world, 2);
  void world.messaging.markRead(conversationOf('bo'), behindAll);
  await world.settle();
  world.sessions.connect('bo');
  expect([receiptsSent(world), world.messaging.conversations(1)[0]?.unread]).toEqual([[], 0]);
});

test('[DELIVER-9] messages are marked up to the place that was read, and reported once', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  await receive(world, 3);
  const [, second] = world.messaging.history(conversationOf('bo'), { limit: 3 });
  for (const cursor of [second?.cursor, second?.cursor, behindAll]) {
    void world.messaging.markRead(conversationOf('bo'), cursor ?? cursorAt(0));
    await world.settle();
  }
  expect(receiptsSent(world)).toEqual([2, 1]);
  const changed = world.events.filter(({ type }) => type === 'conversation-changed');
  expect(changed).toHaveLength(2);
});

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

/** @returns a function that counts the lookups since */
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
