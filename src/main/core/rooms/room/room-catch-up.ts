/**
 * Connects catching up (catch-up/) with the joined rooms, the members and the sessions. It verifies
 * the blocks that a session brings; `room-keeper.ts` judges and persists them.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { RoomSessions } from '../../messaging/messages.ts';
import type { Clock, Hash, Random, Signatures } from '../../ports.ts';
import { createCatchUp, type CatchUp, type CatchUpDeps, type KeepResult, type OwnHead } from '../catch-up/catch-up.ts';
import { noRoom } from '../log/digest.ts';
import type { RoomStore } from '../ports.ts';
import { decodeBlock, verifyBlock, type RoomId, type SignedBlock } from '../wire/block.ts';
import type { JoinedRoom } from './joined-room.ts';
import type { Kept, RoomKeeper } from './room-keeper.ts';
import type { RoomMembers } from './room-members.ts';

export interface RoomCatchUp extends CatchUp {
  /** Follows the sessions from now on. */
  start(): Unsubscribe;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: Hash;
  readonly signatures: Signatures;
  readonly store: Pick<RoomStore, 'blocks' | 'newestBlocks'>;
  readonly sessions: RoomSessions;
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  readonly members: Pick<RoomMembers, 'of' | 'digestOf'>;
  readonly admits: CatchUpDeps['admits'];
  /** Whether messages of that author count in that room: true for any public room. */
  readonly isAuthor: (authorId: PeerId, room: RoomId) => boolean;
  /** Persists a block whose signature is right; undefined if the store refused. */
  readonly keep: (block: SignedBlock) => Promise<Kept | undefined>;
  readonly ownPeerId: PeerId;
  readonly isStreamed: CatchUpDeps['isStreamed'];
  readonly onDifference: (room: RoomId, peerId: PeerId) => void;
  /** A block was kept that came by session. */
  readonly onKept: (block: SignedBlock, kept: Kept) => void;
}

/** The first bytes of the hash of a top, which show a fork. */
const hashBytes = 8;

export function createRoomCatchUp(deps: Deps): RoomCatchUp {
  const { rooms, members, sessions } = deps;
  const catchUp = createCatchUp({
    ...deps,
    blocks: deps.store.blocks,
    newestBlocks: deps.store.newestBlocks,
    digestOf(peerId, room) {
      const name = rooms.get(room)?.name;
      return name === undefined ? undefined : members.digestOf(peerId, name);
    },
    *membersWithDigest(room) {
      const name = rooms.get(room)?.name;
      if (name === undefined) return;
      for (const peerId of members.of(name)) {
        const digest = members.digestOf(peerId, name);
        if (digest) yield { peerId, digest };
      }
    },
    digest: (room) => rooms.get(room)?.keeper.digest() ?? noRoom,
    heads: (room) => headsOf(rooms.get(room)?.keeper),
    keep,
    send: sessions.send,
    open: sessions.open,
    closeSession: sessions.close,
  });
  return { ...catchUp, start: () => sessions.subscribe({ onFrame: catchUp.onFrame, onClosed: catchUp.sessionClosed }) };

  async function keep(room: RoomId, bytes: Uint8Array, from: PeerId): Promise<KeepResult> {
    const decoded = decodeBlock(bytes);
    if (!decoded.ok || decoded.block.room !== room) return 'wrong';
    const block = verifyBlock(decoded, deps);
    if (!block) return 'wrong';
    // The list may have changed since it was asked for, or ours is behind.
    if (!deps.admits(from, room) || !deps.isAuthor(block.authorId, room)) return 'refused';
    const kept = await deps.keep(block);
    if (!kept) return 'unkept';
    if (kept.kind === 'refused') return 'refused';
    if (kept.kind === 'had') return 'had';
    deps.onKept(block, kept);
    return 'new';
  }
}

function headsOf(keeper: RoomKeeper | undefined): readonly OwnHead[] {
  if (!keeper) return [];
  return [...keeper.logs.entries()].flatMap(({ tag, publicKey, epoch, state }) => {
    const { floor, firmFloor, top, topHash, holes } = state;
    if (!topHash) return [];
    return [{ tag, publicKey, epoch, floor, top, hash8: topHash.slice(0, hashBytes), holes, removed: firmFloor }];
  });
}
