import { expect, it } from 'vitest';
import { createFakeConversations } from '../../../../../test/fakes/fake-conversations.ts';
import { createFakeHallway, fakePeerId, fakeSelf } from '../../../../../test/fakes/fake-hallway.ts';
import { conversationOf } from '../../../../shared/lib/ids.ts';
import { forwardMarks, marksHandlers } from './marks.ts';
import { messageHandlers } from './messages.ts';

const ana = fakePeerId(1);
const withAna = conversationOf(ana);

it('the list of conversations has their marks, and pages learn that these changed', async () => {
  const conversations = createFakeConversations();
  const hallway = createFakeHallway(fakeSelf(), conversations);
  conversations.receive(ana, 'hello');
  const told: unknown[] = [];
  forwardMarks(hallway, (name, payload) => told.push([name, payload]));
  const { pinConversation, archiveConversation, markAllRead } = marksHandlers(hallway);
  const answers = [
    await pinConversation({ conversation: withAna, place: 0 }),
    await archiveConversation({ conversation: withAna, isArchived: true }),
    await markAllRead({}),
  ];
  const listed = await messageHandlers(hallway).conversations({});
  expect({ answers, told, listed }).toEqual({
    answers: Array.from({ length: 3 }, () => ({ ok: true, output: {} })),
    told: Array.from({ length: 2 }, () => ['conversationChanged', { conversation: withAna }]),
    listed: {
      ok: true,
      output: {
        conversations: [expect.objectContaining({ conversation: withAna, unread: 0, archived: true })],
        muted: [],
        pinned: [withAna],
      },
    },
  });
});

it('a node without messages has no marks', async () => {
  const { pinConversation } = marksHandlers(createFakeHallway());
  expect(await pinConversation({ conversation: withAna, place: 0 })).toMatchObject({ ok: false, code: 'not-available' });
});
