import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createWaits, type Waits } from '../catch-up/waits.ts';
import type { StoredBlock } from '../ports.ts';
import { createBulkStream, type BulkStream } from './bulk-stream.ts';

const blockBytes = 100_000;
let clock: FakeClock;
let waits: Waits;
let stream: BulkStream;
let members: readonly string[];
let served: { readonly numbers: readonly number[]; readonly list: readonly string[] }[];
/** Blocks on their way to each peer, and whether it takes them. */
let onTheWay: Map<string, number>;
let stuck: Set<string>;
let slow: Set<string>;
/** Its session ends with whatever is given to it, and no other opens. */
let endsFor: string | undefined;
/** The blocks that were read from the store. */
let read: number[];

beforeEach(() => {
  clock = createFakeClock();
  waits = createWaits(clock);
  [members, served, onTheWay, stuck, slow, read] = [['ana', 'ben', 'cia'], [], new Map(), new Set(), new Set(), []];
  endsFor = undefined;
  stream = createBulkStream({
    ...{ clock, waits, room: 'room' },
    blocks(_room, tag, { first, last }) {
      read.push(first);
      return first <= last ? [storedBlock(tag, first)] : [];
    },
    tree: {
      serve(_room, blocks, list, _hops, news) {
        const [to = ''] = list;
        if (to === endsFor) {
          slow.add(to);
          return news?.onLost();
        }
        served.push({ numbers: blocks.map(({ bytes }) => bytes[0] ?? 0), list });
        onTheWay.set(to, (onTheWay.get(to) ?? 0) + 1);
        if (!stuck.has(to)) clock.setTimer(() => take(to), 10);
      },
    },
    children: {
      takesMore: (to, maxBytes = Infinity) => !slow.has(to) && (onTheWay.get(to) ?? 0) * blockBytes < maxBytes,
      isSlow: (to) => slow.has(to),
      drop: (to) => void slow.add(to),
    },
    members: () => members.map((peerId) => ({ peerId, subnet: '' })),
  });
});
afterEach(() => waits.close());

function take(to: string): void {
  onTheWay.set(to, (onTheWay.get(to) ?? 1) - 1);
  stream.goOn();
}

function storedBlock(tag: string, number: number): StoredBlock {
  const facts = { tag, first: number, last: number, clock: { ms: 1, count: 0 }, receivedAtMs: 0, counts: true };
  return { ...facts, hash: new Uint8Array(32), bytes: new Uint8Array(blockBytes).fill(number) };
}

function say(first: number, last: number, tag = 'log'): void {
  for (let number = first; number <= last; number += 1) stream.said(storedBlock(tag, number));
}

function gotOf(name: string): readonly number[] {
  return served.filter(({ list }) => list[0] === name).flatMap(({ numbers }) => numbers);
}

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

it('[ROOM-155] up to four members get each block from the author, in order, from the store', async () => {
  say(1, 60);
  say(61, 100);
  await clock.advance(5_000);
  expect({ ana: gotOf('ana'), ben: gotOf('ben'), cia: gotOf('cia') }).toEqual({ ana: hundred, ben: hundred, cia: hundred });
});

it('[ROOM-155] the latest 2 MiB are in memory: only earlier blocks are read', async () => {
  say(1, 100);
  await clock.advance(5_000);
  expect({ read: Math.max(...read), ana: gotOf('ana') }).toEqual({ read: 80, ana: hundred });
});

it('[ROOM-155] five members get them by the tree', async () => {
  members = ['ana', 'ben', 'cia', 'dan', 'eva'];
  say(1, 2);
  await clock.advance(1_000);
  expect(served.map(({ numbers, list }) => `${numbers.join()}: ${list.join()}`)).toEqual([
    '1: ana,ben,cia,dan,eva',
    '2: ana,ben,cia,dan,eva',
  ]);
});

it('[ROOM-156] at most 1 MiB is on its way to a member: the rest waits in the store', async () => {
  for (const name of members) stuck.add(name);
  say(1, 100);
  await clock.advance(300);
  expect([...onTheWay.values()]).toEqual([11, 11, 11]);
});

it('[ROOM-157] one that keeps the others waiting for 500 ms is dropped, and the others get all', async () => {
  stuck.add('ben');
  say(1, 100);
  await clock.advance(400);
  const waiting = gotOf('ana').length;
  await clock.advance(5_000);
  expect({ waiting, slow: [...slow], ana: gotOf('ana'), cia: gotOf('cia'), ben: gotOf('ben').length }).toEqual({
    ...{ waiting: 11, slow: ['ben'], ana: hundred, cia: hundred },
    ben: 11,
  });
});

it('[ROOM-157] if all are slow alike, none is dropped', async () => {
  for (const name of members) stuck.add(name);
  say(1, 100);
  for (let turn = 0; turn < 300; turn += 1) {
    await clock.advance(100);
    for (const name of members) if ((onTheWay.get(name) ?? 0) > 0) take(name);
  }
  expect({ slow: slow.size, ana: gotOf('ana').length }).toEqual({ slow: 0, ana: 100 });
});

it('[ROOM-155] a new log of ours follows the old one, and without members nothing is kept', async () => {
  say(1, 2);
  say(1, 2, 'next');
  await clock.advance(1_000);
  const before = gotOf('ana');
  members = [];
  say(3, 9, 'next');
  await clock.advance(1_000);
  members = ['ana'];
  say(10, 10, 'next');
  await clock.advance(1_000);
  expect({ before, after: gotOf('ana').slice(before.length) }).toEqual({ before: [1, 2, 1, 2], after: [10] });
});

it('[ROOM-157] one that was left behind goes on where it stopped, so it gets all in order', async () => {
  say(1, 30);
  await clock.advance(5);
  slow.add('ben');
  await clock.advance(2_000);
  say(31, 60);
  slow.delete('ben');
  await clock.advance(1_000);
  say(61, 70);
  await clock.advance(2_000);
  const upTo70 = hundred.slice(0, 70);
  expect({ ana: gotOf('ana'), ben: gotOf('ben'), cia: gotOf('cia') }).toEqual({ ana: upTo70, ben: upTo70, cia: upTo70 });
});

it('[ROOM-222] one whose session ended goes on with the first block that was on its way', async () => {
  say(1, 10);
  await clock.advance(1_000);
  endsFor = 'ben';
  say(11, 20);
  await clock.advance(2_000);
  endsFor = undefined;
  slow.delete('ben');
  await clock.advance(2_000);
  const upTo20 = hundred.slice(0, 20);
  expect({ ana: gotOf('ana'), ben: gotOf('ben') }).toEqual({ ana: upTo20, ben: upTo20 });
});

it('[ROOM-157] who is behind for 30 s and takes nothing pulls the rest', async () => {
  say(1, 30);
  await clock.advance(5);
  slow.add('ben');
  await clock.advance(31_000);
  const before = gotOf('ben');
  slow.delete('ben');
  say(31, 32);
  await clock.advance(1_000);
  expect({ before: before.length < 30, after: gotOf('ben').slice(before.length) }).toEqual({ before: true, after: [31, 32] });
});

it('[ROOM-157] while all are slow nothing is read for nobody', async () => {
  for (const name of members) slow.add(name);
  say(1, 5);
  await clock.advance(20_000);
  const before = served.length;
  slow.clear();
  await clock.advance(1_000);
  expect({ before, ana: gotOf('ana'), ben: gotOf('ben') }).toEqual({ before: 0, ana: [1, 2, 3, 4, 5], ben: [1, 2, 3, 4, 5] });
});
