/** A receiver of a bulk transfer that ends its session after each block. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createWaits, type Waits } from '../catch-up/waits.ts';
import type { StoredBlock } from '../ports.ts';
import { toHex } from '../../lib/hex.ts';
import { createBulkStream, type BulkStream } from './bulk-stream.ts';
import { createChildren, type Children } from './children.ts';
import { createTree } from './tree.ts';

let clock: FakeClock;
let waits: Waits;
let children: Children;
let stream: BulkStream;
let open: Set<string>;
/** When a session with ben was opened. */
let dialsMs: number[];
/** The numbers that each peer took, or ben was sent. */
let got: { readonly ana: number[]; readonly ben: number[] };
let benTakes: boolean;

beforeEach(() => {
  clock = createFakeClock();
  waits = createWaits(clock);
  [open, dialsMs, got, benTakes] = [new Set(), [], { ana: [], ben: [] }, false];
  children = createChildren({
    ...{ clock, waits, onSpace: () => stream.goOn() },
    send(peerId, frame) {
      if (!open.has(peerId) || frame.type !== 'relay') return false;
      clock.setTimer(() => arrive(peerId, frame.blocks), 2);
      return true;
    },
    open(peerId) {
      if (peerId === 'ben') dialsMs.push(clock.monotonicMs());
      open.add(peerId);
      return Promise.resolve(true);
    },
  });
  stream = createBulkStream({
    ...{ clock, waits, room: 'room', children, tree: createTree({ children, tagOf: (peerId) => peerId }) },
    blocks: (_room, tag, { first, last }) => (first <= last ? [storedBlock(tag, first)] : []),
    members: () => ['ana', 'ben'].map((peerId) => ({ peerId, subnet: '' })),
  });
});
afterEach(() => waits.close());

/** Ana takes all that comes. The session with ben ends at the first frame, which ben takes or not. */
function arrive(peerId: string, blocks: readonly Uint8Array[]): void {
  if (!open.has(peerId)) return;
  const numbers = blocks.map((bytes) => bytes[0] ?? 0);
  (peerId === 'ana' ? got.ana : got.ben).push(...numbers);
  if (peerId === 'ana' || benTakes) children.onTaken(peerId, numbers.map(hash8Of));
  if (peerId === 'ana') return;
  open.delete(peerId);
  children.sessionClosed(peerId);
}

function say(first: number, last: number): void {
  for (let number = first; number <= last; number += 1) stream.said(storedBlock('log', number));
}

function storedBlock(tag: string, number: number): StoredBlock {
  const facts = { tag, first: number, last: number, clock: { ms: 1, count: 0 }, receivedAtMs: 0, counts: true };
  return { ...facts, hash: new Uint8Array(32).fill(number), bytes: new Uint8Array(100_000).fill(number) };
}

function hash8Of(number: number): string {
  return toHex(new Uint8Array(8).fill(number));
}

const thirty = Array.from({ length: 30 }, (_, index) => index + 1);

it('[ROOM-157, ROOM-222] who ends the session at each block is called a few times, and then pulls', async () => {
  say(1, 30);
  await clock.advance(120_000);
  expect({ isCalledAgain: dialsMs.length > 1, dials: dialsMs.length <= 5, late: dialsMs.filter((ms) => ms > 31_000) }).toEqual({
    ...{ isCalledAgain: true, dials: true, late: [] },
  });
  expect(got.ana).toEqual(thirty);
});

it('[ROOM-222] while the author goes on, it is called once in 10 s at most', async () => {
  for (let second = 0; second < 120; second += 1) {
    say(second + 1, second + 1);
    await clock.advance(1_000);
  }
  expect({ dials: dialsMs.length <= 14, ana: got.ana.length }).toEqual({ dials: true, ana: 120 });
});

it('[ROOM-222] who takes a block before each end gets all, in order and at once', async () => {
  benTakes = true;
  say(1, 30);
  await clock.advance(5_000);
  expect({ ana: got.ana, ben: got.ben }).toEqual({ ana: thirty, ben: thirty });
});
