/** Wants whose session ends, or that end with the node, in the middle. */
import { expect, test } from 'vitest';
import { createBlockAuthor, hash, lunch } from '../../../../../test/fixtures/block-author.ts';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSimSignatures } from '../../../../../test/fakes/sim-identity.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import type { Wanted } from '../../messaging/wire/room-frames.ts';
import { createAsks, type Answer } from './asks.ts';
import { createWaits } from './waits.ts';

const wanted: Wanted = { kind: 'newest', limit: 500 };
const ana = 'ana';

function setUp() {
  const clock = createFakeClock();
  const waits = createWaits(clock);
  const sent: RoomFrame[] = [];
  const closed: string[] = [];
  const kept: Uint8Array[] = [];
  const session = { isOpen: true };
  const asks = createAsks({
    ...{ clock, hash, waits },
    send: (_peerId, frame) => session.isOpen && sent.push(frame) > 0,
    closeSession: (peerId) => void closed.push(peerId),
    keep: async (_room, bytes) => (kept.push(bytes) > 0 ? 'new' : 'had'),
    onWrong: () => undefined,
  });
  const answers: Answer[] = [];
  const ask = (): void => void asks.ask(ana, lunch, wanted, 15_000).then((answer) => answers.push(answer));
  const author = createBlockAuthor('Ana', clock.wallMs(), createSimSignatures());
  const blocks = Array.from({ length: 40 }, (_, index) => author.say([`${index}`]).bytes);
  const types = (): readonly string[] => sent.map(({ type }) => type);
  return { clock, waits, asks, sent, closed, kept, session, answers, ask, blocks, types };
}

test('[ROOM-98] a want that waits for its turn is lost with the session, and goes out in no later one', async () => {
  const { clock, asks, answers, ask, types } = setUp();
  for (let count = 0; count < 11; count += 1) ask();
  await clock.advance(0);
  asks.sessionClosed(ana);
  await clock.advance(20_000);
  expect([types().length, answers.map(({ kind }) => kind)]).toEqual([10, Array(11).fill('lost')]);
});

test('a want without a session is lost at once, and leaves those before it alone', async () => {
  const { clock, asks, session, answers, ask, blocks } = setUp();
  session.isOpen = false;
  ask();
  await clock.advance(0);
  session.isOpen = true;
  ask();
  await clock.advance(0);
  session.isOpen = false;
  ask();
  await clock.advance(0);
  asks.onBlocks(ana, { type: 'blocks', room: lunch, id: 2, blocks: blocks.slice(0, 1) });
  asks.onEnd(ana, { type: 'end', room: lunch, id: 2, missing: [] });
  await clock.advance(100);
  expect(answers.map(({ kind, blocks: came }) => [kind, came.length])).toEqual([
    ['lost', 0],
    ['lost', 0],
    ['answered', 1],
  ]);
});

test('an end or a refusal of another want, or of another room, ends nothing', async () => {
  const { clock, asks, closed, answers, ask } = setUp();
  ask();
  await clock.advance(0);
  const other = '0123456789abcdef';
  asks.onEnd(ana, { type: 'end', room: lunch, id: 7, missing: [] });
  asks.onEnd(ana, { type: 'end', room: other, id: 1, missing: [] });
  asks.onEnd('bo', { type: 'end', room: lunch, id: 1, missing: [] });
  asks.onBusy(ana, { type: 'busy', room: other, id: 1, waitMs: 1_000, holders: [] });
  await clock.advance(1_000);
  const early = answers.length;
  asks.onEnd(ana, { type: 'end', room: lunch, id: 1, missing: [{ tag: 'aaaaaaaa00000000', floor: 3 }] });
  await clock.advance(0);
  expect({ early, answers, closed }).toEqual({
    early: 0,
    answers: [{ kind: 'answered', blocks: [], missing: ['aaaaaaaa00000000'], waitMs: 0 }],
    closed: [],
  });
});

test('[ROOM-112] closing in the middle of an answer keeps no further block, and tells the peer nothing', async () => {
  const { clock, waits, asks, kept, answers, ask, blocks, types } = setUp();
  ask();
  await clock.advance(0);
  asks.onBlocks(ana, { type: 'blocks', room: lunch, id: 1, blocks });
  asks.onEnd(ana, { type: 'end', room: lunch, id: 1, missing: [] });
  await Promise.resolve();
  waits.close();
  asks.close();
  await clock.advance(1_000);
  expect({ kept: kept.length, types: types(), answers: answers.map(({ kind }) => kind), timers: clock.pendingTimers() }).toEqual({
    ...{ kept: 32, types: ['want'], answers: ['lost'] },
    timers: 0,
  });
});

test('[ROOM-99] more blocks than are checked at once all count, and the end waits for them', async () => {
  const { clock, asks, kept, answers, ask, blocks, types } = setUp();
  ask();
  await clock.advance(0);
  asks.onBlocks(ana, { type: 'blocks', room: lunch, id: 1, blocks });
  asks.onEnd(ana, { type: 'end', room: lunch, id: 1, missing: [] });
  const early = answers.length;
  await clock.advance(10);
  expect([early, kept.length, types(), answers.map(({ kind, blocks: came }) => [kind, came.length])]).toEqual([
    0,
    40,
    ['want', 'taken'],
    [['answered', 40]],
  ]);
});
