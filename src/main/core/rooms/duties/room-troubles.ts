/**
 * Troubles of a room that a user can feel and cannot see in it (rules ROOM-204, ROOM-205, ROOM-202): nobody
 * gets what we say, members hold what we lack and no session brings it, and who does not hear whom.
 * core/health and the network doctor make it visible.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { RoomId } from '../wire/block.ts';
import type { JoinedRoom } from '../room/joined-room.ts';
import type { KeptBy } from './kept-by.ts';
import type { RoomCatchUp } from '../room/room-catch-up.ts';
import type { RoomLive } from '../room/room-live.ts';
import type { RoomMembers } from '../room/room-members.ts';

/** Nothing of an author that a hearer gets from the group. Either may be we. */
export interface UnheardPair {
  readonly author: PeerId;
  readonly hearer: PeerId;
}

export interface RoomTroubles {
  /** Names of rooms in which nobody got what we said last. */
  unheard(): readonly string[];
  /** Rooms in which members hold more than we do, and the member to which no session opens. */
  behind(): readonly { readonly room: string; readonly peerId: PeerId }[];
  pairs(): readonly UnheardPair[];
}

interface Deps {
  readonly ownPeerId: PeerId;
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  readonly members: Pick<RoomMembers, 'of'>;
  readonly keptBy: Pick<KeptBy, 'unheard'>;
  readonly catchUp: Pick<RoomCatchUp, 'failing'>;
  readonly hearers: RoomLive['hearers'];
}

/** By then a member was asked three times whether it has our message. */
const unheardForMs = 20_000;
/** Longer than a pull waits to begin, and than one attempt to open a session takes. */
const behindForMs = 15_000;

export function createRoomTroubles({ ownPeerId, rooms, members, keptBy, catchUp, hearers }: Deps): RoomTroubles {
  return {
    unheard: () => keptBy.unheard(unheardForMs),
    behind: () =>
      [...rooms.values()].flatMap(({ name, keeper }) => {
        const peerId = catchUp.failing(keeper.id, behindForMs);
        return peerId === undefined ? [] : [{ room: name, peerId }];
      }),
    pairs() {
      const here = new Set([...rooms.values()].flatMap(({ name }) => members.of(name)));
      const isHere = (peerId: PeerId): boolean => peerId === ownPeerId || here.has(peerId);
      const known = hearers.unheard().filter(({ author, hearer }) => isHere(author) && isHere(hearer));
      const deaf = [...here].filter(hearers.seemsDeaf).map((hearer) => ({ author: ownPeerId, hearer }));
      return [
        ...known,
        ...deaf.filter(({ hearer }) => !known.some((pair) => pair.author === ownPeerId && pair.hearer === hearer)),
      ];
    },
  };
}
