import { expect, it } from 'vitest';
import { createKeptRoom, lunch, type KeptRoom } from '../../../../../test/fixtures/block-author.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import type { RoomStore } from '../ports.ts';
import type { SignedBlock } from '../wire/block.ts';
import type { JoinedRoom } from '../room/joined-room.ts';
import { createRoomUpkeep, type RoomUpkeep } from './room-upkeep.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const persist = async <Result>(act: () => Result): Promise<Result> => act();

it('[ROOM-131] after 5 min and every hour it trims, notes the logs of those here, and forgets old ones', async () => {
  const { clock, store, keeper, author } = createKeptRoom();
  const calls: unknown[] = [];
  const rooms: RoomStore = {
    ...store.rooms,
    trim(_room, keptBeforeMs) {
      calls.push(['trim', clock.wallMs() - keptBeforeMs]);
      return { deleted: 0 };
    },
    noteNamed: (_room, tags) => void calls.push(['named', ...tags]),
    forgetLogs(namedBeforeMs) {
      calls.push(['forget', clock.wallMs() - namedBeforeMs]);
      return 0;
    },
  };
  const [ana, ben] = [author('Ana'), author('Ben')];
  const { tag } = ana.say(['1']);
  for (const block of [ana.say(['2']), ben.say(['1'])]) keeper.keep(block, false);
  const upkeep = createRoomUpkeep({
    ...{ clock, rooms: new Map([[lunch, { keeper } as unknown as JoinedRoom]]), store: rooms, persist },
    ...{ isHere: (peerId) => peerId === ana.peerId, keepDays: () => 30, keepMegabytes: () => 2_048 },
    onRemoved: () => undefined,
  });
  upkeep.start();
  await clock.advance(300_000 - 1);
  expect(calls).toEqual([]);
  await clock.advance(1_000);
  const review = [
    ['named', tag],
    ['trim', dayMs],
    ['forget', 90 * dayMs],
  ];
  expect(calls.splice(0)).toEqual(review);
  await clock.advance(hourMs);
  expect(calls).toEqual(review);
  upkeep.close();
  await clock.advance(dayMs);
  expect([calls.length, clock.pendingTimers()]).toEqual([3, 0]);
});

interface World extends KeptRoom {
  readonly upkeep: RoomUpkeep;
  readonly settings: { days: number | null; megabytes: number };
  readonly removed: string[];
  /** A long message of that author, kept now. */
  keep(name: string, text: string): SignedBlock;
  texts(): readonly string[];
}

function createWorld(): World {
  const kept = createKeptRoom();
  const { clock, store, keeper, author, known } = kept;
  const settings: { days: number | null; megabytes: number } = { days: 30, megabytes: 2_048 };
  const removed: string[] = [];
  const upkeep = createRoomUpkeep({
    ...{ clock, rooms: new Map([[lunch, { keeper } as unknown as JoinedRoom]]), store: store.rooms, persist },
    ...{ isHere: () => false, keepDays: () => settings.days, keepMegabytes: () => settings.megabytes },
    onRemoved: (room) => void removed.push(room),
  });
  return {
    ...{ ...kept, upkeep, settings, removed },
    keep(name, text) {
      const one = author(name);
      if (name.startsWith('Stranger')) known.delete(one.peerId);
      const block = one.say([text.padEnd(10_000, '.')]);
      keeper.keep(block, false);
      return block;
    },
    texts: () =>
      store
        .history(conversationOfRoom('lunch'), { limit: 99 })
        .map(({ text }) => text.replaceAll('.', ''))
        .reverse(),
  };
}

it('[ROOM-206] what was kept longer than roomKeepDays goes, by the time of keeping, and never comes back', async () => {
  const { clock, keeper, upkeep, settings, removed, keep, texts, author } = createWorld();
  const old = author('Cy', clock.wallMs() - 400 * dayMs).say(['written long ago, kept late']);
  const blocks: SignedBlock[] = [];
  for (let day = 0; day < 8; day += 1) {
    blocks.push(keep(`Day${day}`, `day ${day}`));
    if (day === 7) keeper.keep(old, false);
    await clock.advance(5 * dayMs);
  }
  upkeep.changed();
  await clock.advance(1_000);
  const after30 = texts();
  settings.days = 11;
  upkeep.changed();
  await clock.advance(1_000);
  const again = keeper.keep(blocks[0] as SignedBlock, false).kind;
  expect({ after30, after11: texts(), removed: removed.length, again }).toEqual({
    after30: ['written long ago, kept late', 'day 2', 'day 3', 'day 4', 'day 5', 'day 6', 'day 7'],
    after11: ['written long ago, kept late', 'day 6', 'day 7'],
    removed: 2,
    again: 'had',
  });
});

it('[ROOM-206] one start with a clock that is a year ahead costs nothing', async () => {
  const { clock, upkeep, keep, texts } = createWorld();
  keep('Ana', 'kept');
  clock.jumpWall(365 * dayMs);
  upkeep.changed();
  await clock.advance(1_000);
  expect(texts()).toEqual(['kept']);
});

it('[ROOM-206] over roomKeepMegabytes strangers give first, then the log that fills most, but nothing younger than a day', async () => {
  const { clock, upkeep, settings, keep, texts } = createWorld();
  for (let index = 0; index < 6; index += 1) {
    keep(`Stranger${index}`, `stranger ${index}`);
    for (let more = 0; more < 3; more += 1) keep(`Known${index}-${more}`, `known ${index}-${more}`);
  }
  await clock.advance(2 * dayMs);
  for (let index = 0; index < 4; index += 1) keep(`Today${index}`, `today ${index}`);
  settings.megabytes = 0.1;
  upkeep.changed();
  await clock.advance(10_000);
  const left = texts();
  settings.megabytes = 0.01;
  upkeep.changed();
  await clock.advance(10_000);
  expect({
    strangers: left.filter((text) => text.startsWith('stranger')),
    today: left.filter((text) => text.startsWith('today')).length,
    count: left.length,
    atLast: [...texts()].sort(),
  }).toEqual({ strangers: [], today: 4, count: 8, atLast: ['today 0', 'today 1', 'today 2', 'today 3'] });
});
