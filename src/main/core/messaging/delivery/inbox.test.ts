/** The inbox: messages are persisted, then acknowledged and shown, once and in order. */
import { expect, test } from 'vitest';
import { createMessagingWorld, wireMessage, type MessagingWorld } from '../../../../../test/fixtures/messaging-world.ts';
import { conversationOf } from '../../../../shared/lib/ids.ts';

function shown(world: MessagingWorld): readonly string[] {
  return world.events.flatMap((event) => (event.type === 'message' ? [event.message.text] : []));
}

function kept(world: MessagingWorld): readonly string[] {
  return [...world.store.exportMessages()].map(({ text }) => text);
}

function acknowledged(world: MessagingWorld, peerId = 'bo'): readonly string[] {
  return world.sessions.sent(peerId, 'ack').flatMap(({ messageIds }) => messageIds);
}

function receive(world: MessagingWorld, ...indexes: readonly number[]): void {
  world.sessions.receive('bo', { type: 'messages', messages: indexes.map((index) => wireMessage(index)) });
}

const ids = (...indexes: readonly number[]): readonly string[] => indexes.map((index) => wireMessage(index).messageId);

test('[DELIVER-2] a message is acknowledged and emitted after it is persisted, and not before', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  receive(world, 1, 2);
  await Promise.resolve();
  const before = { acknowledged: acknowledged(world), shown: shown(world) };
  await world.settle();
  expect(before).toEqual({ acknowledged: [], shown: [] });
  expect({ acknowledged: acknowledged(world), shown: shown(world), kept: kept(world) }).toEqual({
    acknowledged: ids(1, 2),
    shown: ['text 1', 'text 2'],
    kept: ['text 1', 'text 2'],
  });
});

test('[TRUST-1] an event introduces the sender, with a cleaned name, before its message is persisted', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  world.sessions.receive('bo', { type: 'messages', messages: [wireMessage(1), { ...wireMessage(2), fromName: '\u202eAna' }] });
  await world.settle();
  expect([world.writers, kept(world).length]).toEqual([[{ peerId: 'bo', name: 'Ana', kept: 0 }], 2]);
});

test('[DELIVER-3] a re-delivered message is acknowledged again and not emitted again', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  receive(world, 1);
  await world.settle();
  receive(world, 1, 2);
  receive(world, 2, 3);
  await world.settle();
  expect({ acknowledged: acknowledged(world), shown: shown(world) }).toEqual({
    acknowledged: ids(1, 1, 2, 2, 3),
    shown: ['text 1', 'text 2', 'text 3'],
  });
});

test('[DELIVER-3] the same ID from another peer is another message', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  world.sessions.connect('cy');
  receive(world, 1);
  world.sessions.receive('cy', { type: 'messages', messages: [wireMessage(1, 'from cy')] });
  await world.settle();
  expect([shown(world), acknowledged(world, 'cy')]).toEqual([['text 1', 'from cy'], ids(1)]);
  expect(world.messaging.history(conversationOf('cy'), { limit: 9 }).map(({ from, text }) => [from, text])).toEqual([
    ['cy', 'from cy'],
  ]);
});

test('[DELIVER-7] a peer can neither forge nor change a message of ours by its ID', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const own = await world.send('mine');
  await world.settle();
  world.sessions.receive('bo', { type: 'messages', messages: [{ ...wireMessage(1, 'forged'), messageId: own.messageId }] });
  await world.settle();
  expect(world.messaging.get(own.messageId)).toMatchObject({ from: 'ana', text: 'mine', state: 'sent' });
  expect(world.messaging.history(conversationOf('bo'), { limit: 9 }).map(({ from, text }) => [from, text])).toEqual([
    ['bo', 'forged'],
    ['ana', 'mine'],
  ]);
});

test('[DELIVER-2] a message that cannot be persisted closes the session and is neither acknowledged nor emitted', async () => {
  const world = createMessagingWorld();
  const session = world.sessions.connect('bo');
  world.store.refuseWrites = 'full';
  receive(world, 1, 2);
  await world.settle();
  expect({ reason: session.closedFor, acknowledged: acknowledged(world), shown: shown(world), kept: kept(world) }).toEqual({
    reason: 'not-kept',
    acknowledged: [],
    shown: [],
    kept: [],
  });
});

test('[DELIVER-4] messages behind one that failed are not persisted either, and all come again in order', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  world.store.unkeepable.add('text 2');
  receive(world, 1);
  await world.settle();
  receive(world, 2);
  receive(world, 3);
  await world.settle();
  expect([shown(world), kept(world)]).toEqual([['text 1'], ['text 1']]);
  world.store.unkeepable.clear();
  world.sessions.connect('bo');
  receive(world, 2, 3);
  await world.settle();
  expect([shown(world), kept(world)]).toEqual([
    ['text 1', 'text 2', 'text 3'],
    ['text 1', 'text 2', 'text 3'],
  ]);
});

test('[DELIVER-4] a write that fails after its session was replaced does not close the new one', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  world.store.unkeepable.add('text 1');
  receive(world, 1);
  const second = world.sessions.connect('bo');
  // It comes again and can be persisted now; the first write still waits.
  receive(world, 2);
  await world.settle();
  receive(world, 3);
  await world.settle();
  receive(world, 4);
  await world.settle();
  expect([second.closedFor, shown(world)]).toEqual([undefined, ['text 2', 'text 3', 'text 4']]);
  expect(acknowledged(world)).toEqual(ids(2, 3, 4));
});

test('[DELIVER-2] a message persisted after its session ended is emitted once, and acknowledged when it comes again', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  receive(world, 1);
  world.sessions.end('bo');
  await world.settle();
  const before = [...acknowledged(world)];
  world.sessions.connect('bo');
  receive(world, 1, 2);
  await world.settle();
  expect({ before, acknowledged: acknowledged(world), shown: shown(world) }).toEqual({
    before: [],
    acknowledged: ids(1, 2),
    shown: ['text 1', 'text 2'],
  });
});

test('[DELIVER-8] a peer that sends faster than we persist is paused until we caught up', async () => {
  const world = createMessagingWorld();
  const session = world.sessions.connect('bo');
  const pauses: boolean[] = [];
  for (let index = 1; index <= 4_096; index += 256) {
    receive(world, ...Array.from({ length: 256 }, (_, offset) => index + offset));
    pauses.push(session.isPaused);
  }
  await world.settle();
  expect([pauses.indexOf(true), session.isPaused]).toEqual([9, false]);
  expect(acknowledged(world)).toHaveLength(4_096);
  expect(shown(world)).toEqual(Array.from({ length: 4_096 }, (_, index) => `text ${index + 1}`));
});

test('[DELIVER-8] long texts pause a peer sooner', async () => {
  const world = createMessagingWorld();
  const session = world.sessions.connect('bo');
  const long = (index: number) => wireMessage(index, 'x'.repeat(16_000));
  for (let index = 1; index <= 70; index += 1) world.sessions.receive('bo', { type: 'messages', messages: [long(index)] });
  const wasPaused = session.isPaused;
  await world.settle();
  expect([wasPaused, session.isPaused, shown(world).length]).toEqual([true, false, 70]);
});

test('[DELIVER-8] long names of offered files pause a peer like long texts', async () => {
  const world = createMessagingWorld();
  const session = world.sessions.connect('bo');
  const files = Array.from({ length: 20 }, () => ({ name: 'x'.repeat(255), sizeBytes: 1 }));
  const numbers = { contentId: new Uint8Array(32), fileCount: 20, totalBytes: 20, descriptionBytes: 999, lifeMs: 1 };
  for (let index = 1; index <= 250; index += 1) {
    const message = { ...wireMessage(index, 'x'), offer: { ...numbers, files } };
    world.sessions.receive('bo', { type: 'messages', messages: [message] });
  }
  const wasPaused = session.isPaused;
  await world.settle();
  expect([wasPaused, session.isPaused, shown(world).length]).toEqual([true, false, 250]);
});

test('[DELIVER-8] long texts are persisted in several writes, a longest one and short ones in one', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const commitsFor = async (count: number, length: number, first: number): Promise<number> => {
    const before = world.store.commits;
    const messages = Array.from({ length: count }, (_, offset) => wireMessage(first + offset, 'x'.repeat(length)));
    world.sessions.receive('bo', { type: 'messages', messages });
    await world.settle();
    return world.store.commits - before;
  };
  expect([await commitsFor(64, 16_384, 1), await commitsFor(1, 16_384, 65), await commitsFor(256, 100, 66)]).toEqual([4, 1, 1]);
  expect(acknowledged(world)).toEqual(ids(...Array.from({ length: 321 }, (_, index) => index + 1)));
});

test("[DELIVER-2] names are cleaned, and a sender's clock cannot make an invalid date", async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const message = { ...wireMessage(1), fromName: '\u202eBo', sentAtMs: Number.MAX_SAFE_INTEGER };
  world.sessions.receive('bo', { type: 'messages', messages: [message] });
  await world.settle();
  const [stored] = world.messaging.history(conversationOf('bo'), { limit: 1 });
  expect(stored).toMatchObject({ fromName: 'Bo', from: 'bo', conversation: conversationOf('bo') });
  expect(new Date(stored?.sentAtMs ?? Number.NaN).toISOString()).toMatch(/^\+275760/);
});

test('[DELIVER-3, DELIVER-4] a clock set back a day loses, duplicates and reorders nothing', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  await world.send('before');
  receive(world, 1);
  await world.settle();
  world.clock.jumpWall(-86_400_000);
  await world.send('after');
  receive(world, 1, 2);
  await world.settle();
  await world.acknowledge();
  world.sessions.connect('bo');
  expect([world.sentTexts(), shown(world)]).toEqual([
    ['before', 'after'],
    ['text 1', 'text 2'],
  ]);
  expect(world.messaging.history(conversationOf('bo'), { limit: 9 }).map(({ text }) => text)).toEqual([
    'text 2',
    'after',
    'text 1',
    'before',
  ]);
});
