import { describe, expect, it } from 'vitest';
import { createBreakableStore } from '../../../../test/fakes/breakable-store.ts';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createFakeConversations, type FakeConversations } from '../../../../test/fakes/fake-conversations.ts';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { maxPinned } from '../../../shared/contract/marks.ts';
import { conversationOf, type ConversationId } from '../../../shared/lib/ids.ts';
import { createMarks, type MarksEvent } from './marks.ts';

const [ana, bo, cem] = [1, 2, 3].map((number) => conversationOf(fakePeerId(number))) as [
  ConversationId,
  ConversationId,
  ConversationId,
];

function createFixture(): { readonly store: ReturnType<typeof createBreakableStore>; readonly conversations: FakeConversations } {
  const store = createBreakableStore({ clock: createFakeClock() });
  return { store, conversations: createFakeConversations({ store }) };
}

describe('pinned conversations', () => {
  it('[LIST-1] stand in the order of the user, and move without a gap', () => {
    const { store, conversations } = createFixture();
    const { marks, messages } = conversations;
    const orders = [
      [ana, 0],
      [bo, 0],
      [cem, 50],
      [ana, 2],
      [cem, 0],
      [bo, null],
    ].map(([conversation, place]) => {
      marks.pin(conversation as ConversationId, place as number | null);
      return marks.pinned();
    });
    const again = createMarks({ store, messages, rooms: undefined });
    expect([orders, again.pinned()]).toEqual([
      [[ana], [bo, ana], [bo, ana, cem], [bo, cem, ana], [cem, bo, ana], [cem, ana]],
      [cem, ana],
    ]);
  });

  it('[LIST-2] are limited, and one that is pinned may still move', () => {
    const { marks } = createFixture().conversations;
    const all = Array.from({ length: maxPinned }, (_, number) => conversationOf(fakePeerId(100 + number)));
    for (const conversation of all) marks.pin(conversation, maxPinned);
    expect([marks.pin(ana, 0), marks.pin(all[3] ?? ana, 0), marks.pinned()[0]]).toEqual([
      { ok: false, code: 'too-many-pins', values: { limit: maxPinned } },
      { ok: true },
      all[3],
    ]);
  });

  it('stay as they were if the store refuses', () => {
    const { store, conversations } = createFixture();
    const told: MarksEvent[] = [];
    conversations.marks.pin(ana, 0);
    conversations.marks.subscribe((event) => told.push(event));
    store.refuseWrites = 'full';
    const refused = conversations.marks.pin(ana, null);
    expect([refused, conversations.marks.pinned(), told]).toEqual([{ ok: false, code: 'not-kept', values: {} }, [ana], []]);
  });
});

describe('archived conversations', () => {
  it('[LIST-3] are read by it, and come back with a new message', async () => {
    const { conversations } = createFixture();
    const { marks, store } = conversations;
    const isArchived = (): boolean => store.conversations(9).some((summary) => marks.isArchived(summary));
    const unread = (): number | undefined => store.conversations(9)[0]?.unread;
    conversations.receive(fakePeerId(1), 'one');
    await marks.archive(ana, true);
    const archived = [isArchived(), unread()];
    conversations.receive(fakePeerId(1), 'two');
    const back = [isArchived(), unread()];
    await marks.archive(ana, true);
    await marks.archive(ana, false);
    expect({ archived, back, byHand: isArchived() }).toEqual({ archived: [true, 0], back: [false, 1], byHand: false });
  });

  it('[LIST-3] need a message', async () => {
    const { marks, store } = createFixture().conversations;
    expect([await marks.archive(ana, true), store.conversationMarks()]).toEqual([{ ok: true }, []]);
  });
});

it('[LIST-4] everything is read at once', async () => {
  const { conversations } = createFixture();
  for (const number of [1, 2, 3]) conversations.receive(fakePeerId(number), 'hello');
  await conversations.marks.markAllRead();
  expect(conversations.store.conversations(9).map(({ unread }) => unread)).toEqual([0, 0, 0]);
});
