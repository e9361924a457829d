/**
 * Mutated blocks, raw ones and ones that their author signed, at the keeper of a room: nothing is
 * thrown, nobody is shown saying what they did not sign, and memory stays within the limits.
 */
import { expect, it } from 'vitest';
import { createKeptRoom, hash, lunch } from '../../../../../test/fixtures/block-author.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import { decodeBlock, verifyBlock, type SignedBlock } from '../wire/block.ts';
import { signBlock, previousOf, type BlockContent } from '../wire/encode-block.ts';

const mutations = process.env['HALLWAY_LONG'] === '1' ? 1_000_000 : 20_000;
const authors = 24;
const limits = { roomBytes: 400_000, logs: 200, strangerLogs: 40, strangerMessages: 200, strangerBytes: 40_000 };
const random = createSeededRandom('mutated blocks at a keeper');
const below = (limit: number): number => Math.floor(random.fraction() * limit);

/** Flips, inserts, removes and repeats bytes. */
function mutated(sample: Uint8Array): Uint8Array {
  const bytes = [...sample];
  for (let times = 1 + below(3); times > 0; times -= 1) {
    const at = below(bytes.length);
    const way = below(4);
    if (way === 0) bytes[at] = below(256);
    else if (way === 1) bytes.splice(at, 0, below(256));
    else if (way === 2) bytes.splice(at, 1 + below(8));
    else bytes.splice(at, 0, ...bytes.slice(at, at + below(32)));
  }
  return Uint8Array.from(bytes, (byte) => byte ?? 0);
}

function contentOf(last: SignedBlock | undefined, author: number, ms: number): BlockContent {
  const isBroken = below(4) === 0;
  const first = isBroken ? 1 + below(40) : (last?.last ?? 0) + 1;
  const jump = below(8) === 0 ? below(10 ** 9) : below(1_000);
  return {
    epoch: 1_000 + (below(20) === 0 ? below(30) : author),
    first,
    room: below(50) === 0 ? '0'.repeat(16) : lunch,
    clock: { ms: ms + jump, count: below(3) },
    previous: first === 1 ? previousOf(undefined) : last && below(6) > 0 ? previousOf(last) : random.bytes(16).fill(7, 0, 1),
    type: below(10) === 0 ? 'topic' : 'text',
    references: [],
    authorName: `author ${author}`,
    texts: Array.from({ length: 1 + below(4) }, () => `${author}: ${below(10 ** 9)}`),
  };
}

it(`[ROOM-212] ${mutations} mutated blocks at a keeper: nothing is thrown or wrongly shown, and memory is bounded`, () => {
  const room = createKeptRoom(limits);
  const { clock, keeper, signatures, store } = room;
  const identities = Array.from({ length: authors }, (_, index) => signatures.identity(`author ${index}`));
  for (const { peerId } of identities.slice(0, authors / 2)) room.known.add(peerId);
  const lasts = new Map<number, SignedBlock>();
  const outcomes = new Map<string, number>();
  const take = (bytes: Uint8Array): void => {
    const decoded = decodeBlock(bytes);
    const block = decoded.ok ? verifyBlock(decoded, { signatures, hash }) : undefined;
    const outcome = block?.room === lunch ? store.batch(() => keeper.keep(block, false)).kind : block ? 'room' : 'wrong';
    keeper.settled(true);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  };
  let wronglyShown = 0;
  for (let count = 0; count < mutations; count += 1) {
    const author = below(authors);
    const identity = identities[author] as (typeof identities)[number];
    const block = signBlock(contentOf(lasts.get(author), author, clock.wallMs()), { identity, hash });
    if (below(3) === 0) lasts.set(author, block);
    take(below(3) === 0 ? mutated(block.bytes) : block.bytes);
    if (below(20) === 0) take(block.bytes);
    if (count % 1_000 !== 999) continue;
    for (const { from, text } of store.history(conversationOfRoom('lunch'), { limit: 200 }))
      if (identities[Number(text.split(':')[0])]?.peerId !== from) wronglyShown += 1;
    store.rooms.trim(lunch, Infinity, limits.roomBytes / 2);
    keeper.reload();
  }
  const logs = store.rooms.logs(lunch);
  expect(wronglyShown).toBe(0);
  expect(logs.length).toBeLessThanOrEqual(limits.logs);
  expect(logs.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(limits.roomBytes);
  expect([...outcomes.keys()].sort()).toEqual(['fork', 'had', 'new', 'refused', 'room', 'wrong']);
});
