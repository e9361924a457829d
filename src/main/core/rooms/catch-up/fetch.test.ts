/** One side of a pull, with answers that the test gives. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { Wanted } from '../../messaging/wire/room-frames.ts';
import type { StoredBlock } from '../ports.ts';
import type { Answer, ArrivedBlock } from './asks.ts';
import { createFetch } from './fetch.ts';
import type { OwnHead, PeerHead } from './needs.ts';
import { createPullMemory } from './pull-memory.ts';
import { createWaits } from './waits.ts';

const [room, tag] = ['0123456789abcdef', 'aaaaaaaa00000000'];
const [ours8, theirs8] = [new Uint8Array(8).fill(1), new Uint8Array(8).fill(2)];

function head(top: number, change: Partial<OwnHead> = {}): OwnHead {
  return { tag, publicKey: new Uint8Array(33), epoch: 1, floor: 0, top, hash8: ours8, holes: [], ...change };
}

function came(first: number, last = first, change: Partial<ArrivedBlock> = {}): ArrivedBlock {
  return { tag, first, last, sizeBytes: 100, hash8: '', result: 'new', ...change };
}

function answerOf(blocks: readonly ArrivedBlock[], change: Partial<Answer> = {}): Answer {
  return { kind: 'answered', blocks, missing: [], waitMs: 0, ...change };
}

/** @param answers what the peer says to each want, in order; then nothing comes */
function setUp(answers: readonly Answer[] = []) {
  const clock = createFakeClock();
  const waits = createWaits(clock);
  const asked: string[] = [];
  const gains: number[] = [];
  const state = { own: [] as readonly OwnHead[], isStreamed: false, isOver: false, held: [] as readonly StoredBlock[] };
  const fetch = createFetch({
    ...{ clock, waits, memory: createPullMemory(clock) },
    asks: {
      ask: async (_peerId, _room, wanted) => {
        asked.push(describeWanted(wanted));
        return answers[asked.length - 1] ?? answerOf([], { kind: 'lost' });
      },
    },
    heads: () => state.own,
    blocks: () => state.held,
    isStreamed: () => state.isStreamed,
    onGain: (_room, messages) => void gains.push(messages),
  });
  const run = (...theirs: readonly PeerHead[]) => fetch.run('ana', room, theirs, () => state.isOver);
  return { clock, waits, asked, gains, state, run };
}

function describeWanted(wanted: Wanted): string {
  if (wanted.kind === 'newest') return `newest ${wanted.limit}`;
  return wanted.ranges.map(({ from, to }) => `${from}-${to}`).join();
}

test('[ROOM-95] what both hold is not asked for', async () => {
  const { asked, state, run } = setUp();
  state.own = [head(5)];
  expect([await run(head(5)), asked]).toEqual([{ gained: 0, end: 'complete' }, []]);
});

test('[ROOM-97] an answer without blocks that names nothing as missing ends the pull', async () => {
  const { asked, run } = setUp([answerOf([came(1)]), answerOf([])]);
  expect([await run(head(3)), asked]).toEqual([{ gained: 1, end: 'broken' }, ['1-3', '2-3']]);
});

test('a pull ends before its next want when the peer may bring no more, or the node ends', async () => {
  const left = setUp([answerOf([came(1)])]);
  left.state.isOver = true;
  const ended = setUp([answerOf([came(1)])]);
  ended.waits.close();
  expect([await left.run(head(3)), left.asked, await ended.run(head(3)), ended.asked]).toEqual([
    { gained: 0, end: 'broken' },
    [],
    { gained: 0, end: 'broken' },
    [],
  ]);
});

test('[RATK-4] after a block that the store refuses nothing else is wanted', async () => {
  const { asked, gains, run } = setUp([answerOf([came(1), came(2, 2, { result: 'unkept' })])]);
  expect([await run(head(9)), asked, gains]).toEqual([{ gained: 1, end: 'unkept' }, ['1-9'], [1]]);
});

test('[ROOM-220] what the transfer brought meanwhile is not asked for, and a pull that has it all is complete', async () => {
  const all = setUp();
  all.state.isStreamed = true;
  const running = all.run(head(300));
  all.state.own = [head(300)];
  const some = setUp([answerOf([came(201, 300)])]);
  some.state.isStreamed = true;
  const runningToo = some.run(head(300));
  some.state.own = [head(200), head(9, { tag: 'bbbbbbbb00000000' })];
  expect([await running, all.asked, await runningToo, some.asked]).toEqual([
    { gained: 0, end: 'complete' },
    [],
    { gained: 100, end: 'complete' },
    ['201-300'],
  ]);
});

test('[ROOM-104] logs that part are compared downwards, until a block is the same, and once in 10 minutes', async () => {
  const { clock, asked, state, run } = setUp([
    answerOf([came(69, 100, { result: 'refused' })]),
    answerOf([came(37, 68, { result: 'had' })]),
    answerOf([came(69, 100, { result: 'had' })]),
  ]);
  state.own = [head(100)];
  const first = await run(head(100, { hash8: theirs8 }));
  const again = await run(head(100, { hash8: theirs8 }));
  const soon = [...asked];
  await clock.advance(601_000);
  await run(head(100, { hash8: theirs8 }));
  expect([first.end, again.end, soon, asked.length]).toEqual(['complete', 'complete', ['69-100', '37-68'], 3]);
});

test('[ROOM-104] a top that says no hash, or that we removed, is compared with nothing', async () => {
  const { asked, state, run } = setUp();
  state.own = [head(100, { floor: 50 })];
  await run(head(100, { hash8: new Uint8Array(0) }), head(40, { hash8: theirs8 }));
  await run(head(40, { hash8: theirs8 }));
  expect(asked).toEqual([]);
});

test('[ROOM-104, ROOM-220] of a log that is compared the transfer takes nothing away', async () => {
  const { asked, state, run } = setUp([answerOf([came(1, 10, { result: 'had' })])]);
  state.isStreamed = true;
  state.own = [head(10)];
  expect([await run(head(10, { hash8: theirs8 })), asked]).toEqual([{ gained: 0, end: 'complete' }, ['1-10']]);
});
