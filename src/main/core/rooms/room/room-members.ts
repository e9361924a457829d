/**
 * The beacons of peers, as far as they speak of rooms: who is in which, what each holds, and what their wall
 * clocks show (rules ROOM-120 to ROOM-123). A claim of a peer: it counts for that peer alone.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock } from '../../ports.ts';
import { createLruMap, type LruMap } from '../../lib/lru-map.ts';
import { maxTold } from '../../presence/index.ts';
import { decodeDigest, noRoom, type RoomDigest } from '../log/digest.ts';
import type { AnnouncedClock } from '../order/room-time.ts';
import { everyoneRoom, readRoomName } from '../../../../shared/text/room-names.ts';

/** As far as it matters here, the announcement of a peer. */
export interface ToldAnnouncement {
  /** Of its beacons. */
  readonly intervalMs: number;
  readonly roomDigest: Uint8Array;
  readonly tops: readonly { readonly tag: string; readonly number: number }[];
  readonly clockSeconds: number;
  readonly rooms: readonly { readonly name: string; readonly digest: Uint8Array }[];
}

export interface RoomMembers {
  /**
   * The latest announcement of an online peer; each counts once, however often it is given.
   * @returns the names of rooms that the peer entered or left by it; undefined if it counted before
   */
  heard(peerId: PeerId, address: string, told: ToldAnnouncement): readonly string[] | undefined;
  /** The peer is not online any more. @returns the names of its rooms */
  left(peerId: PeerId): readonly string[];
  /** The other members that are online. */
  of(name: string): readonly PeerId[];
  /** Names of the rooms that online peers are in. */
  names(): ReadonlySet<string>;
  digestOf(peerId: PeerId, name: string): RoomDigest | undefined;
  /** How far the peer says that it holds the log with that short tag; undefined if it said nothing. */
  topOf(peerId: PeerId, shortTag: string): number | undefined;
  clocks(isKnown: (peerId: PeerId) => boolean): readonly AnnouncedClock[];
}

interface Told {
  readonly digests: Map<string, { readonly digest: RoomDigest; readonly heardMs: number }>;
  readonly tops: LruMap<string, number>;
  address: string;
  /** Its latest announcement. */
  latest: ToldAnnouncement | undefined;
  /** Its wall clock less our monotonic one, which nobody sets; undefined if it does not say. */
  offsetMs: number | undefined;
}

/**
 * A room that a peer did not name for this time: it left it. Its rooms take turns in its beacons, so
 * with many rooms it is the time of several turns.
 */
const namedForMs = 180_000;
const turns = 8;
/** Rooms of one peer, and tops of one peer that are remembered: those told last. */
const maxRooms = 64;
const maxPeerTops = 256;

export function createRoomMembers(clock: Clock): RoomMembers {
  const peers = new Map<PeerId, Told>();
  const members = new Map<string, Set<PeerId>>();

  return {
    heard(peerId, address, announcement) {
      const told = peers.get(peerId) ?? newTold(address);
      peers.set(peerId, told);
      told.address = address;
      // Given again for each sign of life. Its clock and its rooms are those of its beacon.
      if (told.latest === announcement) return undefined;
      told.latest = announcement;
      const before = new Set(told.digests.keys());
      note(told, announcement);
      const changed = difference(before, told.digests);
      for (const name of changed) move(name, peerId, told.digests.has(name));
      return changed;
    },
    left(peerId) {
      const names = [...(peers.get(peerId)?.digests.keys() ?? [])];
      peers.delete(peerId);
      for (const name of names) move(name, peerId, false);
      return names;
    },
    of: (name) => [...(members.get(name) ?? [])],
    names: () => new Set(members.keys()),
    digestOf: (peerId, name) => peers.get(peerId)?.digests.get(name)?.digest,
    topOf: (peerId, shortTag) => peers.get(peerId)?.tops.get(shortTag),
    clocks: (isKnown) =>
      [...peers].flatMap(([peerId, { address, offsetMs }]) =>
        offsetMs === undefined ? [] : [{ address, wallMs: clock.monotonicMs() + offsetMs, isKnown: isKnown(peerId) }],
      ),
  };

  function newTold(address: string): Told {
    return { digests: new Map(), tops: createLruMap(maxPeerTops), address, latest: undefined, offsetMs: undefined };
  }

  function note(told: Told, { roomDigest, tops, clockSeconds, rooms, intervalMs }: ToldAnnouncement): void {
    told.offsetMs = clockSeconds === 0 ? undefined : clockSeconds * 1_000 - clock.monotonicMs();
    noteDigest(told, everyoneRoom, decodeDigest(roomDigest));
    for (const { name, digest } of rooms) {
      if (isCanonical(name) && name !== everyoneRoom) noteDigest(told, name, decodeDigest(digest));
    }
    const forMs = Math.max(namedForMs, intervalMs * turns * Math.ceil(told.digests.size / maxTold));
    for (const [name, { heardMs }] of told.digests) {
      if (name !== everyoneRoom && clock.monotonicMs() - heardMs > forMs) told.digests.delete(name);
    }
    for (const { tag, number } of tops) told.tops.set(tag, Math.max(number, told.tops.get(tag) ?? 0));
  }

  function noteDigest(told: Told, name: string, digest: RoomDigest): void {
    const isIn = digest.weight !== noRoom.weight || digest.hash !== noRoom.hash;
    if (!isIn) told.digests.delete(name);
    else if (told.digests.size < maxRooms || told.digests.has(name)) {
      told.digests.set(name, { digest, heardMs: clock.monotonicMs() });
    }
  }

  function move(name: string, peerId: PeerId, isIn: boolean): void {
    const set = members.get(name) ?? new Set();
    if (isIn) set.add(peerId);
    else set.delete(peerId);
    if (set.size > 0) members.set(name, set);
    else members.delete(name);
  }
}

function isCanonical(name: string): boolean {
  return readRoomName(name) === name;
}

function difference(before: ReadonlySet<string>, after: ReadonlyMap<string, unknown>): readonly string[] {
  return [...new Set([...before, ...after.keys()])].filter((name) => before.has(name) !== after.has(name));
}
