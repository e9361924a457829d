/**
 * The part of our beacons about rooms: digests, tops and our wall clock (rules ROOM-120, ROOM-121).
 * `tops.ts` chooses the tops, and which rooms have their turn; `room-members.ts` reads the same of
 * others.
 */
import type { Clock } from '../../ports.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Top, ToldRoom } from '../../presence/index.ts';
import { isAnnounceable } from '../order/room-time.ts';
import { encodeDigest, noRoom } from '../log/digest.ts';
import { maxJoinedRooms } from '../ports.ts';
import type { RoomId } from '../wire/block.ts';
import { everyoneRoom } from '../../../../shared/text/room-names.ts';
import type { JoinedRoom } from './joined-room.ts';
import type { Tops } from './tops.ts';

export interface ToldRooms {
  readonly roomDigest: Uint8Array;
  readonly tops: readonly Top[];
  readonly clockSeconds: number;
  readonly rooms: readonly ToldRoom[];
}

export interface RoomTelling {
  /** For the next beacon. */
  next(): ToldRooms;
  /** The user left that room. */
  left(name: string): void;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'wallMs'>;
  readonly rooms: ReadonlyMap<RoomId, Pick<JoinedRoom, 'name' | 'keeper'>>;
  readonly tops: Pick<Tops, 'next' | 'turn'>;
  /** When the program was built: an earlier wall clock is wrong (ROOM-37). */
  readonly builtMs: number;
}

/** A room that we left is named as left for this time, so that every member hears it. */
const namedAsLeftMs = 30_000;

export function createRoomTelling({ clock, rooms, tops, builtMs }: Deps): RoomTelling {
  const leftRooms = createLruMap<string, { readonly name: string; readonly leftMs: number }>(maxJoinedRooms);

  return {
    next() {
      const joined = [...rooms.values()];
      const everyone = joined.find(({ name }) => name === everyoneRoom);
      const others = joined.filter(({ name }) => name !== everyoneRoom);
      const told = others.map(({ name, keeper }) => ({ name, digest: encodeDigest(keeper.digest()) }));
      return {
        roomDigest: encodeDigest(everyone ? everyone.keeper.digest() : noRoom),
        tops: tops.next(),
        clockSeconds: isAnnounceable(clock.wallMs(), builtMs) ? Math.floor(clock.wallMs() / 1_000) : 0,
        rooms: tops.turn([...leftLately(joined.map(({ name }) => name)), ...told]),
      };
    },
    left(name) {
      // The digest of #everyone says so itself.
      if (name !== everyoneRoom) leftRooms.set(name, { name, leftMs: clock.monotonicMs() });
    },
  };

  function leftLately(joined: readonly string[]): readonly ToldRoom[] {
    for (const { name, leftMs } of [...leftRooms.values()])
      if (clock.monotonicMs() - leftMs > namedAsLeftMs || joined.includes(name)) leftRooms.delete(name);
    return [...leftRooms.values()].map(({ name }) => ({ name, digest: encodeDigest(noRoom) }));
  }
}
