/**
 * The outbox: it sends persisted messages in order, a window at a time, and follows the answers.
 */
import { expect, test } from 'vitest';
import { createMessagingWorld } from '../../../../../test/fixtures/messaging-world.ts';
import { conversationOf } from '../../../../shared/lib/ids.ts';
import { sendAll } from '../../../../../test/fixtures/send-texts.ts';

/** As in send-window.ts. */
const windowSize = 4_096;
const retryMs = 5_000;

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `m${index}`);
}

test('[DELIVER-1] a message is persisted before it is sent', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const atSend: number[] = [];
  const session = world.sessions.current('bo');
  if (!session) throw new Error('no session');
  const send = session.send;
  Object.assign(session, {
    send: (frame: Parameters<typeof send>[0]) => {
      atSend.push([...world.store.exportMessages()].length);
      return send(frame);
    },
  });
  await world.send('hello');
  expect({ atSend, sent: world.sentTexts() }).toEqual({ atSend: [1], sent: ['hello'] });
});

test('[DELIVER-1] a message that cannot be persisted is refused and never sent', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  world.store.refuseWrites = 'full';
  const result = await world.trySend('hello');
  world.store.refuseWrites = undefined;
  await world.send('later');
  expect(result).toMatchObject({ ok: false, code: 'not-kept' });
  expect({
    sent: world.sentTexts(),
    kept: world.messaging.history(conversationOf('bo'), { limit: 9 }).map(({ text }) => text),
  }).toEqual({
    sent: ['later'],
    kept: ['later'],
  });
  expect(world.events.flatMap((event) => (event.type === 'store-problem' ? [event.code] : []))).toEqual(['full', undefined]);
});

test('[DELIVER-4] messages are sent in the order of the store, several to a frame', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  await sendAll(world, numbered(1_500));
  expect(world.sentTexts()).toEqual(numbered(1_500));
  expect(world.sessions.sent('bo', 'messages').length).toBeLessThan(20);
});

test('[DELIVER-5] each message emits written, then sent, delivered and read', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const [first = '', second = ''] = await sendAll(world, ['one', 'two']);
  await world.settle();
  await world.acknowledge();
  world.sessions.receive('bo', { type: 'read', messageIds: [first] });
  await world.settle();
  const emitted = world.events.flatMap((event) => {
    if (event.type === 'written') return [`written ${event.message.text}`];
    return event.type === 'delivery' ? [`${event.state} ${event.messageId === first ? 'one' : 'two'}`] : [];
  });
  expect(emitted).toEqual([
    'written one',
    'queued one',
    'written two',
    'queued two',
    'sent one',
    'sent two',
    'delivered one',
    'delivered two',
    'read one',
  ]);
  expect([first, second].map((messageId) => world.messaging.get(messageId)?.state)).toEqual(['read', 'delivered']);
});

test('[DELIVER-5] a message that left stays sent when the session ends', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const { messageId } = await world.send('hello');
  await world.settle();
  const before = world.messaging.get(messageId)?.state;
  world.sessions.end('bo');
  expect([before, world.messaging.get(messageId)?.state, world.emitted(messageId)]).toEqual(['sent', 'sent', ['queued', 'sent']]);
});

test('[DELIVER-5] re-delivering a read message emits no state change', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const { messageId } = await world.send('hello');
  await world.settle();
  world.sessions.receive('bo', { type: 'read', messageIds: [messageId] });
  await world.settle();
  world.sessions.end('bo');
  world.sessions.connect('bo');
  await world.settle();
  await world.acknowledge();
  expect([world.messaging.get(messageId)?.state, world.emitted(messageId)]).toEqual(['read', ['queued', 'sent', 'read']]);
});

test('[DELIVER-8] at most a window is in flight, and acknowledgements make room', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  await sendAll(world, numbered(windowSize + 500));
  await world.settle();
  const before = world.sentTexts().length;
  await world.acknowledge();
  expect([before, world.sentTexts().length]).toEqual([windowSize, windowSize + 500]);
  expect(world.sentTexts()).toEqual(numbered(windowSize + 500));
});

test('[DELIVER-8] long texts fill the window sooner', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  await sendAll(
    world,
    numbered(400).map((text) => text.padEnd(16_000, '.')),
  );
  await world.settle();
  expect(world.sentTexts().length).toBeGreaterThan(200);
  expect(world.sentTexts().length).toBeLessThan(300);
});

test('[DELIVER-8] a full session gets no frame until it has drained, whatever happens meanwhile', async () => {
  const world = createMessagingWorld();
  const session = world.sessions.connect('bo');
  session.isFull = true;
  const ids = await sendAll(world, numbered(1_000));
  await world.settle();
  const atFirst = world.sentTexts().length;
  await sendAll(world, ['another']);
  world.messaging.peerAppeared('bo');
  world.sessions.receive('bo', { type: 'ack', messageIds: ids.slice(0, 10) });
  await world.settle();
  const stillFull = world.sentTexts().length;
  session.isFull = false;
  world.sessions.drain('bo');
  expect(atFirst).toBeLessThan(300);
  expect(stillFull).toBe(atFirst);
  expect(world.sentTexts()).toEqual([...numbered(1_000), 'another']);
});

test('[DELIVER-7] acknowledgements, rejections and read receipts for messages to another peer do nothing', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  world.sessions.connect('cy');
  const { messageId } = await world.send('for bo');
  await world.settle();
  for (const type of ['ack', 'read'] as const) world.sessions.receive('cy', { type, messageIds: [messageId] });
  world.sessions.receive('cy', { type: 'reject', reason: 'unknown', messageIds: [messageId] });
  await world.settle();
  expect([world.messaging.get(messageId)?.state, world.emitted(messageId)]).toEqual(['sent', ['queued', 'sent']]);
});

test('[DELIVER-7] acknowledgements of unsent messages, or repeated ones, do nothing', async () => {
  const world = createMessagingWorld();
  const { messageId } = await world.send('for bo, who is away');
  world.sessions.receive('bo', { type: 'ack', messageIds: [messageId, '0192a5b0-1111-7abc-9def-000000000000'] });
  await world.settle();
  expect(world.messaging.get(messageId)?.state).toBe('queued');
  world.sessions.connect('bo');
  await world.settle();
  world.sessions.receive('bo', { type: 'ack', messageIds: [messageId, messageId] });
  world.sessions.receive('bo', { type: 'ack', messageIds: [messageId] });
  await world.settle();
  expect(world.emitted(messageId)).toEqual(['queued', 'sent', 'delivered']);
});

test('[DELIVER-5] a message that the peer rejects has failed and is not sent again', async () => {
  const world = createMessagingWorld();
  world.sessions.connect('bo');
  const { messageId } = await world.send('hello');
  await world.settle();
  world.sessions.receive('bo', { type: 'reject', reason: 'unwanted', messageIds: [messageId] });
  await world.settle();
  world.sessions.connect('bo');
  expect([world.messaging.get(messageId)?.state, world.sentTexts()]).toEqual(['failed', ['hello']]);
});

test('[DELIVER-4] a session is requested if a message waits and the peer is listed', async () => {
  const world = createMessagingWorld();
  world.messaging.peerAppeared('bo');
  await world.send('one');
  await world.settle();
  const whileAway = [...world.sessions.asked];
  world.here.add('bo');
  world.messaging.peerAppeared('bo');
  const onReturn = [...world.sessions.asked];
  await world.clock.advance(retryMs);
  expect([whileAway, onReturn, world.sessions.asked]).toEqual([[], ['bo'], ['bo', 'bo']]);
  world.here.delete('bo');
  await world.clock.advance(10 * retryMs);
  expect([world.sessions.asked.length, world.clock.pendingTimers()]).toEqual([2, 0]);
});

test('[DELIVER-4] a peer that comes back gets a session at once, without the earlier delay', async () => {
  const world = createMessagingWorld();
  world.here.add('bo');
  await world.send('one');
  await world.settle();
  await world.clock.advance(10);
  world.messaging.peerAppeared('bo');
  expect(world.sessions.asked).toEqual(['bo', 'bo']);
});

test('[DELIVER-8] a peer that cannot persist messages is retried with a delay', async () => {
  const world = createMessagingWorld();
  world.here.add('bo');
  world.sessions.connect('bo');
  await world.send('one');
  await world.settle();
  for (let round = 0; round < 3; round += 1) {
    const before = world.sessions.asked.length;
    world.sessions.end('bo', { by: 'peer', reason: 'not-kept' });
    await world.settle();
    expect(world.sessions.asked.length).toBe(before);
    await world.clock.advance(retryMs);
    expect(world.sessions.asked.length).toBe(before + 1);
    world.sessions.connect('bo');
    await world.settle();
  }
  await world.acknowledge();
  expect(world.messaging.history(conversationOf('bo'), { limit: 1 })[0]?.state).toBe('delivered');
});

test('[DELIVER-8] a peer that cannot persist is retried with a delay, also if it persisted something before', async () => {
  const world = createMessagingWorld();
  world.here.add('bo');
  world.sessions.connect('bo');
  await world.send('one');
  await world.acknowledge();
  await world.send('two');
  world.sessions.end('bo', { by: 'peer', reason: 'not-kept' });
  await world.settle();
  const atOnce = world.sessions.asked.length;
  await world.clock.advance(retryMs);
  expect([atOnce, world.sessions.asked.length]).toEqual([0, 1]);
});

test('[DELIVER-4] messages keep their order when the store, the window and the sender alternate', async () => {
  const world = createMessagingWorld();
  const session = world.sessions.connect('bo');
  const texts = numbered(3_000);
  for (let start = 0; start < texts.length; start += 100) {
    session.isFull = start % 300 === 0;
    await sendAll(world, texts.slice(start, start + 100));
    if (start % 500 === 0) await world.acknowledge();
    session.isFull = false;
    world.sessions.drain('bo');
  }
  await world.acknowledge();
  expect(world.sentTexts()).toEqual(texts);
  expect(world.messaging.history(conversationOf('bo'), { limit: 3_000 }).every(({ state }) => state === 'delivered')).toBe(true);
});
