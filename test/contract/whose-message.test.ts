/**
 * The author alone decides if a message is ours, not its conversation. A room has several others.
 * This test follows a third person's message from the store to every interface that shows it.
 */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { runAutomation } from '../../src/main/hosts/cli/automation/automation.ts';
import { exportedMessageObject, messageObject } from '../../src/main/hosts/cli/automation/automation-objects.ts';
import { runChat } from '../../src/main/hosts/cli/chat/chat.ts';
import { forwardMessages, messageHandlers } from '../../src/main/hosts/ui-server/handlers/messages.ts';
import { selectAllUnread, selectIsOwn, selectName, selectTitle } from '../../src/renderer/state/message-selectors.ts';
import { createHallwayStore } from '../../src/renderer/state/store.ts';
import { contract } from '../../src/shared/contract/index.ts';
import { defaultSettingStates } from '../../src/shared/contract/settings.ts';
import { conversationOfRoom } from '../../src/shared/lib/ids.ts';
import { fakePeer } from '../fakes/fake-hallway.ts';
import { noJobs } from '../fixtures/chat.ts';
import { createMessagingHallway, type MessagingHallway } from '../fixtures/messaging-hallway.ts';

const lunch = conversationOfRoom('lunch');
const eva = fakePeer(2, { name: 'Eva' });

/** A node with a room `lunch`, which Eva and we share. */
function createRoomHallway() {
  const node = createMessagingHallway();
  node.join(eva);
  const ownPeerId = node.fake.profile.self().peerId;
  const names = { messageId: '0192a5b0-1111-7abc-9def-000000000001', conversation: lunch, sentAtMs: 1 };
  return {
    ...node,
    ownPeerId,
    evaSays(text: string) {
      const draft = { ...names, from: eva.peerId, fromName: 'Eva', text, sequence: 1, receivedAtMs: node.clock.wallMs() };
      const message = node.store.addIncoming(draft);
      if (message === undefined) throw new Error('said before');
      node.emit({ type: 'message', message });
      return message;
    },
    weSay(text: string) {
      const messageId = '0192a5b0-1111-7abc-9def-000000000002';
      const message = node.store.addOutgoing({ ...names, messageId, from: ownPeerId, fromName: 'Ana', text });
      node.emit({ type: 'written', message });
      return message;
    },
  };
}

/** The output of a running host. */
async function outputOf(
  node: MessagingHallway,
  run: (streams: { readonly input: PassThrough; readonly output: PassThrough }, signal: AbortSignal) => void,
  act: (input: PassThrough) => void,
): Promise<readonly string[]> {
  const streams = { input: new PassThrough(), output: new PassThrough() };
  let text = '';
  streams.output.on('data', (bytes: Buffer) => (text += bytes.toString()));
  run(streams, new AbortController().signal);
  await node.settle();
  act(streams.input);
  await node.settle();
  return text.split('\n').slice(0, -1);
}

test("the store keeps a third person's message as theirs: unread, without a state, never to be delivered", () => {
  const { store, ownPeerId, evaSays, weSay } = createRoomHallway();
  const theirs = evaSays('soup today');
  const ours = weSay('on my way');
  expect({
    state: store.get(theirs.messageId)?.state,
    isFoundAsOurs: store.get(theirs.messageId, ownPeerId) !== undefined,
    unread: store.conversations(9).map(({ conversation, unread }) => [conversation, unread]),
    waitsForEva: store.undelivered(eva.peerId, { afterSequence: 0, limit: 9 }),
    wroteToEva: store.hasWrittenTo(eva.peerId),
    moved: [store.setState(theirs.messageId, 'delivered'), store.setState(ours.messageId, 'delivered')],
  }).toEqual({
    state: undefined,
    isFoundAsOurs: false,
    unread: [[lunch, 1]],
    waitsForEva: [],
    wroteToEva: false,
    moved: [false, true],
  });
});

test("the page shows a third person's message with their name, and counts it as unread", async () => {
  const node = createRoomHallway();
  const page = createHallwayStore();
  const snapshot = {
    revision: 1,
    self: node.fake.profile.self(),
    peers: [eva],
    departed: [],
    health: [],
    rooms: [],
    settings: defaultSettingStates,
  };
  page.apply({ type: 'snapshot-received', snapshot });
  page.applyMessages({ type: 'conversation-opened', conversation: lunch });
  const { messages } = node.hallway;
  const area = messages && {
    ...messages,
    subscribe: (listener: Parameters<typeof messages.subscribe>[0]) =>
      node.hallway.subscribe((event) => {
        if (event.type === 'message' || event.type === 'written') listener(event);
      }),
  };
  const stop = forwardMessages({ messages: area, mentions: node.hallway.mentions }, (name, payload) => {
    if (name === 'message') page.applyMessages({ type: 'message-persisted', message: contract.events.message.parse(payload) });
  });
  node.evaSays('soup today');
  const afterEva = page.getState();
  node.weSay('on my way');
  const afterUs = page.getState();
  stop();
  const answer = await messageHandlers(node.hallway).history({ conversation: lunch, limit: 9 });
  const history = answer.ok ? contract.calls.history.output.parse(answer.output).messages : [];
  expect({
    unread: [selectAllUnread(afterEva), selectAllUnread(afterUs)],
    shown: history.map((message) => [message.text, selectIsOwn(afterUs, message), selectName(afterUs, message.from)]),
    title: selectTitle(afterUs, lunch),
  }).toEqual({
    unread: [1, 1],
    shown: [
      ['on my way', true, expect.any(String)],
      ['soup today', false, 'Eva'],
    ],
    title: '#lunch',
  });
});

test('the terminal names the author, and never "you"', async () => {
  const node = createRoomHallway();
  const lines = await outputOf(
    node,
    (streams, signal) => void runChat(node.hallway, { clock: node.clock, ...streams, jobs: noJobs }, signal),
    (input) => {
      node.evaSays('soup today');
      node.weSay('soup, on my way');
      input.write('/search soup\n');
    },
  );
  expect(lines.slice(1).map((line) => line.replace(/^\d{4}-\d\d-\d\d /, ''))).toEqual([
    '* Eva (1 unread): soup today',
    'Eva: soup today',
    'you to #lunch: soup, on my way',
  ]);
});

test('[AUTO-6] the automation interface emits it as theirs, in the room', async () => {
  const node = createRoomHallway();
  const lines = await outputOf(
    node,
    (streams, signal) => void runAutomation(node.hallway, { clock: node.clock, ...streams }, signal),
    () => node.evaSays('soup today'),
  );
  const said = lines.map((line) => JSON.parse(line) as { readonly event: string; readonly message?: unknown });
  const theirs = { from: eva.peerId, fromName: 'Eva', to: '#lunch', text: 'soup today' };
  expect(said.filter(({ event }) => event === 'message').map(({ message }) => message)).toEqual([
    expect.objectContaining(theirs),
  ]);
  const ours = node.weSay('on my way');
  expect(messageObject(ours, node.ownPeerId)).toMatchObject({ from: node.ownPeerId, to: '#lunch', state: 'queued' });
  expect(exportedMessageObject(ours, undefined)).toMatchObject({ conversation: '#lunch' });
});
