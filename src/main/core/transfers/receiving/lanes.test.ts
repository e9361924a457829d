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
  onChunk: (chunk: number, bytes: Uint8Array) => Handled | Promise<Handled> = () => 'kept',
  { shares = freeShares, onAsk = () => undefined }: { readonly shares?: ChunkShares; readonly onAsk?: () => void } = {},
): Lanes {
  return createLanes({
    ...{ clock, chunkDeadlineMs: 300_000, maxChunks: 4, onFree: () => undefined },
    what: {
      ...{ part: 'content', chunkCount, sizeOf: () => chunkBytes, isHere: () => false },
      startHash: () => ({ update: () => undefined, digest: () => new Uint8Array(0) }),
      async onChunk(chunk, bytes) {
        const handled = await onChunk(chunk, bytes);
        if (handled === 'kept') kept.push(chunk);
        return handled;
      },
    },
    sharesOf: () => shares,
    ask({ peerId }, { chunks }) {
      asked.push({ peerId, chunks });
      onAsk();
    },
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
    const lanes = start(6, () => 'kept', { shares: { ...freeShares, take } });
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

  test('[RFILE-9] of a part that is here already end at once, and ask nobody', async () => {
    const lanes = start(0);
    const isEnded = lanes.isEnded;
    lanes.add(sessionOf('bo'));
    expect([isEnded, await lanes.end, lanes.size, lanes.wanted(), asked, clock.pendingTimers()]).toEqual([
      true,
      { type: 'whole' },
      0,
      0,
      [],
      0,
    ]);
  });

  test('[RFILE-9] of one connection are one, however often it is added', async () => {
    const lanes = start(40);
    lanes.add(sessionOf('bo'));
    const before = asked.length;
    lanes.add(sessionOf('bo'));
    expect([lanes.size, asked.length]).toEqual([1, before]);
    lanes.stop({ type: 'stopped' });
    lanes.add(sessionOf('cy'));
    // The first end counts.
    lanes.stop({ type: 'waiting', code: 'offline' });
    expect([lanes.has('cy'), lanes.lastPeer, asked.length, await lanes.end]).toEqual([false, 'bo', before, { type: 'stopped' }]);
  });

  test('[RFILE-10] of others go on when a connection that has none is lost', async () => {
    const lanes = start(6);
    lanes.add(sessionOf('bo'));
    lanes.lost(sessionOf('cy'), 'gone');
    await answerAll(lanes, 'bo');
    expect([await lanes.end, lost]).toEqual([{ type: 'whole' }, []]);
  });

  test('[RFILE-10] of a connection that ends as it is asked leave their chunks to the others', async () => {
    let isFirst = true;
    const onAsk = (): void => {
      if (isFirst) lanes.lost(sessionOf('bo'), 'gone');
      isFirst = false;
    };
    const lanes = start(6, undefined, { onAsk });
    lanes.add(sessionOf('bo'));
    await clock.advance(1);
    const after = [[...lost], lanes.size];
    lanes.add(sessionOf('cy'));
    await answerAll(lanes, 'cy');
    expect([after, await lanes.end, new Set(kept).size]).toEqual([[[['bo', 'gone']], 0], { type: 'whole' }, 6]);
  });

  test('[RFILE-10] keep a chunk once that is being written when its member goes away', async () => {
    let written: (handled: Handled) => void = () => undefined;
    const writing = new Promise<Handled>((resolve) => (written = resolve));
    let calls = 0;
    const lanes = start(1, () => {
      calls += 1;
      return calls === 1 ? writing : 'kept';
    });
    lanes.add(sessionOf('bo'));
    sendChunk(lanes, 'bo', 0);
    lanes.lost(sessionOf('bo'), 'gone');
    await clock.advance(1);
    lanes.add(sessionOf('cy'));
    // Of the chunk that Cy sends too, one half is here when the first one is written.
    lanes.piece({ transferId: 't', part: 'content', chunk: 0, offset: 0, bytes: new Uint8Array(pieceBytes) }, sessionOf('cy'));
    written('kept');
    await clock.advance(1);
    expect([await lanes.end, kept, calls, clock.pendingTimers()]).toEqual([{ type: 'whole' }, [0], 1, 0]);
  });

  test('[RFILE-10] write no chunk again that comes from two members', async () => {
    let written: (handled: Handled) => void = () => undefined;
    const writing = new Promise<Handled>((resolve) => (written = resolve));
    const calls: number[] = [];
    const lanes = start(2, (chunk) => {
      calls.push(chunk);
      return calls.length === 1 ? writing : 'kept';
    });
    lanes.add(sessionOf('bo'));
    const first = asked[0]?.chunks[0] ?? 0;
    sendChunk(lanes, 'bo', first);
    lanes.lost(sessionOf('bo'), 'gone');
    await clock.advance(1);
    lanes.add(sessionOf('cy'));
    await clock.advance(1);
    written('kept');
    await clock.advance(1);
    await answerAll(lanes, 'cy');
    expect([await lanes.end, calls.toSorted((a, b) => a - b)]).toEqual([{ type: 'whole' }, [0, 1]]);
  });

  test('[XFER-43] of a member that completes no chunk for five minutes end, and another one goes on', async () => {
    const lanes = start(1);
    lanes.add(sessionOf('slow'));
    for (let offset = 0; lost.length === 0 && offset < 100; offset += 1) {
      const piece = { transferId: 't', part: 'content' as const, chunk: 0, offset, bytes: new Uint8Array(1) };
      lanes.piece(piece, sessionOf('slow'));
      await clock.advance(10_000);
    }
    const afterMs = clock.monotonicMs();
    lanes.add(sessionOf('bo'));
    await answerAll(lanes, 'bo');
    expect([lost, afterMs, await lanes.end]).toEqual([[['slow', 'slow']], 300_000, { type: 'whole' }]);
  });
});
