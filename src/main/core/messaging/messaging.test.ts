/** Direct messages: refusals, the longest text, a full store and clearing. */
import { expect, test } from 'vitest';
import { createMessagingWorld } from '../../../../test/fixtures/messaging-world.ts';
import { maxTextBytes } from './wire/frames.ts';
import { cursorAt } from '../../../../test/fakes/cursors.ts';
import { conversationOf } from '../../../shared/lib/ids.ts';

test.each([
  ['nothing', 'bo', ' \n\t ', 'empty'],
  ['a zero width space alone', 'bo', '\u200b', 'empty'],
  ['NUL alone', 'bo', '\u0000', 'empty'],
  ['more than fits', 'bo', 'é'.repeat(maxTextBytes / 2 + 1), 'too-long'],
  ['ourselves', 'ana', 'hello', 'to-self'],
  ['a blocked contact', 'cy', 'hello', 'blocked'],
])('[DELIVER-1] a message to or of %s is refused and leaves no trace', async (_what, to, text, code) => {
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

test('[KEEP-2] a full store is reported once, and so is its recovery', async () => {
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

test('[DELIVER-1] clearing a conversation keeps undelivered messages, and they still go out', async () => {
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
