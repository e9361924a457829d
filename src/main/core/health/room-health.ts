/**
 * Turns troubles of rooms into health entries by name (rules ROOM-200, ROOM-201, ROOM-204 and
 * ROOM-205). core/rooms notices them; here is decided when they are said, and for how long.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { pause } from '../lib/delay.ts';
import { createLruMap } from '../lib/lru-map.ts';
import type { Clock } from '../ports.ts';
import type { Presence } from '../presence/presence.ts';
import type { RoomTroubles } from '../rooms/duties/room-troubles.ts';
import type { HealthBoard } from './health-board.ts';

const reviewEveryMs = 1_000;
/** An event that was seen once, and that nothing ends. */
const shownForMs = 3_600_000;
/** Authors whose key was seen to sign twice: each is said once in a run. */
const maxAuthors = 256;

export interface RoomHealth {
  keyUsedTwice(authorId: PeerId, name: string): void;
  copiesDiffer(room: string, peerId: PeerId): void;
  /** Looks again and again until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Deps {
  readonly clock: Clock;
  readonly health: Pick<HealthBoard, 'raise' | 'clear'>;
  readonly registry: Pick<Presence['registry'], 'get'>;
  readonly troubles: () => Pick<RoomTroubles, 'unheard' | 'behind'> | undefined;
  /** The UDP port of the group, and our own port for sessions. */
  readonly port: number;
  readonly tcpPort: () => number;
}

export function createRoomHealth({ clock, health, registry, troubles, port, tcpPort }: Deps): RoomHealth {
  const forked = createLruMap<PeerId, true>(maxAuthors);
  const clearing = new Map<'room-key-used-twice' | 'room-copies-differ', Unsubscribe>();

  return {
    keyUsedTwice(authorId, name) {
      if (forked.has(authorId)) return;
      forked.set(authorId, true);
      health.raise('room-key-used-twice', { name });
      clearLater('room-key-used-twice');
    },
    copiesDiffer(room, peerId) {
      health.raise('room-copies-differ', { room: `#${room}`, name: nameOf(peerId) });
      clearLater('room-copies-differ');
    },
    async run(signal) {
      while (!signal.aborted) {
        review();
        await pause(clock, reviewEveryMs, signal);
      }
      for (const cancel of clearing.values()) cancel();
    },
  };

  function clearLater(code: 'room-key-used-twice' | 'room-copies-differ'): void {
    clearing.get(code)?.();
    clearing.set(
      code,
      clock.setTimer(() => health.clear(code), shownForMs),
    );
  }

  function review(): void {
    const now = troubles();
    const unheard = (now?.unheard() ?? []).map((name) => `#${name}`).sort();
    if (unheard.length > 0) health.raise('room-unheard', { rooms: unheard, port, tcpPort: tcpPort() });
    else health.clear('room-unheard');
    const behind = now?.behind() ?? [];
    const [first] = behind;
    if (!first) return health.clear('room-behind');
    const rooms = behind.map(({ room }) => `#${room}`).sort();
    const theirPort = registry.get(first.peerId)?.announcement.tcpPort ?? 0;
    health.raise('room-behind', { rooms, name: nameOf(first.peerId), theirPort, tcpPort: tcpPort() });
  }

  function nameOf(peerId: PeerId): string {
    return registry.get(peerId)?.announcement.name ?? '';
  }
}
