import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createFakeConversations } from '../../../../../test/fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, type FakeHallway } from '../../../../../test/fakes/fake-hallway.ts';
import { createMemoryLink } from '../../../../../test/fakes/memory-link.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import { createRpcClient, type RpcClient } from '../../../../shared/rpc/rpc.ts';
import { serveUi } from '../serve-ui.ts';

const everyone = conversationOfRoom('everyone');
const ana = fakePeerId(1);

interface Page {
  readonly hallway: FakeHallway;
  readonly client: RpcClient;
  /** Every event since the snapshot, as `[name, payload]`. */
  readonly heard: [string, unknown][];
  settle(): Promise<void>;
}

async function openPage(): Promise<Page> {
  const clock = createFakeClock();
  const hallway = createFakeHallway(undefined, createFakeConversations());
  hallway.putPeer(fakePeer(1, { name: 'Ana' }));
  const link = createMemoryLink();
  serveUi(hallway, link.right, { clock });
  const client = createRpcClient(link.left, { setTimer: clock.setTimer });
  const heard: [string, unknown][] = [];
  for (const name of ['message', 'delivery', 'kept', 'roomNotice', 'conversationChanged', 'changed'] as const)
    client.on(name, (payload) => heard.push([name, payload]));
  await client.call('snapshot', {});
  return { hallway, client, heard, settle: () => clock.advance(100) };
}

describe('[LINK-2] rooms', () => {
  test('are changed by calls, which answer the room or a refusal with a sentence', async () => {
    const { client } = await openPage();
    const answers = [
      await client.call('joinRoom', { room: '#Tea' }),
      await client.call('setTopic', { room: 'tea', topic: 'green' }),
      await client.call('muteRoom', { room: 'tea', isMuted: true }),
      await client.call('say', { room: 'tea', text: 'hello' }),
      await client.call('leaveRoom', { room: 'tea' }),
      await client.call('leaveRoom', { room: 'tea' }),
      await client.call('say', { room: 'tea', text: 'hello?' }),
      await client.call('joinRoom', { room: 'a b' }),
    ];
    expect(answers).toMatchObject([
      { ok: true, output: { name: 'tea', conversation: 'room:tea', isJoined: true, isOpen: true } },
      { ok: true, output: { topic: 'green' } },
      { ok: true, output: { isMuted: true } },
      { ok: true, output: { conversation: 'room:tea', text: 'hello', state: 'sent', keptBy: { count: 0, of: 0 } } },
      { ok: true, output: { isJoined: false } },
      { ok: false, code: 'not-joined', message: "You aren't in #tea. Join it first." },
      { ok: false, code: 'not-joined' },
      { ok: false, code: 'bad-room' },
    ]);
  });

  test('have a history, unread messages and messages that are ahead', async () => {
    const { hallway, client } = await openPage();
    hallway.inRooms.hear('everyone', ana, 'tomorrow', { sentAtMs: 1_760_000_000_000 + 86_400_000, ahead: true });
    const { cursor } = hallway.inRooms.hear('everyone', ana, 'now', { late: true });
    const before = await client.call('conversations', {});
    const history = await client.call('history', { conversation: everyone, limit: 9 });
    const ahead = await client.call('messagesAhead', { conversation: everyone });
    await client.call('markRead', { conversation: everyone, through: cursor });
    const after = await client.call('conversations', {});
    const cleared = await client.call('clearConversation', { conversation: everyone });
    expect({ before, history, ahead, after, cleared }).toMatchObject({
      before: { output: { conversations: [{ conversation: everyone, unread: 1, last: { text: 'now' } }] } },
      history: { output: { messages: [{ text: 'now', late: true }] } },
      ahead: { output: { messages: [{ text: 'tomorrow', ahead: true }] } },
      after: { output: { conversations: [{ unread: 0 }] } },
      cleared: { output: { deleted: 2 } },
    });
  });

  test('[LINK-3] are in the snapshot, then in deltas; messages and notices come at once', async () => {
    const { hallway, client, heard, settle } = await openPage();
    hallway.inRooms.hear('everyone', ana, 'hello');
    const { messageId } = hallway.inRooms.wrote('everyone', 'hi');
    hallway.inRooms.keep(messageId, 1);
    hallway.inRooms.enter('everyone', ana);
    await settle();
    const names = heard.map(([name]) => name);
    heard.length = 0;
    hallway.inRooms.enter('tea', ana);
    hallway.inRooms.enter('zoo', ana);
    hallway.inRooms.exit('zoo', ana);
    await settle();
    const snapshot = await client.call('snapshot', {});
    expect({ names, heard, rooms: snapshot.ok && snapshot.output.rooms.map(({ name }) => name) }).toMatchObject({
      names: ['message', 'message', 'delivery', 'kept', 'delivery', 'roomNotice', 'changed'],
      heard: [['changed', { rooms: [{ name: 'tea', isJoined: false, members: [ana] }], roomsGone: ['zoo'] }]],
      rooms: ['everyone', 'tea'],
    });
  });

  test('are not there on a node without them', async () => {
    const clock = createFakeClock();
    const link = createMemoryLink();
    serveUi(createFakeHallway(), link.right, { clock });
    const client = createRpcClient(link.left, { setTimer: clock.setTimer });
    expect([
      await client.call('joinRoom', { room: 'tea' }),
      await client.call('messagesAhead', { conversation: everyone }),
    ]).toMatchObject([
      { ok: false, code: 'not-available' },
      { ok: false, code: 'not-available' },
    ]);
  });
});
