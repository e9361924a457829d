/**
 * Catching up with the other members of a room by session (rules ROOM-90 to ROOM-113). Digests in
 * beacons say who may have more; an exchange of heads says what; wants bring it. Nobody's word makes
 * us count as had what we do not hold: only blocks that `keep` kept do. `rooms` verifies, judges and
 * stores blocks, and wires this to sessions.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import { maxHoldersPerBusy } from '../../messaging/wire/room-frames.ts';
import type { Clock, Hash, Random } from '../../ports.ts';
import type { LogRange } from '../live/ranges.ts';
import { compareWeights, type RoomDigest } from '../log/digest.ts';
import type { RoomStore } from '../ports.ts';
import type { LogTag, RoomId, SignedBlock } from '../wire/block.ts';
import { createAsks, type KeepResult } from './asks.ts';
import { createFetch } from './fetch.ts';
import type { OwnHead } from './needs.ts';
import { createPullChoice, type MemberDigest } from './pull-choice.ts';
import { createPullMemory } from './pull-memory.ts';
import { createPulls, type PullResult } from './pulls.ts';
import { createBehindWatch } from './behind-watch.ts';
import { createRepair } from './repair.ts';
import { createSample } from './sample.ts';
import { createServe } from './serve.ts';
import { createWaits } from './waits.ts';

export type { KeepResult } from './asks.ts';
export type { OwnHead } from './needs.ts';
export type { MemberDigest } from './pull-choice.ts';

export interface CatchUpDeps extends Pick<RoomStore, 'blocks' | 'newestBlocks'> {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly hash: Hash;
  /** Whether blocks of that room may go to that peer and come from it: true for any public room. */
  readonly admits: (peerId: PeerId, room: RoomId) => boolean;
  /** The members of a room who are online, without us, and the digests of their newest beacons. */
  readonly membersWithDigest: (room: RoomId) => Iterable<MemberDigest>;
  /** That of one of them; undefined for any other peer. */
  readonly digestOf: (peerId: PeerId, room: RoomId) => RoomDigest | undefined;
  /** Ours. */
  readonly digest: (room: RoomId) => RoomDigest;
  /** Of all logs of the room that we ever held something of. */
  readonly heads: (room: RoomId) => readonly OwnHead[];
  /** Verifies, judges and stores a block. Never rejects. */
  readonly keep: (room: RoomId, bytes: Uint8Array, from: PeerId) => Promise<KeepResult>;
  /**
   * Sends a frame in the session with that peer.
   *
   * @returns false if there is none that takes frames of rooms, so nothing was sent
   */
  readonly send: (peerId: PeerId, frame: RoomFrame) => boolean;
  /** Opens a session, unless one is open. @returns whether it takes frames of rooms. Never rejects */
  readonly open: (peerId: PeerId) => Promise<boolean>;
  readonly closeSession: (peerId: PeerId, reason: 'unexpected') => void;
  readonly ownPeerId: PeerId;
  /** Whether a bulk transfer of that log comes just now. */
  readonly isStreamed: (tag: LogTag) => boolean;
  /** That member has other bytes in place of a block that came from the group. */
  readonly onDifference: (room: RoomId, peerId: PeerId) => void;
}

export interface CatchUpCounters {
  /** Exchanges of heads that we began and that were answered. */
  readonly pulls: number;
  /** Of them, those that brought nothing. */
  readonly futile: number;
  /** Pulls that a peer refused for then. */
  readonly busy: number;
  /** New messages that came by session, and the bytes of their blocks. */
  readonly pulled: number;
  readonly pulledBytes: number;
}

export interface CatchUp {
  /** A beacon of a member came. `digestOf` has its digest already. */
  digestHeard(peerId: PeerId, room: RoomId): void;
  /** Live repair: see `wantBySession` of `live/rounds.ts`. */
  want(room: RoomId, ranges: readonly LogRange[], holders: readonly PeerId[]): void;
  /** A block came from the group, and is kept: one in 64 is compared with the one of a member. */
  sample(block: SignedBlock): void;
  /** Something is missing that live repair leaves to a pull. */
  pullSoon(room: RoomId): void;
  onFrame(peerId: PeerId, frame: RoomFrame): void;
  sessionClosed(peerId: PeerId): void;
  joined(room: RoomId): void;
  left(room: RoomId): void;
  /** False for a while after a peer sent a wrong block. */
  isHolder(peerId: PeerId): boolean;
  /** That peer passed on a wrong block. */
  noteWrong(peerId: PeerId): void;
  counters(room: RoomId): CatchUpCounters;
  /** A member that holds more for so long, while no session with it opens. */
  failing(room: RoomId, forMs: number): PeerId | undefined;
  /** No timer and no promise is left. */
  close(): void;
}

type Counts = { -readonly [Name in keyof CatchUpCounters]: number };

export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { clock } = deps;
  const waits = createWaits(clock);
  const memory = createPullMemory(clock);
  const rooms = new Map<RoomId, Counts>();
  /** Rooms of ours of which a peer sent heads in this session. */
  const saidRooms = new Map<PeerId, Set<RoomId>>();
  const shares = (peerId: PeerId, room: RoomId): boolean =>
    rooms.has(room) &&
    deps.admits(peerId, room) &&
    (deps.digestOf(peerId, room) !== undefined || saidRooms.get(peerId)?.has(room) === true);
  const asks = createAsks({ ...deps, waits, onWrong: memory.noteWrong });
  const serve = createServe({ ...deps, waits, shares, otherHolders });
  const fetch = createFetch({ ...deps, waits, asks, memory, onGain });
  const pulls = createPulls({
    ...{ ...deps, waits, memory, fetch, serve, shares },
    onHeadsOf(peerId, room) {
      if (rooms.has(room)) saidRooms.set(peerId, (saidRooms.get(peerId) ?? new Set()).add(room));
    },
    onExchanged: (room) => add(room, 'pulls', 1),
    onServed: (room) => choice.check(room),
  });
  const choice = createPullChoice({ ...deps, waits, memory, pulls, onResult });
  const repair = createRepair({ ...deps, waits, asks, memory, onGain });
  const behind = createBehindWatch(deps);
  const membersOf = (room: RoomId): readonly PeerId[] => [...deps.membersWithDigest(room)].map(({ peerId }) => peerId);
  const sample = createSample({ ...deps, waits, asks, memory, membersOf });

  return {
    digestHeard(peerId, room) {
      if (!rooms.has(room)) return;
      behind.heard(peerId, room);
      choice.heard(peerId, room);
    },
    want(room, ranges, holders) {
      if (rooms.has(room)) repair(room, ranges, holders);
    },
    sample(block) {
      if (rooms.has(block.room)) sample(block);
    },
    pullSoon(room) {
      if (rooms.has(room)) choice.pullSoon(room);
    },
    onFrame,
    sessionClosed(peerId) {
      saidRooms.delete(peerId);
      asks.sessionClosed(peerId);
      serve.sessionClosed(peerId);
      pulls.sessionClosed(peerId);
    },
    joined(room) {
      if (rooms.has(room)) return;
      rooms.set(room, newCounts());
      choice.joined(room);
    },
    left(room) {
      rooms.delete(room);
      choice.left(room);
      behind.left(room);
    },
    isHolder: memory.isHolder,
    noteWrong: memory.noteWrong,
    failing: behind.failing,
    counters: (room) => ({ ...(rooms.get(room) ?? newCounts()) }),
    close() {
      waits.close();
      asks.close();
      pulls.close();
    },
  };

  function onFrame(peerId: PeerId, frame: RoomFrame): void {
    switch (frame.type) {
      case 'heads':
        return pulls.onHeads(peerId, frame);
      case 'want':
        return serve.onWant(peerId, frame);
      case 'blocks':
        return asks.onBlocks(peerId, frame);
      case 'end':
        return frame.id === 0 ? pulls.onEnd(peerId, frame.room) : asks.onEnd(peerId, frame);
      case 'taken':
        return serve.onTaken(peerId, frame.hashes);
      case 'busy':
        return frame.id === 0 ? pulls.onBusy(peerId, frame) : asks.onBusy(peerId, frame);
      case 'relay':
      case 'feed':
        return; // tree/ handles them
    }
  }

  /** Random members that hold as much as we do, as far as their digests say. */
  function otherHolders(room: RoomId, except: PeerId): readonly PeerId[] {
    const ours = deps.digest(room);
    const holders = [...deps.membersWithDigest(room)].filter(
      ({ peerId, digest }) => peerId !== except && memory.isHolder(peerId) && compareWeights(digest, ours) >= 0,
    );
    const start = Math.floor(deps.random.fraction() * holders.length);
    return [...holders.slice(start), ...holders.slice(0, start)].slice(0, maxHoldersPerBusy).map(({ peerId }) => peerId);
  }

  function onResult(room: RoomId, kind: PullResult['kind'], peerId: PeerId): void {
    behind.pulled(room, kind, peerId);
    if (kind === 'busy') add(room, 'busy', 1);
    if (kind === 'nothing') add(room, 'futile', 1);
  }

  function onGain(room: RoomId, messages: number, bytes: number): void {
    add(room, 'pulled', messages);
    add(room, 'pulledBytes', bytes);
  }

  function add(room: RoomId, name: keyof Counts, count: number): void {
    const counts = rooms.get(room);
    if (counts) counts[name] += count;
  }
}

function newCounts(): Counts {
  return { pulls: 0, futile: 0, busy: 0, pulled: 0, pulledBytes: 0 };
}
