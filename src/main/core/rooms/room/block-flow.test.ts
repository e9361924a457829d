/** The way of a block when the store refuses, when the room is left meanwhile, and at the end. */
import { describe, expect, test } from 'vitest';
import { modelBlock } from '../../../../../test/fixtures/room-model/model-log.ts';
import { conversationOfRoom, toCursor } from '../../../../shared/lib/ids.ts';
import type { StoredMessage } from '../../messaging/ports.ts';
import type { RoomsEvent } from '../rooms.ts';
import type { RoomClock, SignedBlock } from '../wire/block.ts';
import { createBlockFlow } from './block-flow.ts';
import type { JoinedRoom } from './joined-room.ts';
import type { Kept } from './room-keeper.ts';

const [room, tag] = ['0123456789abcdef', 'aaaaaaaa00000000'];
const conversation = conversationOfRoom('lunch');

function block(first: number, texts: readonly string[], change: Partial<SignedBlock> = {}): SignedBlock {
  return { ...modelBlock(room, 'ana', tag, first, { type: 'text', texts, references: [] }), ...change };
}

/** @param clock the same object for messages of one block */
function message(number: number, clock: RoomClock = { ms: 1, count: 0 }): StoredMessage {
  return {
    ...{ messageId: `id-${number}`, conversation, from: 'ana', fromName: 'Ana', text: `line ${number}`, sequence: number },
    ...{ sentAtMs: 1, receivedAtMs: 1, position: number, cursor: toCursor(String(number)) },
    place: { clock, counts: true } as unknown as NonNullable<StoredMessage['place']>,
  };
}

function kept(messages: readonly StoredMessage[] = [], kind: 'new' | 'fork' = 'new'): Kept {
  return { kind, messages, isGapped: false, lost: [] };
}

/** `#lunch`, and everything around as a test wants it; `log` has what happened. */
function setUp() {
  const log: string[] = [];
  const state = {
    isStopped: false,
    refuses: false,
    isNewTopic: true,
    undelivered: undefined as number | undefined,
    onChange: () => {},
  };
  const blocked = new Set<string>();
  const note =
    (what: string) =>
    (...about: readonly unknown[]): undefined =>
      void log.push([what, ...about].join(' '));
  const joined = {
    name: 'lunch',
    keeper: { keep: () => kept() },
    ownLog: { copyHeard: note('copy heard of') },
    noteTopic: async () => state.isNewTopic,
    sayAgain: (lost: readonly SignedBlock[]) => void log.push(`say again ${lost.length}`),
  };
  const rooms = new Map([[room, joined as unknown as JoinedRoom]]);
  const ranges: string[] = [];
  const events: RoomsEvent[] = [];
  const flow = createBlockFlow({
    ownPeerId: 'us',
    rooms,
    members: { of: () => ['ana', 'ben'] },
    tops: { spoke: () => note('spoke')(), held: () => note('held')() },
    persist: async (act) => (state.refuses ? undefined : act()),
    store: {
      setStates(_room, _tag, { first, last }) {
        ranges.push(`${first}-${last}`);
        state.onChange();
        return [`id-${first}`];
      },
      undelivered: () => (state.undelivered === undefined ? undefined : { first: state.undelivered, last: 9_999 }),
    },
    live: () => ({ send: () => note('to the group')(), sentBySession: () => note('by session')() }),
    tree: () => ({ sent: () => note('tree')() }),
    keptBy: () => ({ sent: () => note('counted')() }),
    push: () => note('pushed')(),
    messages: () => ({
      allShown: (messages) => {
        log.push(`shown ${messages.map(({ messageId }) => messageId).join()}`);
        return messages.map((one) => ({ ...one, late: false, ahead: false }));
      },
      isAheadNow: () => false,
    }),
    news: () => ({ topic: () => note('topic of')('lunch'), changed: note('changed') }),
    isBlocked: (peerId) => blocked.has(peerId),
    isStopped: () => state.isStopped,
    emit: (event) => void events.push(event),
    onFork: note('fork'),
    offers: () => ({ withdrawn: note('withdrawn') }),
  });
  const delivered = (): readonly string[] => events.flatMap((event) => (event.type === 'delivery' ? event.messageId : []));
  return { flow, log, state, blocked, rooms, ranges, events, delivered };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a block of another author', () => {
  test('in a room that we left meanwhile is refused, and shown to nobody', async () => {
    const { flow, log, rooms, events } = setUp();
    rooms.clear();
    expect(await flow.keep(block(1, ['one']))).toEqual({ kind: 'refused' });
    flow.kept(block(1, ['one']), kept([message(1)]));
    expect([log, events]).toEqual([[], []]);
  });

  test('that was had already is shown to nobody', () => {
    const { flow, log, events } = setUp();
    flow.kept(block(1, ['one']), { kind: 'had' });
    expect([log, events]).toEqual([[], []]);
  });

  test('with a topic tells it once it counts, and not that of a blocked author', async () => {
    const { flow, log, state, blocked } = setUp();
    const topic = block(1, ['at noon'], { type: 'topic' });
    flow.kept(topic, kept());
    await settled();
    state.isNewTopic = false;
    flow.kept(topic, kept());
    state.isNewTopic = true;
    blocked.add('ana');
    flow.kept(topic, kept());
    await settled();
    expect(log.filter((line) => line.startsWith('topic'))).toEqual(['topic of lunch']);
  });

  test('that brings messages of several blocks shows each with its own', () => {
    const { flow, log, events } = setUp();
    const clock = { ms: 5, count: 0 };
    flow.kept(block(1, ['one', 'two']), kept([message(1, clock), message(2, clock)]));
    flow.kept(block(3, ['three']), kept([message(3), message(4)]));
    expect(log.filter((line) => line.startsWith('shown'))).toEqual(['shown id-1,id-2', 'shown id-3', 'shown id-4']);
    expect(events.map(({ type }) => type)).toEqual(Array(4).fill('message'));
  });
});

describe('messages of ours that all members have', () => {
  const said = [1, 2].map((number) => ({ messageId: `id-${number}`, conversation, number }));

  test('are told as delivered once that is persisted, and not if the store refuses or at the end', async () => {
    const { flow, state, ranges, delivered } = setUp();
    flow.delivered(room, tag, said);
    await settled();
    const first = [delivered(), [...ranges]];
    state.refuses = true;
    flow.delivered(room, tag, said);
    await settled();
    state.refuses = false;
    state.isStopped = true;
    flow.delivered(room, tag, said);
    await settled();
    expect([first, delivered()]).toEqual([
      [['id-1', 'id-2'], ['1-2']],
      ['id-1', 'id-2'],
    ]);
  });

  test('also those of earlier runs, some at a time', async () => {
    const { flow, state, ranges, delivered } = setUp();
    await flow.deliveredThrough(room, tag, 5_000);
    const none = [...ranges];
    state.undelivered = 3_500;
    await flow.deliveredThrough(room, tag, 5_000);
    expect([none, ranges.map((range) => Number(range.split('-')[0])), delivered()]).toEqual([
      [],
      [3_500, 4_500],
      ['id-3500', 'id-4500'],
    ]);
  });

  test('are told no further after a refusal of the store, or when we leave the room or end in the middle', async () => {
    const outcomes = [];
    for (const trouble of ['refused', 'left', 'stopped']) {
      const { flow, state, rooms, ranges, delivered } = setUp();
      state.undelivered = 1;
      state.onChange = () => {
        if (trouble === 'refused') state.refuses = true;
        if (trouble === 'left') rooms.clear();
        if (trouble === 'stopped') state.isStopped = true;
      };
      await flow.deliveredThrough(room, tag, 3_000);
      outcomes.push([trouble, ranges.length, delivered()]);
    }
    expect(outcomes).toEqual([
      ['refused', 1, ['id-1']],
      ['left', 1, []],
      ['stopped', 1, []],
    ]);
  });
});

describe('a block of ours', () => {
  test('goes to the group or by session, is told as sent, and goes nowhere once we end', () => {
    const { flow, log, state, rooms, events } = setUp();
    const joined = rooms.get(room) as JoinedRoom;
    flow.send(joined, block(1, ['one']), [message(1)], false);
    flow.send(joined, block(2, ['two']), [], true);
    const sent = [...log];
    state.isStopped = true;
    flow.send(joined, block(3, ['three']), [message(3)], false);
    expect(sent).toEqual(['to the group', 'tree', 'spoke', 'counted', 'by session', 'tree', 'spoke', 'counted']);
    expect([log.length, events]).toEqual([8, [{ type: 'delivery', messageId: 'id-1', conversation, state: 'sent' }]]);
  });

  test.each([
    ['is kept', kept([message(1)]), false, ['copy heard of aaaaaaaa00000000', 'shown id-1', 'say again 0']],
    ['was had', { kind: 'had' }, false, []],
    ['has no place', { kind: 'refused' }, false, ['copy heard of aaaaaaaa00000000']],
    ['is refused by the store', undefined, false, ['copy heard of aaaaaaaa00000000']],
    ['comes at the end', kept([message(1)]), true, []],
  ] as const)('from a copy of this profile that %s', (_what, result, isStopped, expected) => {
    const { flow, log, state } = setUp();
    state.isStopped = isStopped;
    flow.ownKept(block(1, ['one']), result);
    expect(log).toEqual(expected);
  });
});
