/**
 * Collects changes of the state that a page shows since its last delta. serve-ui.ts decides when a
 * delta leaves.
 */
import type { Health } from '../../../shared/contract/health.ts';
import type { DepartedPeer, Peer } from '../../../shared/contract/presence.ts';
import type { Room } from '../../../shared/contract/rooms.ts';
import type { Self } from '../../../shared/contract/profile.ts';
import type { SettingStates } from '../../../shared/contract/settings.ts';
import type { Delta, Snapshot } from '../../../shared/contract/snapshot.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Hallway } from '../../core/hallway.ts';
import type { HealthEvent } from '../../core/health/health-board.ts';
import type { PresenceEvent } from '../../core/presence/index.ts';
import type { ProfileEvent } from '../../core/profile/profile.ts';
import type { RoomsEvent } from '../../core/rooms/rooms.ts';
import type { SettingsEvent } from '../../core/settings/settings.ts';

/**
 * The events whose outcome every screen shows. Messages go out at once, and the page requests the
 * rest where it shows it.
 */
export type ShownEvent = PresenceEvent | ProfileEvent | HealthEvent | RoomListEvent | SettingsEvent;

type RoomListEvent = Extract<RoomsEvent, { type: 'room-changed' | 'room-gone' }>;

/** All that a user interface shows, as it is now. */
export function takeSnapshot(hallway: Hallway, revision: number): Snapshot {
  return {
    revision,
    self: hallway.profile.self(),
    peers: [...hallway.presence.peers()],
    departed: [...hallway.presence.departed()],
    health: [...hallway.health.list()],
    rooms: [...(hallway.rooms?.list() ?? [])],
    settings: hallway.settings.list(),
  };
}

export interface PendingDelta {
  add(event: ShownEvent): void;
  take(revision: number): Delta;
}

/**
 * Folds events into one delta. It keeps only the last event of each peer, so the parts of a delta
 * never contradict each other.
 */
export function createPendingDelta(hallway: Pick<Hallway, 'profile' | 'settings'>): PendingDelta {
  const peers = new Map<PeerId, Peer>();
  const departed = new Map<PeerId, DepartedPeer>();
  const forgotten = new Set<PeerId>();
  const seen = new Map<PeerId, number>();
  const rooms = new Map<string, Room>();
  const roomsGone = new Set<string>();
  let self: Self | undefined;
  let health: readonly Health[] | undefined;
  let settings: SettingStates | undefined;

  function clear(peerId: PeerId): void {
    peers.delete(peerId);
    departed.delete(peerId);
    forgotten.delete(peerId);
    seen.delete(peerId);
  }

  return {
    add(event) {
      switch (event.type) {
        case 'ready':
          self = hallway.profile.self();
          return;
        case 'peer-joined':
        case 'peer-updated':
          clear(event.peer.peerId);
          peers.set(event.peer.peerId, event.peer);
          return;
        case 'peer-seen': {
          const changed = peers.get(event.peerId);
          if (changed === undefined) seen.set(event.peerId, event.lastSeenMs);
          else peers.set(event.peerId, { ...changed, lastSeenMs: event.lastSeenMs });
          return;
        }
        case 'peer-left':
          clear(event.departed.peerId);
          departed.set(event.departed.peerId, event.departed);
          return;
        case 'peer-forgotten':
          clear(event.peerId);
          forgotten.add(event.peerId);
          return;
        case 'self-changed':
          self = event.self;
          return;
        case 'health-changed':
          health = event.health;
          return;
        case 'room-changed':
          roomsGone.delete(event.room.name);
          rooms.set(event.room.name, event.room);
          return;
        case 'room-gone':
          rooms.delete(event.name);
          roomsGone.add(event.name);
          return;
        case 'settings-changed':
          settings = hallway.settings.list();
          return;
      }
    },
    take(revision) {
      return {
        revision,
        ...(self !== undefined && { self }),
        ...(peers.size > 0 && { peers: [...peers.values()] }),
        ...(departed.size > 0 && { departed: [...departed.values()] }),
        ...(forgotten.size > 0 && { forgotten: [...forgotten] }),
        ...(seen.size > 0 && { seen: [...seen] }),
        ...(health !== undefined && { health: [...health] }),
        ...(rooms.size > 0 && { rooms: [...rooms.values()] }),
        ...(roomsGone.size > 0 && { roomsGone: [...roomsGone] }),
        ...(settings !== undefined && { settings }),
      };
    },
  };
}
