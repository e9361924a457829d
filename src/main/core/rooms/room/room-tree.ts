/**
 * Connects the tree (tree/) with the joined rooms, the members and the sessions: blocks of ours to
 * members that are deaf to the group, what we say by session only, and what others pass on to us
 * (rules ROOM-140 to ROOM-163).
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { toHex } from '../../lib/hex.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { RoomSessions } from '../../messaging/messages.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import type { Clock, Hash, InterfaceAddress, Random, Signatures } from '../../ports.ts';
import type { Presence } from '../../presence/index.ts';
import { recipientTag } from '../../presence/index.ts';
import { createWaits } from '../catch-up/waits.ts';
import type { RoomStore } from '../ports.ts';
import { isNearest } from '../live/nearest.ts';
import { createBulkStream, type BulkStream } from '../tree/bulk-stream.ts';
import { createChildren } from '../tree/children.ts';
import { createDeafMembers } from '../tree/deaf-members.ts';
import { createFeeding } from '../tree/feeding.ts';
import { createGroupCopies } from '../tree/group-copies.ts';
import { orderBy, type Spot } from '../tree/halving.ts';
import { createRelayIntake } from '../tree/relay-intake.ts';
import { isNear, subnetOf } from '../tree/subnets.ts';
import { createTree } from '../tree/tree.ts';
import { datagramBlockLimits, type LogTag, type RoomId, type SignedBlock } from '../wire/block.ts';
import type { Kept } from './room-keeper.ts';
import type { JoinedRoom } from './joined-room.ts';
import type { RoomLive } from './room-live.ts';
import type { RoomMembers } from './room-members.ts';

export interface RoomTree {
  /** A block of ours is persisted; it went to the group, or goes by session only. */
  sent(block: SignedBlock, isBySession: boolean): void;
  /** A new block of another author came by datagram. */
  heard(block: SignedBlock): void;
  /** A datagram came from the group. */
  heardBytes(bytes: Uint8Array): void;
  onWantsBeacon(peerId: PeerId): void;
  listed(peerId: PeerId): void;
  gone(peerId: PeerId): void;
  left(room: RoomId): void;
  /** A bulk transfer of that log comes, or its author says so. */
  noteStreamed(tag: LogTag): void;
  /** Whether that was noted lately. */
  isStreamed(tag: LogTag): boolean;
  /** Messages of others that we passed on. */
  relayed(room: RoomId): number;
  /** Follows the sessions from now on. */
  start(): Unsubscribe;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: Hash;
  readonly signatures: Signatures;
  readonly ownPeerId: PeerId;
  readonly presence: Pick<Presence, 'registry' | 'roomChannel' | 'isUnicastOnly' | 'addresses'>;
  readonly sessions: RoomSessions;
  readonly store: Pick<RoomStore, 'blocks'>;
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  readonly members: Pick<RoomMembers, 'of' | 'digestOf'>;
  readonly live: () => Pick<RoomLive, 'hearers' | 'isHandled' | 'loss'>;
  readonly isKnown: (peerId: PeerId) => boolean;
  readonly isHere: (peerId: PeerId) => boolean;
  readonly isBlocked: (peerId: PeerId) => boolean;
  /** Persists a block whose signature is right; undefined if the store refused. */
  readonly keep: (block: SignedBlock) => Promise<Kept | undefined>;
  /** A block was kept that came by session. */
  readonly onKept: (block: SignedBlock, kept: Kept) => void;
  /** That peer passed on a wrong block. */
  readonly onWrong: (peerId: PeerId) => void;
}

/** As long as a receiver may take nothing until its author leaves the rest to a pull. */
const streamedForMs = 30_000;
const maxStreamed = 256;

export function createRoomTree(deps: Deps): RoomTree {
  const { clock, rooms, members, sessions, presence, isBlocked } = deps;
  const { registry } = presence;
  const waits = createWaits(clock);
  const streams = new Map<RoomId, BulkStream>();
  const relayed = new Map<RoomId, number>();
  const streamedMs = createLruMap<LogTag, number>(maxStreamed);
  const noteStreamed = (tag: LogTag): void => void streamedMs.set(tag, clock.monotonicMs());
  const children = createChildren({
    ...{ clock, waits, send: sessions.send, open: sessions.open },
    onSpace: () => streams.forEach((stream) => stream.goOn()),
  });
  const tree = createTree({ children, tagOf: (peerId) => tagOf(registry.get(peerId)?.publicKey) });
  const deaf = createDeafMembers({
    ...{ clock, ownPeerId: deps.ownPeerId, hearers: () => deps.live().hearers },
    isUnicastOnly(peerId) {
      const record = registry.get(peerId);
      return record !== undefined && presence.isUnicastOnly(record);
    },
  });
  const feeding = createFeeding({
    ...{ clock, waits, random: deps.random, send: sessions.send, open: sessions.open, tree, isMember },
    lostShare: () => deps.live().loss.lostShare(),
    rooms: () => rooms.keys(),
    membersOf: (room) => membersOf(room),
    hearsWell: (peerId) => !deaf.isDeaf(peerId),
  });
  const copies = createGroupCopies({ waits, random: deps.random, sendToGroup: presence.roomChannel.blockToGroup });
  const intake = createRelayIntake({
    ...deps,
    ...{ tree, isMember, send: sessions.send, closeSession: sessions.close },
    membersByTag: (room) => new Map(membersOf(room).flatMap((peerId) => keyed(tagOf(registry.get(peerId)?.publicKey), peerId))),
    isHandled: (bytes) => deps.live().isHandled(bytes),
    async keep(block) {
      const kept = await deps.keep(block);
      if (!kept || kept.kind === 'refused') return 'refused';
      if (kept.kind === 'had') return 'had';
      deps.onKept(block, kept);
      return 'new';
    },
    onNew(from, block) {
      feeding.passed(from, block.room, block.bytes, true);
      if (isBlocked(block.authorId)) return;
      // Blocks that no datagram holds go to all by session, and in order.
      if (fitsDatagram(block)) feeding.give(block, from);
      else noteStreamed(block.tag);
      const near = groupFor(from, block);
      if (near.length > 0) copies.plan(block.bytes, isNearest(block.hash, deps.ownPeerId, near, deps.hash));
    },
    onRepeated: (from, room, bytes) => feeding.passed(from, room, bytes, false),
    onRelayed: (room, messages) => void relayed.set(room, (relayed.get(room) ?? 0) + messages),
  });

  return {
    sent(block, isBySession) {
      if (isBySession) return streamOf(block.room).said(block);
      const list = spotsOf(membersOf(block.room).filter(deaf.isDeaf));
      if (list.length > 0) tree.serve(block.room, [passedOf(block)], orderBy(block.hash, list), 1);
      feeding.give(block, deps.ownPeerId, new Set(list.map(({ peerId }) => peerId)));
    },
    heard(block) {
      if (!isBlocked(block.authorId)) feeding.give(block, block.authorId);
    },
    heardBytes(bytes) {
      feeding.heardBytes(bytes);
      copies.heard(bytes);
    },
    onWantsBeacon: deaf.noteWantsBeacon,
    listed: deaf.noteListed,
    gone: deaf.noteGone,
    left(room) {
      streams.delete(room);
      relayed.delete(room);
    },
    noteStreamed,
    isStreamed: (tag) => clock.monotonicMs() - (streamedMs.get(tag) ?? -Infinity) < streamedForMs,
    relayed: (room) => relayed.get(room) ?? 0,
    start() {
      feeding.start();
      return sessions.subscribe({
        onFrame,
        onClosed(peerId) {
          children.sessionClosed(peerId);
          feeding.sessionClosed(peerId);
        },
        onReplaced: children.sessionReplaced,
      });
    },
    close: waits.close,
  };

  function onFrame(peerId: PeerId, frame: RoomFrame): void {
    if (frame.type === 'relay') void intake.onRelay(peerId, frame);
    if (frame.type === 'taken') children.onTaken(peerId, frame.hashes);
    if (frame.type === 'feed' && !isBlocked(peerId)) feeding.onFeed(peerId, frame);
    if (frame.type === 'busy') feeding.onBusy(peerId, frame);
  }

  function membersOf(room: RoomId): readonly PeerId[] {
    const name = rooms.get(room)?.name;
    return name === undefined ? [] : members.of(name).filter((peerId) => !isBlocked(peerId));
  }

  function isMember(peerId: PeerId, room: RoomId): boolean {
    const name = rooms.get(room)?.name;
    return name !== undefined && members.digestOf(peerId, name) !== undefined && !isBlocked(peerId);
  }

  function spotsOf(peerIds: readonly PeerId[]): readonly Spot[] {
    const own = ownAddresses();
    return peerIds.map((peerId) => ({ peerId, subnet: subnetOf(addressOf(peerId) ?? '', own) }));
  }

  function streamOf(room: RoomId): BulkStream {
    const stream =
      streams.get(room) ??
      createBulkStream({
        ...{ clock, waits, room, tree, children },
        blocks: (...query) => deps.store.blocks(...query),
        members: () => spotsOf(membersOf(room)),
      });
    streams.set(room, stream);
    return stream;
  }

  /**
   * The members on our network that hear multicast, if a block needs to go to our group: it is from
   * another network, and new here. If the peer that passed it on is on our network, it did that.
   */
  function groupFor(from: PeerId, block: SignedBlock): readonly PeerId[] {
    const { room, authorId } = block;
    if (!fitsDatagram(block)) return [];
    const own = ownAddresses();
    if (isNear(addressOf(from), own) || isNear(addressOf(authorId), own)) return [];
    return membersOf(room).filter((peerId) => {
      const record = registry.get(peerId);
      return record !== undefined && !presence.isUnicastOnly(record);
    });
  }

  function ownAddresses(): readonly InterfaceAddress[] {
    return presence.addresses().map((bound) => bound.interface);
  }

  function addressOf(peerId: PeerId): string | undefined {
    return registry.get(peerId)?.lastAddress.address;
  }

  function passedOf(block: SignedBlock): { readonly bytes: Uint8Array; readonly hash8: string } {
    return { bytes: block.bytes, hash8: toHex(block.hash.subarray(0, 8)) };
  }
}

function fitsDatagram({ bytes, texts }: SignedBlock): boolean {
  const { maxBytes, maxMessages } = datagramBlockLimits;
  return bytes.length <= maxBytes && texts.length <= maxMessages;
}

function tagOf(publicKey: Uint8Array | undefined): string | undefined {
  return publicKey && toHex(recipientTag(publicKey));
}

function keyed(tag: string | undefined, peerId: PeerId): readonly (readonly [string, PeerId])[] {
  return tag === undefined ? [] : [[tag, peerId]];
}
