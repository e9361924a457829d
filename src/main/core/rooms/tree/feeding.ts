/**
 * Feeding (rules ROOM-160 to ROOM-163): a node that loses much of the group asks one member that
 * hears well to pass on every new block by session. The deaf must not use it, since nobody feeds
 * from all authors; they are in the tree of each author.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import { toHex } from '../../lib/hex.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import type { FeedContent } from '../../messaging/wire/relay-frames.ts';
import { maxHoldersPerBusy, type BusyContent } from '../../messaging/wire/room-frames.ts';
import type { Clock, Random } from '../../ports.ts';
import type { Waits } from '../catch-up/waits.ts';
import type { RoomId, SignedBlock } from '../wire/block.ts';
import type { Tree } from './tree.ts';

const minLostShare = 0.15;
const enoughShare = 0.05;
/** Fewer blocks say nothing about a share. */
const minExpected = 64;
/** Hearing well again counts after this time. */
const withdrawAfterMs = 600_000;
const slotMs = 60_000;
const checkEveryMs = 5_000;
/** A block that the feeder brought and that the group did not bring by then was lost. */
const groupLateMs = 1_000;
const maxPending = 4_096;
const maxFedPeers = 32;
const maxRefusals = 512;
const busyWaitMs = 60_000;
/** Of the `busy` that answers `feed`. Wants have lower ones. */
const feedId = Number.MAX_SAFE_INTEGER;
/** Of a signature, as the key of a block. */
const keyBytes = 16;

export interface Feeding {
  /** Looks from now on whether we lose much. */
  start(): void;
  onFeed(peerId: PeerId, feed: FeedContent): void;
  onBusy(peerId: PeerId, busy: BusyContent): void;
  /** A new block came, ours included: those whom we feed get it. */
  give(block: SignedBlock, from: PeerId, except?: ReadonlySet<PeerId>): void;
  /** A peer passed on a block. */
  passed(from: PeerId, room: RoomId, bytes: Uint8Array, isNew: boolean): void;
  /** A datagram came from the group. */
  heardBytes(bytes: Uint8Array): void;
  sessionClosed(peerId: PeerId): void;
  /** The members that we asked to feed us. */
  feederOf(room: RoomId): PeerId | undefined;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly waits: Waits;
  readonly random: Pick<Random, 'fraction'>;
  readonly tree: Tree;
  readonly send: (peerId: PeerId, frame: RoomFrame) => boolean;
  readonly open: (peerId: PeerId) => Promise<boolean>;
  readonly isMember: (peerId: PeerId, room: RoomId) => boolean;
  readonly membersOf: (room: RoomId) => readonly PeerId[];
  readonly hearsWell: (peerId: PeerId) => boolean;
  readonly rooms: () => Iterable<RoomId>;
  /** Of what others sent to the group; undefined below 64 messages. */
  readonly lostShare: () => number | undefined;
}

interface Fed {
  readonly feeder: PeerId;
  readonly sinceMs: number;
  /** By minute. */
  readonly slots: Map<number, { heard: number; missed: number }>;
}

export function createFeeding(deps: Deps): Feeding {
  const { clock, waits, random } = deps;
  const feeders = new Map<RoomId, Fed>();
  const fed = new Map<RoomId, Set<PeerId>>();
  const refusedUntilMs = createLruMap<PeerId, number>(maxRefusals);
  /** Blocks that the feeder brought first. */
  const pending = new Map<string, { readonly room: RoomId; readonly atMs: number }>();

  return {
    start: () => void waits.timer(check, checkEveryMs),
    onFeed(peerId, { room, isOn }) {
      fed.get(room)?.delete(peerId);
      if (!isOn || !deps.isMember(peerId, room)) return;
      const isFull = new Set([...fed.values()].flatMap((peers) => [...peers])).size >= maxFedPeers;
      if (isFull || feeders.has(room)) {
        const holders = shuffled(candidates(room).filter((other) => other !== peerId)).slice(0, maxHoldersPerBusy);
        deps.send(peerId, { type: 'busy', room, id: feedId, waitMs: busyWaitMs, holders });
      } else fed.set(room, (fed.get(room) ?? new Set()).add(peerId));
    },
    onBusy(peerId, { room, id, waitMs, holders }) {
      if (id !== feedId || feeders.get(room)?.feeder !== peerId) return;
      feeders.delete(room);
      refusedUntilMs.set(peerId, clock.monotonicMs() + waitMs);
      const next = holders.find((holder) => candidates(room).includes(holder));
      if (next !== undefined) void ask(room, next);
    },
    give(block, from, except) {
      const peers = fed.get(block.room);
      if (!peers || peers.size === 0) return;
      const passed = { bytes: block.bytes, hash8: toHex(block.hash.subarray(0, 8)) };
      for (const peerId of peers) {
        if (peerId === from || peerId === block.authorId || except?.has(peerId)) continue;
        if (deps.isMember(peerId, block.room)) deps.tree.serve(block.room, [passed], [peerId], 1);
      }
    },
    passed(from, room, bytes, isNew) {
      if (feeders.get(room)?.feeder !== from) return;
      if (!isNew) count(room, 'heard');
      else if (pending.size < maxPending) pending.set(keyOf(bytes), { room, atMs: clock.monotonicMs() });
    },
    heardBytes(bytes) {
      const found = pending.size > 0 ? pending.get(keyOf(bytes)) : undefined;
      if (!found) return;
      pending.delete(keyOf(bytes));
      count(found.room, 'heard');
    },
    sessionClosed(peerId) {
      for (const peers of fed.values()) peers.delete(peerId);
      for (const [room, { feeder }] of feeders) if (feeder === peerId) feeders.delete(room);
    },
    feederOf: (room) => feeders.get(room)?.feeder,
  };

  function check(): void {
    waits.timer(check, checkEveryMs);
    for (const [key, { room, atMs }] of pending) {
      if (clock.monotonicMs() - atMs < groupLateMs) continue;
      pending.delete(key);
      count(room, 'missed');
    }
    const isLossy = (deps.lostShare() ?? 0) >= minLostShare;
    for (const room of deps.rooms()) {
      const one = feeders.get(room);
      if (one) withdrawIfEnough(room, one);
      else if (isLossy) {
        const [holder] = shuffled(candidates(room));
        if (holder !== undefined) void ask(room, holder);
      }
    }
    for (const room of feeders.keys()) if (![...deps.rooms()].includes(room)) feeders.delete(room);
  }

  async function ask(room: RoomId, holder: PeerId): Promise<void> {
    feeders.set(room, { feeder: holder, sinceMs: clock.monotonicMs(), slots: new Map() });
    const isOpen = await deps.open(holder);
    if (waits.isClosed || feeders.get(room)?.feeder !== holder) return;
    if (isOpen && deps.send(holder, { type: 'feed', room, isOn: true })) return;
    feeders.delete(room);
    refusedUntilMs.set(holder, clock.monotonicMs() + busyWaitMs);
  }

  function withdrawIfEnough(room: RoomId, { feeder, sinceMs, slots }: Fed): void {
    const nowMs = clock.monotonicMs();
    if (nowMs - sinceMs < withdrawAfterMs) return;
    let [heard, missed] = [0, 0];
    for (const [slot, counts] of slots) {
      if ((slot + 1) * slotMs < nowMs - withdrawAfterMs) slots.delete(slot);
      heard += counts.heard;
      missed += counts.missed;
    }
    if (heard + missed < minExpected || missed / (heard + missed) >= enoughShare) return;
    feeders.delete(room);
    deps.send(feeder, { type: 'feed', room, isOn: false });
  }

  function count(room: RoomId, how: 'heard' | 'missed'): void {
    const slots = feeders.get(room)?.slots;
    if (!slots) return;
    const slot = Math.floor(clock.monotonicMs() / slotMs);
    const counts = slots.get(slot) ?? { heard: 0, missed: 0 };
    counts[how] += 1;
    slots.set(slot, counts);
  }

  function candidates(room: RoomId): readonly PeerId[] {
    const nowMs = clock.monotonicMs();
    return deps.membersOf(room).filter((peerId) => deps.hearsWell(peerId) && (refusedUntilMs.get(peerId) ?? 0) <= nowMs);
  }

  function shuffled(peerIds: readonly PeerId[]): readonly PeerId[] {
    const start = Math.floor(random.fraction() * peerIds.length);
    return [...peerIds.slice(start), ...peerIds.slice(0, start)];
  }
}

function keyOf(bytes: Uint8Array): string {
  return toHex(bytes.subarray(-keyBytes));
}
