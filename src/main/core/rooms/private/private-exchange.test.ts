/** One member, and all that it may send and get. */
import { beforeEach, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { PrivateFrame } from '../../messaging/wire/frames.ts';
import type { SignedBlock } from '../wire/block.ts';
import type { PrivateBook, PrivateRoom } from './private-book.ts';
import { createPrivateExchange, type PrivateExchange } from './private-exchange.ts';
import { createToldStates } from './told-states.ts';

const id = '0123456789abcdef';
const digest = new Uint8Array(8);
const room = {
  ...{ id, name: `&${id}`, standing: 'member' },
  chain: {
    changes: [{ hash: new Uint8Array(32), bytes: new Uint8Array(9), content: { what: 'title' } }],
    list: { version: 1, people: ['self', 'ana'] },
  },
} as unknown as PrivateRoom;

let sent: PrivateFrame[];
let heard: { states: number; blocks: number; lists: number };
let exchange: PrivateExchange;

beforeEach(() => {
  sent = [];
  heard = { states: 0, blocks: 0, lists: 0 };
  const book = {
    get: (of: string) => (of === id ? room : undefined),
    shared: (peerId: string, of: string) => (of === id && peerId === 'ana' ? room : undefined),
    sharedWith: (peerId: string) => (peerId === 'ana' ? [room] : []),
    list: () => [room],
    received: () => Promise.resolve({ kind: (heard.lists += 1) && 'known' }),
  } as unknown as PrivateBook;
  exchange = createPrivateExchange({
    ...{ clock: createFakeClock(), random: { fraction: () => 0.5 }, ownPeerId: 'self', book, told: createToldStates() },
    sessions: {
      send(_peerId, frame) {
        sent.push(frame as PrivateFrame);
        return true;
      },
      open: () => Promise.resolve(true),
    },
    isHere: () => true,
    digestOf: () => ({ weight: 1, hash: 1 }),
    topsOf: () => [],
    take: () => Promise.resolve((heard.blocks += 1) < 0),
    onList: () => undefined,
    onState: () => void (heard.states += 1),
    onLeft: () => undefined,
  });
});

const state: PrivateFrame = {
  type: 'privateState',
  room: id,
  isAsk: false,
  version: 1,
  hashes: ['00'.repeat(8)],
  digest,
  tops: [],
};
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 2_000; turn += 1) await Promise.resolve();
};

test('[ROOM-185] of one peer, a burst of states, lists and blocks counts, and no more', async () => {
  const many = Array.from({ length: 300 }, () => new Uint8Array(1));
  for (let count = 0; count < 300; count += 1) {
    exchange.onFrame('ana', state);
    exchange.onFrame('ana', { type: 'privateList', room: id, changes: [] });
  }
  exchange.onFrame('ana', { type: 'privateBlocks', room: id, blocks: many });
  await settled();
  expect(heard).toEqual({ states: 256, lists: 128, blocks: 256 });
});

test('[ROOM-185] a member that does not answer gets at most 1 MiB of blocks, until it answers', async () => {
  const block = { room: id, bytes: new Uint8Array(100_000) } as unknown as SignedBlock;
  const pushed = (): number => sent.filter(({ type }) => type === 'privateBlocks').length;
  for (let count = 0; count < 20; count += 1) exchange.push(block);
  await settled();
  const before = pushed();
  exchange.onFrame('ana', state);
  exchange.push(block);
  await settled();
  expect([before, pushed()]).toEqual([10, 11]);
});

test('[ROOM-179] of a peer that is not on the list nothing counts, and it gets nothing', async () => {
  for (const frame of [state, { ...state, isAsk: true }, { type: 'privateLeft', room: id } as const])
    exchange.onFrame('mallory', frame);
  exchange.onFrame('mallory', { type: 'privateBlocks', room: id, blocks: [new Uint8Array(1)] });
  exchange.onOpened('mallory');
  exchange.appeared('mallory');
  await settled();
  expect({ heard, sent }).toEqual({ heard: { states: 0, blocks: 0, lists: 0 }, sent: [] });
});
