/** Blocks that a session brings are judged and kept, and peers learn nothing of a room that we left. */
import { describe, expect, test } from 'vitest';
import { createKeptRoom, hash, lunch } from '../../../../../test/fixtures/block-author.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import type { RoomSessionListener } from '../../messaging/messages.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import type { RoomDigest } from '../log/digest.ts';
import type { SignedBlock } from '../wire/block.ts';
import type { JoinedRoom } from './joined-room.ts';
import { createRoomCatchUp } from './room-catch-up.ts';
import type { Kept } from './room-keeper.ts';

/** A node in `#lunch` with the member Ana, whom the test plays. */
function setUp() {
  const kept = createKeptRoom();
  const { clock, keeper, store, signatures, author } = kept;
  const ana = author('Ana');
  const rooms = new Map([[lunch, { name: 'lunch', keeper } as Partial<JoinedRoom> as JoinedRoom]]);
  const digests = new Map<string, RoomDigest>();
  const sent: RoomFrame[] = [];
  const counted: { readonly text: string | undefined; readonly kind: Kept['kind'] }[] = [];
  const rules = { admits: true, isAuthor: true, keep: (block: SignedBlock): Kept | undefined => keeper.keep(block, false) };
  let listener: RoomSessionListener | undefined;
  const catchUp = createRoomCatchUp({
    ...{ clock, random: createSeededRandom('catch-up'), hash, signatures, store: store.rooms, rooms, ownPeerId: 'us' },
    sessions: {
      send: (_peerId, frame) => sent.push(frame as RoomFrame) > 0,
      open: async () => true,
      close: () => undefined,
      subscribe(given) {
        listener = given;
        return () => (listener = undefined);
      },
    },
    members: { of: () => [ana.peerId, 'silent'], digestOf: (peerId) => digests.get(peerId) },
    admits: () => rules.admits,
    isAuthor: () => rules.isAuthor,
    keep: async (block) => rules.keep(block),
    isStreamed: () => false,
    onDifference: () => undefined,
    onKept: ({ texts }, { kind }) => void counted.push({ text: texts[0], kind }),
  });
  catchUp.joined(lunch);
  catchUp.start();
  const say = (frame: RoomFrame): void => listener?.onFrame?.(ana.peerId, frame);
  /** Ana answers a want for that block, with these bytes in its place. */
  async function bring(block: SignedBlock, bytes = block.bytes): Promise<void> {
    catchUp.want(lunch, [{ log: block.tag, from: block.first, to: block.last }], [ana.peerId]);
    await clock.advance(1_000);
    const want = sent.findLast((frame) => frame.type === 'want');
    const id = want?.type === 'want' ? want.id : 0;
    say({ type: 'blocks', room: lunch, id, blocks: [bytes] });
    say({ type: 'end', room: lunch, id, missing: [] });
    await clock.advance(1_000);
  }
  return { ...{ clock, keeper, ana, rooms, digests, sent, counted, rules, catchUp, say, bring } };
}

describe('a block by session', () => {
  test('[ROOM-103] counts once, and with a wrong signature makes the peer no holder', async () => {
    const { ana, counted, catchUp, bring } = setUp();
    const [a1, a2] = [ana.say(['one']), ana.say(['two'])];
    await bring(a1);
    await bring(a1);
    const before = catchUp.isHolder(ana.peerId);
    await bring(a2, Uint8Array.from([...a2.bytes.slice(0, -1), (a2.bytes.at(-1) ?? 0) ^ 1]));
    expect({ counted, before, after: catchUp.isHolder(ana.peerId) }).toEqual({
      counted: [{ text: 'one', kind: 'new' }],
      before: true,
      after: false,
    });
    catchUp.close();
  });

  test.each([
    ['comes from a peer that may not bring it', { admits: false }],
    ['is of an author who does not count in that room', { isAuthor: false }],
    ['has no place in its log', { keep: () => ({ kind: 'refused' }) as const }],
    ['is refused by the store', { keep: () => undefined }],
  ])('that %s is not kept, and the peer is blamed for nothing', async (_what, change) => {
    const { keeper, ana, counted, rules, catchUp, bring } = setUp();
    Object.assign(rules, change);
    await bring(ana.say(['one']));
    expect({ counted, logs: [...keeper.logs.entries()].length, isHolder: catchUp.isHolder(ana.peerId) }).toEqual({
      counted: [],
      logs: 0,
      isHolder: true,
    });
    catchUp.close();
  });
});

describe('a pull', () => {
  test('[ROOM-90] is with the member whose beacon says more, and not with one without a digest', async () => {
    const { clock, ana, digests, sent, catchUp } = setUp();
    digests.set(ana.peerId, { weight: 5, hash: 1 });
    catchUp.digestHeard('silent', lunch);
    catchUp.digestHeard(ana.peerId, lunch);
    await clock.advance(4_000);
    expect(sent).toMatchObject([{ type: 'heads', isAnswer: false, isLast: true, heads: [] }]);
    catchUp.close();
  });

  test('of a room that we leave meanwhile tells the peer of no log, and the beacons of its members count for nothing', async () => {
    const { clock, keeper, ana, rooms, digests, sent, catchUp, say } = setUp();
    keeper.keep(ana.say(['one']), false);
    const ask = async (): Promise<RoomFrame | undefined> => {
      say({ type: 'heads', room: lunch, isAnswer: false, isLast: true, digest: new Uint8Array(8), heads: [] });
      await clock.advance(1_000);
      say({ type: 'end', room: lunch, id: 0, missing: [] });
      await clock.advance(10_000);
      return sent.findLast((frame) => frame.type === 'heads');
    };
    const before = await ask();
    rooms.delete(lunch);
    const after = await ask();
    digests.set(ana.peerId, { weight: 500, hash: 1 });
    const count = sent.length;
    catchUp.digestHeard(ana.peerId, lunch);
    await clock.advance(60_000);
    expect([before, after]).toMatchObject([
      { isAnswer: true, heads: [{ top: 1 }] },
      { isAnswer: true, heads: [], digest: new Uint8Array(8) },
    ]);
    expect(sent.length - count).toBe(0);
    catchUp.close();
  });
});
