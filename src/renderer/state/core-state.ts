/**
 * CoreState: the page's copy of the core's state. Only `applyToCoreState` changes it, and is pure.
 * It keeps both lists sorted, so that an update that moves no peer sorts nothing and changes no
 * list.
 */
import type { Health } from '../../shared/contract/health.ts';
import type { DepartedPeer, Peer } from '../../shared/contract/presence.ts';
import type { Room } from '../../shared/contract/rooms.ts';
import { defaultSettingStates, type SettingStates } from '../../shared/contract/settings.ts';
import type { Self } from '../../shared/contract/profile.ts';
import type { Delta, Snapshot } from '../../shared/contract/snapshot.ts';
import type { PeerId } from '../../shared/lib/ids.ts';
import { everyoneRoom } from '../../shared/text/room-names.ts';

/**
 * `no-key`: the page has no key that the host takes · `wrong-host`: another program answers at the
 * host's address.
 */
export type LinkTrouble = 'no-key' | 'wrong-host';

export interface CoreState {
  /** `connecting`: nothing received yet · `open`: up to date · `lost`: the state is old. */
  readonly connection: 'connecting' | 'open' | 'lost';
  /** Why the last opening of the link failed; undefined if nothing answered, or all is well. */
  readonly trouble: LinkTrouble | undefined;
  readonly revision: number;
  readonly self: Self | undefined;
  readonly peers: ReadonlyMap<PeerId, Peer>;
  readonly departed: ReadonlyMap<PeerId, DepartedPeer>;
  /** The keys of `peers`, by name, then host, then peerId. */
  readonly hereIds: readonly PeerId[];
  /** The keys of `departed`, last seen first. */
  readonly departedIds: readonly PeerId[];
  readonly health: readonly Health[];
  readonly rooms: ReadonlyMap<string, Room>;
  /** The keys of `rooms`: joined ones first, `everyone` before the others, then by name. */
  readonly roomNames: readonly string[];
  readonly settings: SettingStates;
}

export type CoreStateEvent =
  | { readonly type: 'snapshot-received'; readonly snapshot: Snapshot }
  /**
   * In order. Known ones are skipped. At a gap the rest is not applied, and `revision` stays
   * behind.
   */
  | { readonly type: 'deltas-received'; readonly deltas: readonly Delta[] }
  /** The core's answer to a change of our profile, ahead of the delta with the same change. */
  | { readonly type: 'self-answered'; readonly self: Self }
  /** The same for a setting. */
  | { readonly type: 'settings-answered'; readonly settings: SettingStates }
  | { readonly type: 'link-lost' }
  | { readonly type: 'link-troubled'; readonly trouble: LinkTrouble };

export const emptyCoreState: CoreState = {
  connection: 'connecting',
  trouble: undefined,
  revision: -1,
  self: undefined,
  peers: new Map(),
  departed: new Map(),
  hereIds: [],
  departedIds: [],
  health: [],
  rooms: new Map(),
  roomNames: [],
  settings: defaultSettingStates,
};

export function applyToCoreState(core: CoreState, event: CoreStateEvent): CoreState {
  switch (event.type) {
    case 'snapshot-received':
      return coreStateOf(event.snapshot);
    case 'deltas-received':
      return applyDeltas(core, event.deltas);
    case 'self-answered':
      return { ...core, self: event.self };
    case 'settings-answered':
      return { ...core, settings: event.settings };
    case 'link-lost':
      return core.connection === 'open' ? { ...core, connection: 'lost' } : core;
    case 'link-troubled':
      return { ...core, trouble: event.trouble };
  }
}

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

/** Sorts peers in a reader's order. Total: no two peers compare equal. */
export function comparePeers(a: Peer, b: Peer): number {
  return collator.compare(a.name, b.name) || collator.compare(a.host, b.host) || (a.peerId < b.peerId ? -1 : 1);
}

function compareDeparted(a: DepartedPeer, b: DepartedPeer): number {
  return b.lastSeenMs - a.lastSeenMs || (a.peerId < b.peerId ? -1 : 1);
}

function coreStateOf({ revision, self, peers, departed, health, rooms, settings }: Snapshot): CoreState {
  return {
    connection: 'open',
    trouble: undefined,
    revision,
    self,
    peers: byId(peers),
    departed: byId(departed),
    hereIds: [...peers].sort(comparePeers).map(idOf),
    departedIds: [...departed].sort(compareDeparted).map(idOf),
    health,
    settings,
    ...sortRooms(new Map(rooms.map((room) => [room.name, room]))),
  };
}

function sortRooms(rooms: ReadonlyMap<string, Room>): Pick<CoreState, 'rooms' | 'roomNames'> {
  const sorted = [...rooms.values()].sort(compareRooms);
  return { rooms, roomNames: sorted.map(({ name }) => name) };
}

function compareRooms(a: Room, b: Room): number {
  const rankOf = ({ isJoined, name }: Room): number => (isJoined ? (name === everyoneRoom ? 0 : 1) : 2);
  return rankOf(a) - rankOf(b) || collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
}

function byId<Entry extends { readonly peerId: PeerId }>(entries: readonly Entry[]): Map<PeerId, Entry> {
  return new Map(entries.map((entry) => [entry.peerId, entry]));
}

function idOf({ peerId }: { readonly peerId: PeerId }): PeerId {
  return peerId;
}

function applyDeltas(core: CoreState, deltas: readonly Delta[]): CoreState {
  const next = { ...core, peers: new Map(core.peers), departed: new Map(core.departed) };
  const moved = new Set<PeerId>();
  const rooms = new Map(core.rooms);
  let isOfRooms = false;
  for (const delta of deltas) {
    if (delta.revision <= next.revision) continue;
    if (delta.revision > next.revision + 1) break;
    next.revision = delta.revision;
    next.self = delta.self ?? next.self;
    next.health = delta.health ?? next.health;
    next.settings = delta.settings ?? next.settings;
    for (const peer of delta.peers ?? []) {
      const before = next.peers.get(peer.peerId);
      if (before === undefined || before.name !== peer.name || before.host !== peer.host) moved.add(peer.peerId);
      next.peers.set(peer.peerId, peer);
      next.departed.delete(peer.peerId);
    }
    for (const departed of delta.departed ?? []) {
      if (next.peers.delete(departed.peerId)) moved.add(departed.peerId);
      next.departed.set(departed.peerId, departed);
    }
    for (const peerId of delta.forgotten ?? []) {
      if (next.peers.delete(peerId)) moved.add(peerId);
      next.departed.delete(peerId);
    }
    for (const room of delta.rooms ?? []) rooms.set(room.name, room);
    for (const name of delta.roomsGone ?? []) rooms.delete(name);
    isOfRooms ||= delta.rooms !== undefined || delta.roomsGone !== undefined;
    for (const [peerId, lastSeenMs] of delta.seen ?? []) {
      const peer = next.peers.get(peerId);
      if (peer !== undefined) next.peers.set(peerId, { ...peer, lastSeenMs });
    }
  }
  if (next.revision === core.revision) return core;
  if (isOfRooms) Object.assign(next, sortRooms(rooms));
  if (moved.size > 0) next.hereIds = replaceMoved(core.hereIds, next.peers, moved);
  if (!sameEntries(core.departed, next.departed)) next.departedIds = [...next.departed.values()].sort(compareDeparted).map(idOf);
  return next;
}

/** The other peers keep their order, so each moved peer costs one binary search. */
function replaceMoved(ids: readonly PeerId[], peers: ReadonlyMap<PeerId, Peer>, moved: ReadonlySet<PeerId>): readonly PeerId[] {
  const next = ids.filter((peerId) => !moved.has(peerId));
  for (const peerId of moved) {
    const peer = peers.get(peerId);
    if (peer === undefined) continue;
    let low = 0;
    let high = next.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = peers.get(next[middle] ?? '');
      if (other !== undefined && comparePeers(other, peer) < 0) low = middle + 1;
      else high = middle;
    }
    next.splice(low, 0, peerId);
  }
  return next;
}

function sameEntries<Value>(a: ReadonlyMap<PeerId, Value>, b: ReadonlyMap<PeerId, Value>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (b.get(key) !== value) return false;
  return true;
}
