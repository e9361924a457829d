/** Messages sent again: after the end of a session, of the store, or of the process. */
import { expect, test } from 'vitest';
import { createMessagingWorld } from '../../../../../test/fixtures/messaging-world.ts';
import { sendAll } from '../../../../../test/fixtures/send-texts.ts';

const retryMs = 5_000;

test('[DELIVER-3] unacknowledged messages are sent again in the next session, in order', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const ids = await sendAll(world, ['a', 'b', 'c', 'd']);
  await world.settle();
  // Acknowledged out of order, as no honest peer does.
  world.sessions.receive('bo', { type: 'ack', messageIds: [ids[1] ?? ''] });
  await world.settle();
  world.sessions.end('bo');
  world.sessions.connect('bo');
  expect(world.sentTexts()).toEqual(['a', 'b', 'c', 'd', 'a', 'c', 'd']);
});

test('[DELIVER-3] an acknowledgement just before the end of the session counts', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const ids = await sendAll(world, ['a', 'b']);
  await world.settle();
  world.sessions.receive('bo', { type: 'ack', messageIds: [ids[0] ?? ''] });
  world.sessions.end('bo');
  world.sessions.connect('bo');
  await world.settle();
  expect(world.sentTexts()).toEqual(['a', 'b', 'b']);
  expect(world.emitted(ids[0] ?? '')).toEqual(['queued', 'sent', 'delivered']);
});

test('[DELIVER-3] a session that replaces another gets the messages in flight and all later ones', async () => {
  const world = createMessagingWorld();
  const first = world.sessions.connect('bo');
  await sendAll(world, ['a', 'b']);
  await world.settle();
  const second = world.sessions.connect('bo');
  await sendAll(world, ['c']);
  await world.settle();
  const texts = (sent: typeof first.sent) =>
    sent.flatMap((frame) => (frame.type === 'messages' ? frame.messages.map(({ text }) => text) : []));
  expect([texts(first.sent), texts(second.sent)]).toEqual([
    ['a', 'b'],
    ['a', 'b', 'c'],
  ]);
});

test('[DELIVER-3] an acknowledgement that could not be persisted is persisted as soon as possible', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const { messageId } = await world.send('hello');
  await world.settle();
  world.store.refuseWrites = 'full';
  await world.acknowledge();
  await world.clock.advance(2 * retryMs);
  world.store.refuseWrites = undefined;
  await world.clock.advance(retryMs);
  expect([world.emitted(messageId), world.sentTexts()]).toEqual([['queued', 'sent', 'delivered'], ['hello']]);
});

test('[DELIVER-3] a store that fails to read for a while delays delivery and loses nothing', async () => {
  const world = createMessagingWorld();
  await sendAll(world, ['a', 'b']);
  world.here.add('bo');
  world.store.refuseReads = 'busy';
  world.messaging.peerAppeared('bo');
  world.sessions.connect('bo');
  const unread = world.sentTexts();
  world.store.refuseReads = undefined;
  await world.clock.advance(retryMs);
  expect([unread, world.sentTexts()]).toEqual([[], ['a', 'b']]);
  expect(world.events.some((event) => event.type === 'store-problem' && event.code === 'busy')).toBe(true);
});

test('[DELIVER-3] messages that waited at the end of the node are sent when it runs again', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  await sendAll(world, ['a', 'b']);
  await world.settle();
  world.messaging.close();
  const next = createMessagingWorld({ store: world.store });
  next.sessions.connect('bo');
  expect([next.sentTexts(), world.clock.pendingTimers()]).toEqual([['a', 'b'], 0]);
});

test('[DELIVER-3] after closing nothing is sent and no timer is left', async () => {
  const world = createMessagingWorld();
  world.here.add('bo');
  const sending = world.messaging.send('bo', 'last words');
  world.messaging.close();
  await sending;
  world.messaging.peerAppeared('bo');
  world.sessions.connect('bo');
  await world.clock.advance(10 * retryMs);
  expect([world.sentTexts(), world.sessions.asked, world.clock.pendingTimers()]).toEqual([[], [], 0]);
  expect([...world.store.exportMessages()].map(({ text }) => text)).toEqual(['last words']);
});
