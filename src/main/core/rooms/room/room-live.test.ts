import { expect, it } from 'vitest';
import { createBlockAuthor, createKeptRoom, hash, lunch } from '../../../../../test/fixtures/block-author.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import { fromHex } from '../../lib/hex.ts';
import type { RoomChannel } from '../../presence/index.ts';
import type { SignedBlock } from '../wire/block.ts';
import { shortTagOf } from '../wire/log-tag.ts';
import { createRoomLive, type RoomLive } from './room-live.ts';

const source: Arrival = { family: 'ipv4', address: '10.0.0.9', port: 4_255, via: 'group' };
const ownId = 'me';

function createWorld() {
  const room = createKeptRoom();
  const { clock, keeper, signatures, known, blocked } = room;
  const here = new Set<string>();
  const keys = new Map<string, Uint8Array>();
  const proved = new Set<string>([source.address]);
  const sent: string[] = [];
  const kept: SignedBlock[] = [];
  const named: string[] = [];
  const count = { verified: 0, topsAsked: 0 };
  const channel: RoomChannel = {
    blockToGroup: () => void sent.push('block to group'),
    blockTo: (peerId) => sent.push(`block to ${peerId}`) > 0,
    ask: (peerId, { ranges }) => void sent.push(`ask ${peerId} ${ranges.map(({ from }) => from).join()}`),
    askTops: () => undefined,
    tellTops: () => undefined,
    headsToGroup: () => void sent.push('heads to group'),
    headsTo: (peerId) => void sent.push(`heads to ${peerId}`),
    noteLoopback: () => void sent.push('loopback'),
  };
  const live: RoomLive = createRoomLive({
    clock,
    random: createSeededRandom('live'),
    hash,
    signatures: {
      ...signatures,
      verify(...all) {
        count.verified += 1;
        return signatures.verify(...all);
      },
    },
    ownPeerId: ownId,
    ownKey: new Uint8Array(33),
    channel,
    keeperOf: (id) => (id === lunch ? keeper : undefined),
    keepers: () => [keeper],
    keep: (block) => Promise.resolve(keeper.keep(block, false)),
    onKept: (block) => void kept.push(block),
    onCopy: () => undefined,
    onGroupBytes: () => undefined,
    onNamed: ({ tag }) => void named.push(tag),
    onBySession: () => undefined,
    peerIdOf(publicKey) {
      const peerId = signatures.peerIdOf(publicKey);
      return peerId !== undefined && here.has(peerId) ? peerId : undefined;
    },
    publicKeyOf: (peerId) => keys.get(peerId),
    isHere: (peerId) => here.has(peerId),
    isKnown: (peerId) => known.has(peerId),
    isBlocked: (peerId) => blocked.has(peerId),
    isProvedAddress: (address) => proved.has(address),
    addressOf: () => '10.0.0.8',
    peersHere: () => 2,
    holdersOf: () => [],
    wantBySession: () => undefined,
    pull: () => undefined,
    onTopsAsked: () => void (count.topsAsked += 1),
  });
  const hear = async (block: SignedBlock, from: Partial<Arrival> = {}): Promise<void> => {
    live.onBlock(block.bytes, { ...source, ...from });
    await clock.advance(1);
  };
  const ask = (peerId: string, block: SignedBlock, number = block.first): void =>
    live.onAsk(peerId, {
      room: fromHex(lunch),
      ranges: [{ tag: fromHex(shortTagOf(block.tag)), from: number, count: 1 }],
    });
  return { ...room, live, here, keys, proved, sent, kept, named, count, hear, ask };
}

it('[ROOM-82] a block that was handled costs no second check of its signature', async () => {
  const { author, hear, kept, count } = createWorld();
  const block = author('Ana').say(['1']);
  for (let copy = 0; copy < 100; copy += 1) await hear(block);
  expect([kept.length, count.verified]).toEqual([1, 1]);
});

it('[ROOM-82] of authors who were never here 20 blocks are checked in a second, and of other rooms none', async () => {
  const { signatures, live, clock, count, author, here } = createWorld();
  const ana = author('Ana');
  here.add(ana.peerId);
  for (let index = 0; index < 1_000; index += 1) {
    live.onBlock(createBlockAuthor(`fresh ${index}`, clock.wallMs(), signatures).say(['spam']).bytes, source);
  }
  expect([count.verified, live.dropped.get('unknown-budget')]).toEqual([20, 980]);
  live.onBlock(ana.say(['1'], { room: '0'.repeat(16) }).bytes, source);
  expect([count.verified, live.dropped.get('room')]).toEqual([20, 1]);
  live.onBlock(ana.say(['1']).bytes, source);
  expect(count.verified).toBe(21);
});

it('[ROOM-83] a changed block counts for its source, and the author is still heard', async () => {
  const { author, hear, live, kept } = createWorld();
  const ana = author('Ana');
  const block = ana.say(['1']);
  for (let index = 0; index < 6; index += 1) {
    const bytes = block.bytes.slice();
    bytes[bytes.length - 1 - index] = (bytes[bytes.length - 1 - index] as number) ^ 1;
    live.onBlock(bytes, source);
  }
  expect([live.dropped.get('signature'), live.dropped.get('source-refused')]).toEqual([5, 1]);
  await hear(block, { address: '10.0.0.7' });
  expect(kept.map(({ texts }) => texts)).toEqual([['1']]);
});

it('[ROOM-74] a holder repairs what others said, but never passes on what a blocked author said', async () => {
  const { author, hear, here, blocked, ask, sent, live, clock, named } = createWorld();
  here.add('ben');
  const [ana, foe] = [author('Ana'), author('Foe')];
  const [good, bad] = [ana.say(['1']), foe.say(['2'], { references: [{ tag: 'abcdef01', number: 1 }] })];
  blocked.add(foe.peerId);
  await hear(good);
  await hear(bad);
  expect(live.references().map(({ tag }) => tag)).toEqual([shortTagOf(good.tag)]);
  expect(named).toEqual([]);
  await clock.advance(100);
  sent.splice(0);
  ask('ben', good);
  ask('ben', bad);
  await clock.advance(1_000);
  expect(sent).toEqual(['block to ben']);
});

it('[ROOM-128] questions for tops are answered twice a second, four at once', async () => {
  const { live, clock, count, author } = createWorld();
  const block = author('Ana').say(['1']);
  const question = { room: fromHex(lunch), ranges: [{ tag: fromHex(shortTagOf(block.tag)), from: 0, count: 0 }] };
  for (let index = 0; index < 100; index += 1) live.onAsk('ben', question);
  expect(count.topsAsked).toBe(4);
  await clock.advance(1_000);
  for (let index = 0; index < 100; index += 1) live.onAsk('ben', question);
  expect(count.topsAsked).toBe(6);
});

it('[ROOM-63] tops in a beacon open a gap of the log of its sender, and of no other', async () => {
  const { live, author, hear, here, sent, clock } = createWorld();
  const [ana, ben] = [author('Ana'), author('Ben')];
  here.add(ana.peerId).add(ben.peerId);
  const block = ana.say(['1']);
  await hear(block);
  live.topsHeard(ben.peerId, [{ tag: shortTagOf(block.tag), number: 3 }]);
  await clock.advance(1_000);
  expect(sent).toEqual([]);
  live.topsHeard(ana.peerId, [{ tag: shortTagOf(block.tag), number: 3 }]);
  await clock.advance(100);
  expect(sent[0]).toBe(`ask ${ana.peerId} 2`);
  live.close();
});

it('[ROOM-210] heads of a log that we do not know, of a room that we are in, lead to asks, and no peer names many', async () => {
  const { live, author, here, keys, sent, clock } = createWorld();
  const ana = author('Ana');
  const block = ana.say(['1']);
  here.add(ana.peerId);
  keys.set(ana.peerId, ana.publicKey);
  const head = { room: fromHex(lunch), epoch: block.epoch, number: 1, bySession: false };
  live.onHeads(ana.peerId, [head, { ...head, room: fromHex('0'.repeat(16)) }]);
  await clock.advance(100);
  const first = sent.splice(0);
  live.onHeads(
    ana.peerId,
    Array.from({ length: 56 }, (_, index) => ({ ...head, epoch: 1_000 + index, number: 2 ** 24 })),
  );
  await clock.advance(100);
  const asked = new Set(sent).size;
  live.close();
  expect([first[0], asked > 0, live.missing() <= 4]).toEqual([`ask ${ana.peerId} 1`, true, true]);
});

it('[ROOM-83] nothing of a refused source is decoded', () => {
  const { live, author } = createWorld();
  const block = author('Ana').say(['1']);
  for (let index = 0; index < 6; index += 1) {
    const bytes = block.bytes.slice();
    bytes[bytes.length - 1 - index] = (bytes[bytes.length - 1 - index] as number) ^ 1;
    live.onBlock(bytes, source);
  }
  live.onBlock(block.bytes.slice(0, 90), source);
  expect([live.dropped.get('truncated'), live.dropped.get('source-refused')]).toEqual([undefined, 2]);
});

it('[ROOM-60] after the end nothing is sent and no timer is set, also for a block that is still in storage', async () => {
  const { live, author, clock, kept, sent } = createWorld();
  const ana = author('Ana');
  ana.say(['1']);
  live.onBlock(ana.say(['2']).bytes, source);
  live.close();
  await clock.advance(60_000);
  expect([kept, sent, clock.pendingTimers()]).toEqual([[], [], 0]);
});
