/** The answers of a node, and their limits. */
import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import { maxBlocksBytes, type Wanted } from '../../messaging/wire/room-frames.ts';
import type { StoredBlock } from '../ports.ts';
import { toHex } from '../../lib/hex.ts';
import type { OwnHead } from './needs.ts';
import { createServe, type Serve } from './serve.ts';
import { createWaits } from './waits.ts';

const room = '0123456789abcdef';
const tag = 'aaaaaaaabbbbbbbb';
const blockBytes = 60_000;
const logLength = 200;

let clock: FakeClock;
let sent: { readonly to: string; readonly frame: RoomFrame; readonly atMs: number }[];
let serve: Serve;
let strangers: Set<string>;

/** One log with a block of one message at each number but 7. */
const log: readonly StoredBlock[] = Array.from({ length: logLength }, (_, index) => ({
  ...{ tag, first: index + 1, last: index + 1, clock: { ms: index, count: 0 }, receivedAtMs: 0, counts: true },
  hash: createSeededRandom(index).bytes(32),
  bytes: new Uint8Array(blockBytes),
})).filter(({ first }) => first !== 7);
const head: OwnHead = {
  tag,
  publicKey: new Uint8Array(33),
  epoch: 1,
  floor: 0,
  top: logLength,
  hash8: new Uint8Array(8),
  holes: [],
};

function upTo(blocks: readonly StoredBlock[], maxBytes: number): readonly StoredBlock[] {
  return blocks.filter((_, index) => index * blockBytes <= maxBytes);
}

beforeEach(() => {
  clock = createFakeClock();
  sent = [];
  strangers = new Set();
  serve = createServe({
    clock,
    random: createSeededRandom('serve'),
    waits: createWaits(clock),
    send: (to, frame) => sent.push({ to, frame, atMs: clock.monotonicMs() }) > 0,
    shares: (peerId) => !strangers.has(peerId),
    otherHolders: () => ['cy', 'di', 'ed'],
    heads: () => [head],
    blocks: (_room, of, { first, last, maxBytes }) =>
      of === tag
        ? upTo(
            log.filter((block) => block.last >= first && block.first <= last),
            maxBytes,
          )
        : [],
    newestBlocks: (_room, { limit, maxBytes }) => upTo(log.toReversed().slice(0, limit), maxBytes),
  });
});

function want(from: number, to: number, id: number, of = tag): Extract<RoomFrame, { type: 'want' }> {
  const wanted: Wanted = { kind: 'ranges', ranges: [{ tag: of, from, to }] };
  return { type: 'want', room, id, wanted };
}

function blocksTo(peerId: string): readonly StoredBlock[][] {
  return sent.flatMap(({ to, frame }) =>
    to === peerId && frame.type === 'blocks'
      ? [frame.blocks.map((bytes) => log.find((one) => one.bytes === bytes) as StoredBlock)]
      : [],
  );
}

function types(peerId: string): readonly string[] {
  return sent.filter(({ to }) => to === peerId).map(({ frame }) => frame.type);
}

/** The peer handled all that was sent to it. */
function takeAll(peerId: string): void {
  for (const blocks of blocksTo(peerId))
    serve.onTaken(
      peerId,
      blocks.map(({ hash }) => toHex(hash.subarray(0, 8))),
    );
}

describe('an answer', () => {
  test('[ROOM-96] is one frame of blocks, the lowest numbers first, and an end', async () => {
    serve.onWant('ana', want(2, 100, 5));
    await clock.advance(10);
    expect(blocksTo('ana').map((blocks) => blocks.map(({ first }) => first))).toEqual([[2, 3, 4, 5]]);
    expect(sent.map(({ frame }) => frame.type)).toEqual(['blocks', 'end']);
    // The rest did not fit, and is not missing.
    expect(sent.at(-1)?.frame).toEqual({ type: 'end', room, id: 5, missing: [] });
    expect(4 * blockBytes).toBeLessThanOrEqual(maxBlocksBytes);
  });

  test('[ROOM-97] names the logs of which something is not there', async () => {
    serve.onWant('ana', want(6, 8, 1));
    serve.onWant('ana', want(8, 9, 2));
    serve.onWant('ana', want(1, 1, 3, '1111111122222222'));
    await clock.advance(2_000);
    expect(sent.flatMap(({ frame }) => (frame.type === 'end' ? [frame.missing] : []))).toEqual([
      [{ tag, floor: 0 }],
      [],
      [{ tag: '1111111122222222', floor: 0 }],
    ]);
  });

  test('[ROOM-111] finds a log by its short tag', async () => {
    serve.onWant('ana', want(3, 4, 1, tag.slice(0, 8)));
    await clock.advance(10);
    expect(blocksTo('ana')[0]?.map(({ first }) => first)).toEqual([3, 4]);
  });

  test('[ROOM-106] with the newest blocks has the oldest of them first', async () => {
    serve.onWant('ana', { room, id: 1, wanted: { kind: 'newest', limit: 3 } });
    await clock.advance(10);
    expect(blocksTo('ana')[0]?.map(({ first }) => first)).toEqual([198, 199, 200]);
  });

  test('[ROOM-110] for a peer that shares no room with us has no blocks', async () => {
    strangers.add('ana');
    serve.onWant('ana', want(1, 2, 1));
    await clock.advance(10);
    expect(sent.map(({ frame }) => frame)).toEqual([{ type: 'end', room, id: 1, missing: [{ tag, floor: 0 }] }]);
  });
});

describe('limits', () => {
  test('[ROOM-107] four pulls at once; another one starts when one ends or is idle', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const first = names.map((name) => serve.beginPull(name, room));
    serve.endPull('a', room);
    const second = [serve.beginPull('e', room), serve.beginPull('f', room)];
    await clock.advance(9_000);
    serve.onWant('b', want(1, 1, 1));
    await clock.advance(1_500);
    const third = ['f', 'g', 'h', 'i'].map((name) => serve.beginPull(name, room));
    expect({ first, second, third }).toEqual({
      first: [true, true, true, true, false],
      second: [true, false],
      third: [true, true, true, false],
    });
  });

  test('[ROOM-107] busy names a wait and three others', () => {
    for (let time = 0; time < 50; time += 1) serve.refuse('ana', room, 0);
    const waits = sent.flatMap(({ frame }) => (frame.type === 'busy' ? [frame.waitMs] : []));
    expect({ count: waits.length, isShort: Math.max(...waits) <= 5_000, isLong: Math.min(...waits) >= 1_000 }).toEqual({
      ...{ count: 50, isShort: true, isLong: true },
    });
    expect(sent[0]?.frame).toMatchObject({ type: 'busy', id: 0, holders: ['cy', 'di', 'ed'] });
  });

  test('[ROOM-108] 1 MiB a second in all, wants outside of pulls first', async () => {
    for (const name of ['a', 'b', 'c']) {
      serve.beginPull(name, room);
      for (let id = 1; id <= 8; id += 1) serve.onWant(name, want(8 + 4 * id, 11 + 4 * id, id));
    }
    await clock.advance(100);
    serve.onWant('live', want(1, 4, 1));
    const before = sent.length;
    await clock.advance(3_000);
    expect(sent.slice(before).find(({ frame }) => frame.type === 'blocks')?.to).toBe('live');
    const bytes = ['a', 'b', 'c', 'live'].flatMap(blocksTo).flat().length * blockBytes;
    expect({ isPaced: bytes <= 1_048_576 * 4.1 + maxBlocksBytes, isUsed: bytes >= 1_048_576 * 3.5 }).toEqual({
      ...{ isPaced: true, isUsed: true },
    });
  });

  test('[ROOM-109] 4 MiB that are not taken', async () => {
    for (let id = 1; id <= 30; id += 1) {
      serve.onWant('ana', want(4 * id + 4, 4 * id + 7, id));
      await clock.advance(400);
    }
    const untaken = blocksTo('ana').flat().length * blockBytes;
    serve.onWant('bo', want(1, 1, 1));
    await clock.advance(400);
    const others = types('bo');
    takeAll('ana');
    await clock.advance(10_000);
    expect({ isBounded: untaken <= 4_194_304, isUsed: untaken > 4_194_304 - 2 * maxBlocksBytes, others }).toEqual({
      ...{ isBounded: true, isUsed: true, others: ['blocks', 'end'] },
    });
    expect(blocksTo('ana').flat().length * blockBytes).toBeGreaterThan(4_194_304);
  });

  test('[ROOM-110] ten wants a second, after a burst of 20', async () => {
    for (let id = 1; id <= 30; id += 1) {
      serve.onWant('ana', want(1, 1, id));
      await clock.advance(1);
      takeAll('ana');
    }
    await clock.advance(1_000);
    const first = types('ana').filter((type) => type === 'busy').length;
    for (let id = 31; id <= 50; id += 1) serve.onWant('ana', want(1, 1, id));
    const second = types('ana').filter((type) => type === 'busy').length - first;
    expect({ first, second }).toEqual({ first: 10, second: 10 });
  });

  test('[ROOM-110] 16 wants of a peer and 256 in all wait', () => {
    const answered = (name: string): number => types(name).length;
    for (let id = 1; id <= 20; id += 1) serve.onWant('ana', want(1, 1, id));
    for (let peer = 0; peer < 20; peer += 1) for (let id = 1; id <= 16; id += 1) serve.onWant(`peer ${peer}`, want(1, 1, id));
    const busy = sent.filter(({ frame }) => frame.type === 'busy').length;
    expect({ ana: answered('ana'), first: answered('peer 0'), last: answered('peer 19'), busy }).toEqual({
      ...{ ana: 4, first: 0, last: 16, busy: 4 + 20 * 16 - 240 },
    });
  });

  test('[ROOM-110] nothing is sent to a session that closed', async () => {
    serve.onWant('ana', want(1, 1, 1));
    serve.sessionClosed('ana');
    await clock.advance(1_000);
    expect(sent).toEqual([]);
  });
});
