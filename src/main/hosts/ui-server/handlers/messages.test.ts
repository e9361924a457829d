import { expect, test } from 'vitest';
import { behindAll } from '../../../../../test/fakes/cursors.ts';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { createMessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import { contract, type EventName } from '../../../../shared/contract/index.ts';
import { conversationOf, toCursor } from '../../../../shared/lib/ids.ts';
import { contactHandlers } from './contacts.ts';
import { forwardMessages, messageHandlers } from './messages.ts';

const bo = fakePeer(1, { name: 'Bo' });

function openHandlers() {
  const node = createMessagingHallway();
  node.join(bo);
  const emitted: (readonly [EventName, unknown])[] = [];
  const stop = forwardMessages(node.hallway, (name, payload) => {
    emitted.push([name, contract.events[name].parse(payload)]);
  });
  return { ...node, handlers: { ...messageHandlers(node.hallway), ...contactHandlers(node.hallway) }, emitted, stop };
}

async function sent(node: ReturnType<typeof openHandlers>, text: string) {
  const sending = node.handlers.send({ to: bo.peerId, text });
  await node.settle();
  return sending;
}

test('[LINK-2] what is answered about messages is what the contract says, and no more', async () => {
  const node = openHandlers();
  await sent(node, 'hello');
  await node.receive(bo, 'hello yourself');
  const history = await node.handlers.history({ conversation: conversationOf(bo.peerId), limit: 10 });
  const conversations = await node.handlers.conversations({});
  const search = await node.handlers.search({ text: 'yourself', limit: 10 });
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
  const node = openHandlers();
  node.sessions.connect(bo.peerId);
  await sent(node, 'hello');
  await node.acknowledge(bo.peerId);
  await node.receive(bo, 'hi');
  const before = node.emitted.map(([name, payload]) => [name, (payload as { text?: string; state?: string }).state]);
  node.stop();
  await node.receive(bo, 'not told');
  expect(before).toEqual([
    ['message', 'queued'],
    ['delivery', 'queued'],
    ['delivery', 'sent'],
    ['delivery', 'delivered'],
    ['message', undefined],
  ]);
  expect(node.emitted).toHaveLength(before.length);
});

test('[DELIVER-1, DELIVER-6] sending, cancelling and reading answer what became of it', async () => {
  const node = openHandlers();
  const message = await sent(node, 'never');
  if (!message.ok) throw new Error(message.code);
  const cancelling = node.handlers.cancel({ messageId: message.output.messageId });
  await node.settle();
  const again = node.handlers.cancel({ messageId: message.output.messageId });
  await node.settle();
  await node.receive(bo, 'read me');
  const reading = node.handlers.markRead({ conversation: conversationOf(bo.peerId), through: behindAll });
  await node.settle();
  expect([await sent(node, ' '), await cancelling, await again, await reading]).toMatchObject([
    { ok: false, code: 'empty' },
    { ok: true, output: { cancelled: true } },
    { ok: true, output: { cancelled: false } },
    { ok: true, output: {} },
  ]);
  expect(await node.handlers.conversations({})).toMatchObject({ output: { conversations: [{ unread: 0 }] } });
});

test('[TRUST-8] however many strangers write, the conversations with people we know are listed', async () => {
  const node = openHandlers();
  await sent(node, 'hello');
  const here = fakePeer(2, { name: 'Cy' });
  node.join(here);
  await node.receive(here, 'hi');
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
    node.store.addIncoming({ ...draft, sentAtMs: 1, receivedAtMs: 1 });
  }
  const answer = await node.handlers.conversations({});
  const listed = answer.ok ? answer.output.conversations.map(({ conversation }) => conversation) : [];
  expect([listed.length, listed.slice(-2)]).toEqual([500, [here.peerId, bo.peerId].map(conversationOf)]);
});

test('[KEEP-2] a conversation is cleared, or it is said that it could not be', async () => {
  const node = openHandlers();
  await node.receive(bo, 'hello');
  node.store.refuseWrites = 'full';
  async function clear(): Promise<unknown> {
    const clearing = node.handlers.clearConversation({ conversation: conversationOf(bo.peerId) });
    await node.settle();
    return clearing;
  }
  const refused = await clear();
  node.store.refuseWrites = undefined;
  expect([refused, await clear()]).toEqual([
    { ok: false, code: 'not-kept', message: expect.any(String) },
    { ok: true, output: { deleted: 1 } },
  ]);
});

test('[STORE-8] messages that cannot be read now are refused with a code, and the rest goes on', async () => {
  const node = openHandlers();
  await node.receive(bo, 'hi');
  node.store.refuseReads = 'corrupt';
  const refused = { ok: false, code: 'not-readable' };
  expect([
    await node.handlers.history({ conversation: conversationOf(bo.peerId), limit: 10 }),
    await node.handlers.cancel({ messageId: 'any' }),
    await node.handlers.contact({ peerId: bo.peerId }),
  ]).toMatchObject([refused, refused, { ok: true }]);
});

test('[STORE-8] a place that no store named is refused with a code, and is no problem of the store', async () => {
  const node = openHandlers();
  await node.receive(bo, 'hi');
  const events: string[] = [];
  node.hallway.subscribe(({ type }) => events.push(type));
  const conversation = conversationOf(bo.peerId);
  const nowhere = toCursor('nowhere');
  const reading = node.handlers.markRead({ conversation, through: nowhere });
  await node.settle();
  expect([
    await node.handlers.history({ conversation, limit: 10, before: nowhere }),
    await node.handlers.history({ conversation, limit: 10, after: nowhere }),
    await reading,
  ]).toMatchObject(Array.from({ length: 3 }, () => ({ ok: false, code: 'bad-cursor' })));
  expect(events).toEqual([]);
});

test('[HEALTH-3] a node that has nothing to talk with says so', async () => {
  const { hallway } = createMessagingHallway();
  const mute = { ...hallway, messages: undefined, contacts: undefined };
  const handlers = { ...messageHandlers(mute), ...contactHandlers(mute) };
  const results = [
    await handlers.conversations({}),
    await handlers.send({ to: bo.peerId, text: 'hello' }),
    await handlers.setTyping({ peerId: bo.peerId, isTyping: true }),
    await handlers.contact({ peerId: bo.peerId }),
    await handlers.setBlocked({ peerId: bo.peerId, blocked: true }),
  ];
  for (const result of results) expect(result).toMatchObject({ ok: false, code: 'not-available' });
});
