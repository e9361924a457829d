import { expect, test } from 'vitest';
import { createMessagingWorld, wireMessage, type MessagingWorld } from '../../../../test/fixtures/messaging-world.ts';
import { maxTextBytes } from './wire/frames.ts';
import { readSlice } from './delivery/mark-read.ts';
import { behindAll, cursorAt } from '../../../../test/fakes/cursors.ts';
import { conversationOf } from '../../../shared/lib/ids.ts';

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

test.each([
  ['nothing', 'bo', ' \n\t ', 'empty'],
  ['a zero width space alone', 'bo', '\u200b', 'empty'],
  ['NUL alone', 'bo', '\u0000', 'empty'],
  ['more than fits', 'bo', 'é'.repeat(maxTextBytes / 2 + 1), 'too-long'],
  ['ourselves', 'ana', 'hello', 'to-self'],
  ['somebody who is blocked', 'cy', 'hello', 'blocked'],
])('[DELIVER-1] a message to or of %s is refused, and leaves no trace', async (_what, to, text, code) => {
  const world = createMessagingWorld();
  world.blocked.add('cy');
  const result = await world.trySend(text, to);
  expect({ result, events: world.events, kept: [...world.store.exportMessages()] }).toEqual({
    result: { ok: false, code, values: expect.anything() as unknown },
    events: [],
    kept: [],
  });
});

test('[DELIVER-1] the longest text goes through', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const text = 'é'.repeat(maxTextBytes / 2);
  await world.send(text);
  await world.settle();
  expect(world.sentTexts()).toEqual([text]);
});

test('[DELIVER-9] that messages were read is kept and told to their author in slices, all of them and no later ones', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  await receive(world, 2 * readSlice + 1);
  const commitsBefore = world.store.commits;
  const reading = world.messaging.markRead(conversationOf('bo'), behindAll);
  // What comes meanwhile was not seen.
  world.sessions.receive('bo', { type: 'messages', messages: [wireMessage(2 * readSlice + 2)] });
  await world.settle();
  await reading;
  expect(receiptsSent(world)).toEqual([readSlice, readSlice, 1]);
  expect(world.store.commits - commitsBefore).toBe(3);
  expect(world.messaging.conversations(1)[0]?.unread).toBe(1);
  expect(world.events.filter(({ type }) => type === 'conversation-changed')).toHaveLength(1);
});

test('[DELIVER-9] without a session it is told over the next one, which is asked for while the author is here', async () => {
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

test('[DELIVER-9] with read receipts off nobody is told', async () => {
  const world = createMessagingWorld();
  world.settings.put({ readReceipts: false });
  world.sessions.connect('bo');
  await receive(world, 2);
  void world.messaging.markRead(conversationOf('bo'), behindAll);
  await world.settle();
  world.sessions.connect('bo');
  expect([receiptsSent(world), world.messaging.conversations(1)[0]?.unread]).toEqual([[], 0]);
});

test('[DELIVER-9] messages are marked as read up to where was read, and told once', async () => {
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

test('[KEEP-2] a full store is told once, and that it works again', async () => {
  const world = createMessagingWorld();
  world.store.refuseWrites = 'full';
  await world.trySend('one');
  await world.trySend('two');
  const cancelled = world.messaging.cancel('0192a5b0-1111-7abc-9def-000000000000');
  void world.messaging.markRead(conversationOf('bo'), cursorAt(1));
  const cleared = world.messaging.clear(conversationOf('bo'));
  await world.settle();
  world.store.refuseWrites = undefined;
  await world.trySend('three');
  expect([await cancelled, await cleared]).toEqual([false, undefined]);
  expect(world.events.flatMap((event) => (event.type === 'store-problem' ? [event.code] : []))).toEqual(['full', undefined]);
});

test('[DELIVER-1] clearing a conversation leaves what is not delivered, which still goes out', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  await world.send('delivered');
  await world.settle();
  await world.acknowledge();
  world.sessions.end('bo');
  await world.send('waiting');
  const clearing = world.messaging.clear(conversationOf('bo'));
  await world.settle();
  world.sessions.connect('bo');
  await world.settle();
  expect([await clearing, world.sentTexts()]).toEqual([1, ['delivered', 'waiting']]);
});
