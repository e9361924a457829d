import { expect, test } from 'vitest';
import { behindAll } from '../../../../../test/fakes/cursors.ts';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { createTalkDesk } from '../../../../../test/fixtures/messaging-hallway.ts';
import { contract, type EventName } from '../../../../shared/contract/index.ts';
import { conversationOf, toCursor } from '../../../../shared/lib/ids.ts';
import { contactHandlers } from './contacts.ts';
import { forwardMessages, messageHandlers } from './messages.ts';

const bo = fakePeer(1, { name: 'Bo' });

function openDesk() {
  const desk = createTalkDesk();
  desk.join(bo);
  const told: (readonly [EventName, unknown])[] = [];
  const stop = forwardMessages(desk.hallway, (name, payload) => {
    told.push([name, contract.events[name].parse(payload)]);
  });
  return { ...desk, handlers: { ...messageHandlers(desk.hallway), ...contactHandlers(desk.hallway) }, told, stop };
}

async function sent(desk: ReturnType<typeof openDesk>, text: string) {
  const sending = desk.handlers.send({ to: bo.peerId, text });
  await desk.settle();
  return sending;
}

test('[LINK-2] what is answered about messages is what the contract says, and no more', async () => {
  const desk = openDesk();
  await sent(desk, 'hello');
  await desk.receive(bo, 'hello yourself');
  const history = await desk.handlers.history({ conversation: conversationOf(bo.peerId), limit: 10 });
  const conversations = await desk.handlers.conversations({});
  const search = await desk.handlers.search({ text: 'yourself', limit: 10 });
  expect([history, conversations, search]).toMatchObject([
    { ok: true, output: { messages: [{ text: 'hello yourself' }, { text: 'hello', state: 'sent' }] } },
    { ok: true, output: { conversations: [{ conversation: conversationOf(bo.peerId), unread: 1 }] } },
    { ok: true, output: { messages: [{ text: 'hello yourself' }] } },
  ]);
  if (!history.ok || !conversations.ok) throw new Error('refused');
  expect(contract.calls.history.output.parse(history.output)).toEqual(history.output);
  expect(contract.calls.conversations.output.parse(conversations.output)).toEqual(conversations.output);
  expect(history.output.messages[0]).not.toHaveProperty('sequence');
});

test('[DELIVER-5] a user interface is told of each message once, and of what becomes of it, until it goes', async () => {
  const desk = openDesk();
  desk.sessions.connect(bo.peerId);
  await sent(desk, 'hello');
  await desk.acknowledge(bo.peerId);
  await desk.receive(bo, 'hi');
  const before = desk.told.map(([name, payload]) => [name, (payload as { text?: string; state?: string }).state]);
  desk.stop();
  await desk.receive(bo, 'not told');
  expect(before).toEqual([
    ['message', 'queued'],
    ['delivery', 'queued'],
    ['delivery', 'sent'],
    ['delivery', 'delivered'],
    ['message', undefined],
  ]);
  expect(desk.told).toHaveLength(before.length);
});

test('[DELIVER-1, DELIVER-6] sending, cancelling and reading answer what became of it', async () => {
  const desk = openDesk();
  const message = await sent(desk, 'never');
  if (!message.ok) throw new Error(message.code);
  const cancelling = desk.handlers.cancel({ messageId: message.output.messageId });
  await desk.settle();
  const again = desk.handlers.cancel({ messageId: message.output.messageId });
  await desk.settle();
  await desk.receive(bo, 'read me');
  const reading = desk.handlers.markRead({ conversation: conversationOf(bo.peerId), through: behindAll });
  await desk.settle();
  expect([await sent(desk, ' '), await cancelling, await again, await reading]).toMatchObject([
    { ok: false, code: 'empty' },
    { ok: true, output: { cancelled: true } },
    { ok: true, output: { cancelled: false } },
    { ok: true, output: {} },
  ]);
  expect(await desk.handlers.conversations({})).toMatchObject({ output: { conversations: [{ unread: 0 }] } });
});

test('[TRUST-8] however many strangers write, the conversations with people we know are listed', async () => {
  const desk = openDesk();
  await sent(desk, 'hello');
  const here = fakePeer(2, { name: 'Cy' });
  desk.join(here);
  await desk.receive(here, 'hi');
  for (let key = 1_000; key < 1_600; key += 1) {
    const { peerId } = fakePeer(key);
    const draft = {
      messageId: `m ${key}`,
      conversation: conversationOf(peerId),
      from: peerId,
      fromName: 'Ana',
      sequence: 1,
      text: 'spam',
    };
    desk.store.addIncoming({ ...draft, sentAtMs: 1, receivedAtMs: 1 });
  }
  const answer = await desk.handlers.conversations({});
  const listed = answer.ok ? answer.output.conversations.map(({ conversation }) => conversation) : [];
  expect([listed.length, listed.slice(-2)]).toEqual([500, [here.peerId, bo.peerId].map(conversationOf)]);
});

test('[KEEP-2] a conversation is cleared, or it is said that it could not be', async () => {
  const desk = openDesk();
  await desk.receive(bo, 'hello');
  desk.store.refuseWrites = 'full';
  async function clear(): Promise<unknown> {
    const clearing = desk.handlers.clearConversation({ conversation: conversationOf(bo.peerId) });
    await desk.settle();
    return clearing;
  }
  const refused = await clear();
  desk.store.refuseWrites = undefined;
  expect([refused, await clear()]).toEqual([
    { ok: false, code: 'not-kept', message: expect.any(String) },
    { ok: true, output: { deleted: 1 } },
  ]);
});

test('[STORE-8] messages that cannot be read now are refused with a code, and the rest goes on', async () => {
  const desk = openDesk();
  await desk.receive(bo, 'hi');
  desk.store.refuseReads = 'corrupt';
  const refused = { ok: false, code: 'not-readable' };
  expect([
    await desk.handlers.history({ conversation: conversationOf(bo.peerId), limit: 10 }),
    await desk.handlers.cancel({ messageId: 'any' }),
    await desk.handlers.acquaintance({ peerId: bo.peerId }),
  ]).toMatchObject([refused, refused, { ok: true }]);
});

test('[STORE-8] a place that no store named is refused with a code, and is no problem of the store', async () => {
  const desk = openDesk();
  await desk.receive(bo, 'hi');
  const events: string[] = [];
  desk.hallway.subscribe(({ type }) => events.push(type));
  const conversation = conversationOf(bo.peerId);
  const nowhere = toCursor('nowhere');
  const reading = desk.handlers.markRead({ conversation, through: nowhere });
  await desk.settle();
  expect([
    await desk.handlers.history({ conversation, limit: 10, before: nowhere }),
    await desk.handlers.history({ conversation, limit: 10, after: nowhere }),
    await reading,
  ]).toMatchObject(Array.from({ length: 3 }, () => ({ ok: false, code: 'bad-cursor' })));
  expect(events).toEqual([]);
});

test('[HEALTH-3] a node that has nothing to talk with says so', async () => {
  const { hallway } = createTalkDesk();
  const mute = { ...hallway, messages: undefined, contacts: undefined };
  const handlers = { ...messageHandlers(mute), ...contactHandlers(mute) };
  const results = [
    await handlers.conversations({}),
    await handlers.send({ to: bo.peerId, text: 'hello' }),
    await handlers.setTyping({ peerId: bo.peerId, isTyping: true }),
    await handlers.acquaintance({ peerId: bo.peerId }),
    await handlers.setBlocked({ peerId: bo.peerId, blocked: true }),
  ];
  for (const result of results) expect(result).toMatchObject({ ok: false, code: 'not-available' });
});
