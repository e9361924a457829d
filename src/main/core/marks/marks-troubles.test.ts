/** Marks with rooms, with a store that fails, and with what an earlier version left there. */
import { describe, expect, it, test } from 'vitest';
import { createBreakableStore, type BreakableStore } from '../../../../test/fakes/breakable-store.ts';
import { createFakeClock, type FakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createFakeConversations, type FakeConversations } from '../../../../test/fakes/fake-conversations.ts';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { createFakeRooms, type FakeRooms } from '../../../../test/fakes/fake-rooms.ts';
import { mutedForGoodMs } from '../../../shared/contract/marks.ts';
import { conversationOf, conversationOfRoom } from '../../../shared/lib/ids.ts';
import { createMarks, type Marks } from './marks.ts';

const [ana, bo] = [conversationOf(fakePeerId(1)), conversationOf(fakePeerId(2))];
const everyone = conversationOfRoom('everyone');
const lookMs = 300_000;

interface Fixture {
  readonly clock: FakeClock;
  readonly store: BreakableStore;
  readonly conversations: FakeConversations;
  readonly rooms: FakeRooms;
  /** The marks of a new run. */
  start(): Marks;
}

function createFixture(): Fixture {
  const clock = createFakeClock({ wallMs: 1_760_000_000_000 });
  const store = createBreakableStore({ clock });
  const conversations = createFakeConversations({ store });
  const rooms = createFakeRooms({ ownPeerId: () => fakePeerId(0), ownName: () => 'Me', peers: () => [], store });
  const { messages } = conversations;
  return {
    ...{ clock, store, conversations, rooms },
    start: () => createMarks({ clock, store, messages, rooms: rooms.area }),
  };
}

describe('rooms', () => {
  it('[LIST-3] are archived like other conversations, and read by it', async () => {
    const { rooms, start } = createFixture();
    const marks = start();
    const state = (): unknown => rooms.area.conversations().map((room) => [room.unread, marks.isArchived(room)]);
    rooms.controls.hear('everyone', fakePeerId(1), 'one');
    const before = state();
    await marks.archive(everyone, true);
    const archived = state();
    rooms.controls.hear('everyone', fakePeerId(1), 'two');
    expect([before, archived, state()]).toEqual([[[1, false]], [[0, true]], [[1, false]]]);
  });

  it('[LIST-4] are read with all the rest, and what is read already is left alone', async () => {
    const { clock, conversations, rooms, store } = createFixture();
    const { messages } = conversations;
    const read: string[] = [];
    const markRead: typeof messages.markRead = (conversation, through) => {
      read.push(conversation);
      return messages.markRead(conversation, through);
    };
    const marks = createMarks({ clock, store, messages: { ...messages, markRead }, rooms: rooms.area });
    conversations.receive(fakePeerId(1), 'read already');
    await marks.markAllRead();
    conversations.receive(fakePeerId(2), 'hello');
    rooms.controls.hear('everyone', fakePeerId(1), 'hello');
    await marks.markAllRead();
    const direct = store.conversations(9).filter(({ conversation }) => conversation !== everyone);
    expect({ read, unread: [...direct, ...rooms.area.conversations()].map(({ unread }) => unread) }).toEqual({
      read: [ana, bo],
      unread: [0, 0, 0],
    });
  });
});

describe('a store that fails', () => {
  test('[LIST-22] leaves a mute as it is while it cannot note the last look', async () => {
    const { clock, store, start } = createFixture();
    const marks = start();
    const untilMs = clock.wallMs() + 4 * lookMs;
    await marks.mute(ana, untilMs);
    store.refuseWrites = 'full';
    await clock.advance(2 * lookMs);
    const meanwhile = marks.muted();
    store.refuseWrites = undefined;
    await clock.advance(2 * lookMs);
    expect([meanwhile, marks.muted(), store.conversationMarks()]).toEqual([[{ conversation: ana, untilMs }], [], []]);
  });

  test('refuses a mute and an archive by name, and nothing changes', async () => {
    const { conversations, store, start } = createFixture();
    const marks = start();
    conversations.receive(fakePeerId(1), 'one');
    await marks.markAllRead();
    store.refuseWrites = 'read-only';
    const refused = [await marks.mute(ana, mutedForGoodMs), marks.pin(ana, 0)];
    store.refuseWrites = undefined;
    const notKept = { ok: false, code: 'not-kept', values: {} };
    expect([refused, marks.muted(), marks.pinned()]).toEqual([[notKept, notKept], [], []]);
  });

  test('hides no mistake of ours', async () => {
    const { clock, conversations, store } = createFixture();
    const mistake = new TypeError('a mistake');
    let isMistaken = false;
    const failing = <Result>(act: () => Result): Result => {
      if (isMistaken) throw mistake;
      return act();
    };
    const start = (): Marks =>
      createMarks({
        clock,
        store: {
          conversationMarks: () => failing(() => store.conversationMarks()),
          putConversationMark: (mark) => failing(() => store.putConversationMark(mark)),
        },
        messages: conversations.messages,
        rooms: undefined,
      });
    const marks = start();
    await marks.mute(ana, clock.wallMs() + 9 * lookMs);
    isMistaken = true;
    expect(() => marks.pin(bo, 0)).toThrow(mistake);
    expect(() => start().isMuted(ana)).toThrow(mistake);
    await expect(clock.advance(lookMs)).rejects.toThrow(mistake);
    marks.close();
  });
});

test('[LIST-22] a mute of an earlier version gets at most 10 minutes longer by a clock that is set back', async () => {
  const { clock, store, start } = createFixture();
  const untilMs = clock.wallMs() + 3 * lookMs;
  store.putConversationMark({ conversation: ana, pin: null, archivedThrough: null, mutedUntilMs: untilMs, muteSeenMs: null });
  const marks = start();
  const atStart = marks.muted();
  clock.jumpWall(-365 * 86_400_000);
  await clock.advance(5 * lookMs);
  expect([atStart, marks.muted()]).toEqual([[{ conversation: ana, untilMs }], []]);
  marks.close();
});

test('[LIST-1] a conversation that is muted alone is not among the pinned ones', async () => {
  const { start } = createFixture();
  const marks = start();
  await marks.mute(ana, mutedForGoodMs);
  marks.pin(bo, 0);
  expect([marks.pinned(), start().pinned()]).toEqual([[bo], [bo]]);
  marks.close();
});
