/** A part that comes from several members: how it is shared, and what a bad one costs. */
import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { Session } from '../../messaging/session/session.ts';
import { pieceBytes } from '../../messaging/wire/transfer-frames.ts';
import type { ChunkShares } from './chunk-shares.ts';
import type { Handled } from './fetch-part.ts';
import { createLanes, type LaneEnd, type Lanes } from './lanes.ts';

const chunkBytes = 2 * pieceBytes;
const noSession = new Map<string, Session>();

let clock: FakeClock;
let asked: { readonly peerId: string; readonly chunks: readonly number[] }[];
let lost: [string, LaneEnd][];
let kept: number[];
beforeEach(() => {
  clock = createFakeClock();
  [asked, lost, kept] = [[], [], []];
  noSession.clear();
});

/** Only its peer matters here. */
function sessionOf(peerId: string): Session {
  const known = noSession.get(peerId) ?? (Object.assign(Object.create(null), { peerId }) as Session);
  noSession.set(peerId, known);
  return known;
}

const freeShares: ChunkShares = { take: () => true, release: () => undefined, forget: () => undefined };

function start(
  chunkCount: number,
  onChunk: (chunk: number, bytes: Uint8Array) => Handled = () => 'kept',
  shares = freeShares,
): Lanes {
  return createLanes({
    ...{ clock, chunkDeadlineMs: 300_000, maxChunks: 4, onFree: () => undefined },
    what: {
      ...{ part: 'content', chunkCount, sizeOf: () => chunkBytes, isHere: () => false },
      startHash: () => ({ update: () => undefined, digest: () => new Uint8Array(0) }),
      onChunk(chunk, bytes) {
        const handled = onChunk(chunk, bytes);
        if (handled === 'kept') kept.push(chunk);
        return Promise.resolve(handled);
      },
    },
    sharesOf: () => shares,
    ask: ({ peerId }, { chunks }) => void asked.push({ peerId, chunks }),
    onLost: (peerId, why) => void lost.push([peerId, why]),
  });
}

/** That member sends all that it was asked for, also what its pieces lead to. */
async function answerAll(lanes: Lanes, peerId: string, rounds = 100): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const mine = asked.filter((ask) => ask.peerId === peerId);
    if (mine.length === 0) return;
    asked = asked.filter((ask) => ask.peerId !== peerId);
    for (const chunk of mine.flatMap(({ chunks }) => chunks)) sendChunk(lanes, peerId, chunk);
    await clock.advance(1);
  }
}

function sendChunk(lanes: Lanes, peerId: string, chunk: number): void {
  for (let offset = 0; offset < chunkBytes; offset += pieceBytes)
    lanes.piece(
      { transferId: 't', part: 'content', chunk, offset, bytes: new Uint8Array(pieceBytes).fill(chunk) },
      sessionOf(peerId),
    );
}

describe('lanes', () => {
  test('[RFILE-9] of one member fetch everything, and each chunk once', async () => {
    const lanes = start(40);
    lanes.add(sessionOf('bo'));
    await answerAll(lanes, 'bo');
    expect(await lanes.end).toEqual({ type: 'whole' });
    expect(kept.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });

  test('[RFILE-9] of two share the chunks, at most four on their way', async () => {
    const lanes = start(64);
    lanes.add(sessionOf('bo'));
    lanes.add(sessionOf('cy'));
    expect(asked.flatMap(({ chunks }) => chunks)).toHaveLength(4);
    for (let round = 0; round < 60; round += 1) {
      await answerAll(lanes, 'bo', 1);
      await answerAll(lanes, 'cy', 1);
      expect(asked.flatMap(({ chunks }) => chunks).length).toBeLessThanOrEqual(4);
    }
    expect(await lanes.end).toEqual({ type: 'whole' });
    expect(new Set(kept).size).toBe(64);
  });

  test('[RFILE-10] that end leave their chunks to the others', async () => {
    const lanes = start(20);
    lanes.add(sessionOf('bo'));
    lanes.add(sessionOf('cy'));
    lanes.lost(sessionOf('bo'), 'gone');
    await answerAll(lanes, 'cy');
    expect(await lanes.end).toEqual({ type: 'whole' });
    expect(new Set(kept).size).toBe(20);
    expect(lost).toEqual([['bo', 'gone']]);
  });

  test('[RFILE-18] with a wrong chunk end, and that chunk comes from another one', async () => {
    let isFirst = true;
    const lanes = start(6, () => {
      const handled = isFirst ? 'again' : 'kept';
      isFirst = false;
      return handled;
    });
    lanes.add(sessionOf('liar'));
    await answerAll(lanes, 'liar');
    expect(lost).toEqual([['liar', 'wrong']]);
    lanes.add(sessionOf('bo'));
    await answerAll(lanes, 'bo');
    expect(await lanes.end).toEqual({ type: 'whole' });
    expect(new Set(kept).size).toBe(6);
  });

  test('[RFILE-19] that bring nothing for 20 s end', async () => {
    const lanes = start(6);
    lanes.add(sessionOf('silent'));
    await clock.advance(15_000);
    expect(lost).toEqual([]);
    await clock.advance(11_000);
    expect(lost).toEqual([['silent', 'slow']]);
  });

  test('[RFILE-19] that this end asks for nothing keep their place, however long that takes', async () => {
    let again: (() => void) | undefined;
    let left = 1;
    const take: ChunkShares['take'] = (_, fill) => {
      left -= 1;
      if (left < 0) again = fill;
      return left >= 0;
    };
    const lanes = start(6, () => 'kept', { ...freeShares, take });
    lanes.add(sessionOf('bo'));
    await answerAll(lanes, 'bo');
    for (let round = 1; round < 6; round += 1) {
      await clock.advance(60_000);
      left = 1;
      again?.();
      // It has time from when it is asked.
      await clock.advance(15_000);
      await answerAll(lanes, 'bo');
    }
    expect([lost, kept.length, await lanes.end]).toEqual([[], 6, { type: 'whole' }]);
  });

  test('[RFILE-19] that trickle end once others have nothing else to do', async () => {
    const lanes = start(8);
    lanes.add(sessionOf('slow'));
    lanes.add(sessionOf('bo'));
    const taken: boolean[] = [];
    for (let round = 0; lost.length === 0 && round < 20; round += 1) {
      const chunk = asked.find(({ peerId }) => peerId === 'slow')?.chunks[0] ?? 0;
      const piece = { transferId: 't', part: 'content' as const, chunk, offset: round, bytes: new Uint8Array(1) };
      taken.push(lanes.piece(piece, sessionOf('slow')));
      await answerAll(lanes, 'bo');
      await clock.advance(2_000);
    }
    expect({ taken: taken.every(Boolean), rounds: taken.length }).toEqual({ taken: true, rounds: 8 });
    expect(lost).toEqual([['slow', 'slow']]);
    lanes.add(sessionOf('bo'));
    await answerAll(lanes, 'bo');
    expect(await lanes.end).toEqual({ type: 'whole' });
  });

  test('[RFILE-9] end with the failure of the disk', async () => {
    const lanes = start(6, () => ({ type: 'waiting', code: 'disk-full' }));
    lanes.add(sessionOf('bo'));
    await answerAll(lanes, 'bo');
    expect(await lanes.end).toEqual({ type: 'waiting', code: 'disk-full' });
  });

  test('[RFILE-11] ignore what was not asked of that member', () => {
    const lanes = start(8);
    lanes.add(sessionOf('bo'));
    const piece = { transferId: 't', part: 'content' as const, chunk: 0, offset: 0, bytes: new Uint8Array(1) };
    expect([lanes.piece(piece, sessionOf('cy')), lanes.piece({ ...piece, chunk: 7 }, sessionOf('bo'))]).toEqual([false, false]);
    lanes.stop({ type: 'stopped' });
  });
});
