import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/fakes/fake-clock.ts';
import { createFakeConversations } from '../../../test/fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../../../test/fakes/fake-hallway.ts';
import { createMemoryLink } from '../../../test/fakes/memory-link.ts';
import { serveUi } from '../../main/hosts/ui-server/serve-ui.ts';
import { createRpcClient } from '../../shared/rpc/rpc.ts';
import { createConversations } from './conversations.ts';
import { createSync } from './sync.ts';
import { pageSize } from './message-loader.ts';
import { openConversation } from './route.ts';
import { createHallwayStore } from './store.ts';
import { cursorAt } from '../../../test/fakes/cursors.ts';
import { searchAll } from '../../../test/fakes/store-slices.ts';
import { conversationOf } from '../../shared/lib/ids.ts';

const ana = fakePeerId(1);
const bo = fakePeerId(2);

async function createConversationsFixture({ canMessage = true, before = 0 } = {}) {
  const clock = createFakeClock();
  const link = createMemoryLink();
  const fake = createFakeConversations();
  const hallway = createFakeHallway(fakeSelf(), canMessage ? fake : undefined);
  [1, 2].forEach((number) => hallway.putPeer(fakePeer(number)));
  fake.meet({ peerId: ana, name: 'Ana' });
  for (let number = 1; number <= before; number += 1) fake.receive(ana, `message ${number}`);
  serveUi(hallway, link.right, { clock });
  const client = createRpcClient(link.left, { setTimer: clock.setTimer });
  const store = createHallwayStore();
  const asked: unknown[] = [];
  link.right.onMessage((message) => asked.push(message));
  const conversations = createConversations({ link: link.left, client, store, setTimer: clock.setTimer });
  createSync({ link: link.left, client, store, setTimer: clock.setTimer, setFrame: (callback) => clock.setTimer(callback, 16) });
  await clock.advance(100);
  const texts = (): string[] => store.getState().messages.open?.window?.messages.map(({ text }) => text) ?? [];
  const unread = (peerId: string): number | undefined =>
    store.getState().messages.conversations.get(conversationOf(peerId))?.unread;
  return { clock, link, fake, hallway, store, asked, conversations, texts, unread };
}

test('selecting a contact loads one page of the newest messages', async () => {
  const { clock, store, texts } = await createConversationsFixture({ before: 500 });
  store.navigate(openConversation(ana));
  await clock.advance(0);
  expect([texts().length <= 200, texts().at(-1), store.getState().messages.open?.window?.hasOlder]).toEqual([
    true,
    'message 500',
    true,
  ]);
});

test('[FAST-2] opening a conversation asks for its messages once and first, and waits for no other answer', async () => {
  const { clock, store, asked, texts } = await createConversationsFixture({ before: 500 });
  asked.length = 0;
  store.navigate(openConversation(ana));
  await Promise.resolve();
  const atOnce = asked.map((call) => (call as { readonly name: string }).name);
  await clock.advance(0);
  const all = asked.map((call) => (call as { readonly name: string }).name);
  expect([atOnce[0], all.filter((name) => name === 'history').length, all.length, texts().at(-1)]).toEqual([
    'history',
    1,
    atOnce.length,
    'message 500',
  ]);
});

test('scrolling up loads older messages until there are none', async () => {
  const { clock, fake, store, conversations, texts } = await createConversationsFixture({ before: 2 * pageSize });
  const last = fake.store.history(conversationOf(ana), { limit: 1 })[0];
  fake.store.markRead(conversationOf(ana), last?.cursor ?? cursorAt(0), Infinity);
  store.navigate(openConversation(bo));
  await clock.advance(0);
  await fake.messages.markRead(conversationOf(ana), cursorAt(0));
  store.navigate(openConversation(ana));
  await clock.advance(0);
  for (let turn = 0; turn < 4; turn += 1) {
    conversations.loadOlder();
    await clock.advance(0);
  }
  expect([texts().length, texts()[0], store.getState().messages.open?.window?.hasOlder]).toEqual([
    2 * pageSize,
    'message 1',
    false,
  ]);
});

test('a repeated event shows and counts a message once', async () => {
  const { clock, link, fake, store, texts, unread } = await createConversationsFixture();
  store.navigate(openConversation(ana));
  await clock.advance(0);
  const { sequence: _sequence, ...message } = fake.receive(ana, 'once');
  link.right.send({ type: 'event', name: 'message', payload: message });
  await clock.advance(0);
  expect([texts(), unread(ana)]).toEqual([['once'], 1]);
});

test('messages missed while the link was lost appear after it is back', async () => {
  const { clock, link, fake, store, texts, unread } = await createConversationsFixture({ before: 3 });
  store.navigate(openConversation(ana));
  await clock.advance(0);
  const own = fake.write(ana, 'mine');
  await clock.advance(0);
  link.close();
  fake.setDelivery(own.messageId, 'delivered');
  fake.receive(ana, 'missed');
  link.open();
  await clock.advance(0);
  const state = store.getState().messages.open?.window?.messages.find(({ messageId }) => messageId === own.messageId)?.state;
  expect([texts(), state, unread(ana)]).toEqual([['message 1', 'message 2', 'message 3', 'mine', 'missed'], 'delivered', 4]);
});

test('after missing more than a page, the list starts over without a gap', async () => {
  const { clock, link, fake, store, texts } = await createConversationsFixture({ before: 3 });
  store.navigate(openConversation(ana));
  await clock.advance(0);
  link.close();
  for (let number = 4; number <= 400; number += 1) fake.receive(ana, `message ${number}`);
  link.open();
  await clock.advance(0);
  const numbers = texts().map((text) => Number(text.split(' ')[1]));
  const first = numbers[0] ?? 0;
  expect([numbers.at(-1), numbers]).toEqual([400, numbers.map((_, index) => first + index)]);
});

test('a cleared conversation is empty, even while it is open', async () => {
  const { clock, fake, store, texts } = await createConversationsFixture({ before: 3 });
  store.navigate(openConversation(ana));
  await clock.advance(0);
  await fake.messages.clear(conversationOf(ana));
  await clock.advance(0);
  expect([texts(), store.getState().messages.conversations.size]).toEqual([[], 0]);
});

test('a search jumps to a message in context, from there forward to the end, and back', async () => {
  const { clock, fake, store, conversations, texts } = await createConversationsFixture({ before: 1_000 });
  const [target] = searchAll(fake.store, 'message 300', { limit: 1 });
  if (target === undefined) throw new Error('not found');
  const { sequence: _sequence, ...message } = target;
  conversations.jumpTo(message);
  await clock.advance(0);
  const around = [
    texts().includes('message 300'),
    store.getState().messages.open?.window?.hasNewer,
    store.getState().messages.open?.target,
  ];
  for (let turn = 0; turn < 40; turn += 1) {
    conversations.loadNewer();
    await clock.advance(0);
  }
  const end = [texts().at(-1), store.getState().messages.open?.window?.hasNewer];
  conversations.jumpTo(message);
  await clock.advance(0);
  conversations.showLatest();
  await clock.advance(0);
  expect([around, end, texts().at(-1), store.getState().messages.open?.target]).toEqual([
    [true, true, message.cursor],
    ['message 1000', false],
    'message 1000',
    undefined,
  ]);
});

test('drops an answer for a contact that is no longer selected', async () => {
  const { clock, fake, store, texts } = await createConversationsFixture({ before: 3 });
  fake.receive(bo, 'from Bo');
  store.navigate(openConversation(ana));
  store.navigate(openConversation(bo));
  await clock.advance(0);
  expect(texts()).toEqual(['from Bo']);
});

test('a burst of changes causes one more query of the list', async () => {
  const { clock, fake, asked } = await createConversationsFixture({ before: 50 });
  asked.length = 0;
  for (let position = 1; position <= 20; position += 1) void fake.messages.markRead(conversationOf(ana), cursorAt(position));
  await clock.advance(0);
  expect(asked.length <= 3).toBe(true);
});

test('queries hundreds of contacts a few at a time, each once', async () => {
  const clock = createFakeClock();
  const link = createMemoryLink();
  const fake = createFakeConversations();
  for (let number = 0; number < 300; number += 1) {
    fake.meet({ peerId: fakePeerId(number), name: `Person ${number}`, blocked: number === 7 });
    fake.receive(fakePeerId(number), 'hello');
  }
  serveUi(createFakeHallway(fakeSelf(), fake), link.right, { clock });
  const client = createRpcClient(link.left, { setTimer: clock.setTimer });
  const store = createHallwayStore();
  const counted = { open: 0, most: 0, asked: 0 };
  link.right.onMessage((message) => {
    if ((message as { name: string }).name !== 'contact') return;
    counted.asked += 1;
    counted.open += 1;
    counted.most = Math.max(counted.most, counted.open);
  });
  link.left.onMessage(() => (counted.open = Math.max(0, counted.open - 1)));
  createConversations({ link: link.left, client, store, setTimer: clock.setTimer });
  await clock.advance(0);
  const { contacts } = store.getState().messages;
  expect([contacts.size, contacts.get(fakePeerId(7))?.blocked, counted.asked, counted.most <= 4]).toEqual([300, true, 300, true]);
});

test('a node that cannot send messages says so', async () => {
  const { store } = await createConversationsFixture({ canMessage: false });
  expect(store.getState().messages.status).toBe('unavailable');
});

test('shows typing until it ends, a message arrives, or the link is lost', async () => {
  const { clock, link, fake, store } = await createConversationsFixture();
  const seen: boolean[] = [];
  const note = async (): Promise<void> => {
    await clock.advance(0);
    seen.push(store.getState().messages.typing.has(ana));
  };
  fake.type(ana, true);
  await note();
  fake.type(ana, false);
  await note();
  fake.type(ana, true);
  fake.receive(ana, 'done');
  await note();
  fake.type(ana, true);
  await note();
  link.close();
  await note();
  expect(seen).toEqual([true, false, false, true, false]);
});

test('does nothing after it is closed', async () => {
  const { clock, fake, store, conversations } = await createConversationsFixture();
  conversations.close();
  const before = store.getState().messages;
  fake.receive(ana, 'late');
  store.navigate(openConversation(ana));
  await clock.advance(1_000);
  expect(store.getState().messages).toBe(before);
});
