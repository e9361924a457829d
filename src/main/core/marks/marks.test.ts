import { describe, expect, it, test } from 'vitest';
import { createBreakableStore } from '../../../../test/fakes/breakable-store.ts';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createFakeConversations, type FakeConversations } from '../../../../test/fakes/fake-conversations.ts';
import { createFakeRooms } from '../../../../test/fakes/fake-rooms.ts';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { maxPinned, mutedForGoodMs } from '../../../shared/contract/marks.ts';
import { conversationOf, conversationOfRoom, type ConversationId } from '../../../shared/lib/ids.ts';
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
    const again = createMarks({ clock: createFakeClock(), store, messages, rooms: undefined });
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

describe('muted conversations', () => {
  test('[LIST-22] are heard again when their time is over, also in a later run', async () => {
    const clock = createFakeClock({ wallMs: 1_760_000_000_000 });
    const { store, conversations } = createFixture();
    const start = (): ReturnType<typeof createMarks> =>
      createMarks({ clock, store, messages: conversations.messages, rooms: undefined });
    const first = start();
    await first.mute(ana, clock.wallMs() + 3_600_000);
    await first.mute(bo, mutedForGoodMs);
    const before = first.muted();
    first.close();
    const later = start();
    const told: ConversationId[] = [];
    later.subscribe(({ conversation }) => told.push(conversation));
    const onStart = [later.isMuted(ana), later.isMuted(bo), later.isMuted(cem)];
    await clock.advance(3_600_000);
    const after = later.muted().map(({ conversation }) => conversation);
    await later.mute(bo, null);
    later.close();
    expect({ before, onStart, told, after, atEnd: later.muted(), timers: clock.pendingTimers() }).toEqual({
      before: [
        { conversation: ana, untilMs: 1_760_003_600_000 },
        { conversation: bo, untilMs: mutedForGoodMs },
      ],
      onStart: [true, true, false],
      told: [ana, bo],
      after: [bo],
      atEnd: [],
      timers: 0,
    });
  });

  test('[LIST-22] a room that is muted for good is muted itself, and a mute with an end is the mark alone', async () => {
    const clock = createFakeClock({ wallMs: 1_760_000_000_000 });
    const { store, conversations } = createFixture();
    const { area } = createFakeRooms({ ownPeerId: () => fakePeerId(0), ownName: () => 'Me', peers: () => [] });
    const marks = createMarks({ clock, store, messages: conversations.messages, rooms: area });
    const everyone = conversationOfRoom('everyone');
    const states = [];
    for (const untilMs of [mutedForGoodMs, null, clock.wallMs() + 60_000]) {
      await marks.mute(everyone, untilMs);
      states.push({ room: area.list()[0]?.isMuted, mark: marks.isMuted(everyone) });
    }
    const refused = await marks.mute(conversationOfRoom('elsewhere'), mutedForGoodMs);
    marks.close();
    expect({ states, refused: refused.ok }).toEqual({
      states: [
        { room: true, mark: false },
        { room: false, mark: false },
        { room: false, mark: true },
      ],
      refused: false,
    });
  });

  test('[LIST-22] a clock that is set back makes no mute longer than what was left of it', async () => {
    const startMs = 1_760_000_000_000;
    const [hourMs, yearMs, lookMs] = [3_600_000, 365 * 86_400_000, 300_000];
    const clock = createFakeClock({ wallMs: startMs });
    const { store, conversations } = createFixture();
    const marks = createMarks({ clock, store, messages: conversations.messages, rooms: undefined });
    await marks.mute(ana, startMs + hourMs);
    await marks.mute(bo, mutedForGoodMs);
    await clock.advance(2 * lookMs);
    clock.jumpWall(-yearMs);
    await clock.advance(lookMs);
    const after = marks.muted();
    const kept = store.conversationMarks().map(({ mutedUntilMs }) => mutedUntilMs);
    await clock.advance(hourMs - 2 * lookMs);
    const atEnd = marks.muted().map(({ conversation }) => conversation);
    await marks.mute(ana, clock.wallMs() + 2 * hourMs);
    await clock.advance(hourMs);
    const longer = marks.isMuted(ana);
    marks.close();
    // As much as was left at the last look, 10 minutes after the mute began, and from the look
    // after the jump.
    const untilMs = startMs - yearMs + 3 * lookMs + (hourMs - 2 * lookMs);
    expect({ after, kept: new Set(kept), atEnd, longer }).toEqual({
      after: [
        { conversation: ana, untilMs },
        { conversation: bo, untilMs: mutedForGoodMs },
      ],
      kept: new Set([untilMs, mutedForGoodMs]),
      atEnd: [bo],
      longer: true,
    });
  });

  test('[LIST-22] a clock that was set back between two runs leaves a mute as long as it was at the last look', async () => {
    const startMs = 1_760_000_000_000;
    const [hourMs, yearMs, lookMs] = [3_600_000, 365 * 86_400_000, 300_000];
    const clock = createFakeClock({ wallMs: startMs });
    const { store, conversations } = createFixture();
    const start = (): ReturnType<typeof createMarks> =>
      createMarks({ clock, store, messages: conversations.messages, rooms: undefined });
    const first = start();
    await first.mute(ana, startMs + hourMs);
    await first.mute(bo, mutedForGoodMs);
    const told: ConversationId[] = [];
    first.subscribe(({ conversation }) => told.push(conversation));
    await clock.advance(2 * lookMs);
    first.close();
    clock.jumpWall(-yearMs);
    const later = start();
    const after = later.muted();
    await clock.advance(hourMs - 2 * lookMs);
    const atEnd = later.muted().map(({ conversation }) => conversation);
    later.close();
    expect({ told, after, atEnd }).toEqual({
      told: [],
      after: [
        { conversation: ana, untilMs: startMs - yearMs + hourMs },
        { conversation: bo, untilMs: mutedForGoodMs },
      ],
      atEnd: [bo],
    });
  });

  test('[LIST-22] while the store cannot be read, nobody counts as muted', async () => {
    const clock = createFakeClock();
    const { store, conversations } = createFixture();
    const start = (): ReturnType<typeof createMarks> =>
      createMarks({ clock, store, messages: conversations.messages, rooms: undefined });
    await start().mute(ana, mutedForGoodMs);
    store.refuseReads = 'failed';
    const later = start();
    const unread = later.isMuted(ana);
    store.refuseReads = undefined;
    expect({ unread, read: later.isMuted(ana) }).toEqual({ unread: false, read: true });
    later.close();
  });
});
