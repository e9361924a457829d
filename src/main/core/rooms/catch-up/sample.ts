/**
 * Compares one of 64 blocks that the group brought with the one that another member holds (rule
 * ROOM-200). So sessions carry blocks also where multicast never fails, and a fault of either way is
 * noticed. Of all members only the one whose tag is nearest to the hash of the block compares it,
 * so it costs a 64th of a copy, however many are here.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Hash, Random } from '../../ports.ts';
import type { RoomId, SignedBlock } from '../wire/block.ts';
import { toHex } from '../../lib/hex.ts';
import { isNearest } from '../live/nearest.ts';
import type { Asks } from './asks.ts';
import type { PullMemory } from './pull-memory.ts';
import type { Waits } from './waits.ts';

/** One of so many blocks, by the last byte of their hashes. */
const oneOf = 64;
/** By then repairs are over, and the other member has the block. */
const settleMs = 5_000;
const answerTimeoutMs = 10_000;
/** At a time. An author can choose the hashes of its blocks. */
const maxSamples = 4;

export interface SampleDeps {
  readonly random: Pick<Random, 'fraction'>;
  readonly hash: Hash;
  readonly ownPeerId: PeerId;
  readonly waits: Waits;
  readonly asks: Pick<Asks, 'ask'>;
  readonly memory: Pick<PullMemory, 'isHolder'>;
  readonly open: (peerId: PeerId) => Promise<boolean>;
  /** The members who are online, without us. */
  readonly membersOf: (room: RoomId) => readonly PeerId[];
  readonly onDifference: (room: RoomId, peerId: PeerId) => void;
}

/** @returns a function to call with each block that the group brought */
export function createSample(deps: SampleDeps): (block: SignedBlock) => void {
  const { hash, waits } = deps;
  let running = 0;

  return (block) => {
    if ((block.hash.at(-1) ?? 0) % oneOf !== 0 || running >= maxSamples) return;
    const members = deps.membersOf(block.room).filter((peerId) => peerId !== block.authorId);
    if (members.length === 0 || !isNearest(block.hash, deps.ownPeerId, members, hash)) return;
    running += 1;
    void compare(block).finally(() => (running -= 1));
  };

  async function compare(block: SignedBlock): Promise<void> {
    await waits.sleep(settleMs);
    const { room, tag, first, last } = block;
    const holders = deps.membersOf(room).filter(deps.memory.isHolder);
    const holder = holders[Math.floor(deps.random.fraction() * holders.length)];
    if (holder === undefined || waits.isClosed || !(await deps.open(holder))) return;
    const wanted = { kind: 'ranges', ranges: [{ tag, from: first, to: last }] } as const;
    const answer = await deps.asks.ask(holder, room, wanted, answerTimeoutMs);
    // A member that does not hold the block says so; that is no difference.
    const isOther = answer.blocks.length > 0 && !answer.blocks.some(({ hash8 }) => hash8 === toHex(block.hash.subarray(0, 8)));
    if (answer.kind === 'wrong' || isOther) deps.onDifference(room, holder);
  }
}
