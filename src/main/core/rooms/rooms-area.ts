/**
 * Rooms in the core: makes the parts and connects them with presence, the store and contacts. The
 * calls of hosts are in room/room-calls.ts, the datagrams in room/room-live.ts, each joined room in
 * room/joined-room.ts.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { createStoreWriter } from '../messaging/delivery/store-writer.ts';
import type { RoomSessions } from '../messaging/messages.ts';
import type { StoreProblem } from '../messaging/ports.ts';
import type { Clock, Hash, Identity, Random, Signatures } from '../ports.ts';
import type { Presence, RoomListener } from '../presence/index.ts';
import type { HistoryStore, RoomRecord } from './ports.ts';
import { createCurrentRoomTime } from './room/current-room-time.ts';
import { createBlockFlow } from './room/block-flow.ts';
import { followBatches } from './room/followed-batch.ts';
import { createJoinedRoom, type JoinedRoom } from './room/joined-room.ts';
import { createKeptBy } from './room/kept-by.ts';
import { createListedPeers } from './room/listed-peers.ts';
import { createRoomCatchUp } from './room/room-catch-up.ts';
import { createRoomCalls } from './room/room-calls.ts';
import { createRoomKeeper } from './room/room-keeper.ts';
import { createRoomLive } from './room/room-live.ts';
import { createRoomMembers } from './room/room-members.ts';
import { createRoomMessages } from './room/room-messages.ts';
import { createRoomNews } from './room/room-news.ts';
import { createRoomUpkeep } from './room/room-upkeep.ts';
import { createRoomPeers } from './room/room-peers.ts';
import { createRoomTelling, type ToldRooms } from './room/told-rooms.ts';
import { createTops } from './room/tops.ts';
import type { Rooms, RoomsEvent } from './rooms.ts';
import type { RoomId } from './wire/block.ts';
import { roomIdOf } from './wire/room-id.ts';
import { everyoneRoom } from '../../../shared/text/room-names.ts';

export interface RoomsArea {
  readonly area: Rooms;
  readonly listener: RoomListener;
  /** The part of our beacons about rooms. */
  told(): ToldRooms;
  /** Joins `#everyone` and the rooms of before. Call it before presence begins. */
  start(): void;
  stop(): void;
}

export interface RoomsAreaDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: Hash;
  readonly signatures: Signatures;
  readonly identity: Identity;
  readonly store: HistoryStore;
  readonly presence: Pick<Presence, 'registry' | 'roomChannel' | 'announceChange'>;
  readonly contacts: {
    isBlocked(peerId: PeerId): boolean;
    /** Whether that peer was ever here. */
    isKnown(peerId: PeerId): boolean;
    /** Whether the user has to do with that peer: verified it, or wrote to it. */
    isFamiliar(peerId: PeerId): boolean;
  };
  readonly ownName: () => string;
  /** True with a team key: then blocks are sealed, and the rooms are not those of the open network. */
  readonly isTeam: boolean;
  readonly onListenerError: (error: unknown) => void;
  readonly sessions: RoomSessions;
  readonly onStoreProblem: (code: StoreProblem | undefined) => void;
}

export function createRoomsArea(deps: RoomsAreaDeps): RoomsArea {
  const { clock, hash, identity, store, presence, contacts } = deps;
  const { registry, roomChannel: channel } = presence;
  const ownPeerId = identity.peerId;
  const rooms = new Map<RoomId, JoinedRoom>();
  const events = createEmitter<RoomsEvent>(deps.onListenerError);
  const followed = followBatches(store, () => [...rooms.values()].map(({ keeper }) => keeper));
  const writer = createStoreWriter({ clock, store: followed, onProblem: deps.onStoreProblem });
  const members = createRoomMembers(clock);
  const tops = createTops({ rooms: () => rooms.values(), random: deps.random, clock });
  const telling = createRoomTelling({ clock, rooms, tops });
  const undos: Unsubscribe[] = [];
  let isUnclean = true;
  let isStopped = false;

  const peers = createListedPeers({ clock, registry });
  const idOf = (name: string): RoomId => roomIdOf(name, deps.isTeam ? 'team' : 'open', hash);
  const roomTimeMs = createCurrentRoomTime(clock, () => members.clocks(contacts.isFamiliar));
  const holdersOf = (room: RoomId): readonly PeerId[] => (rooms.get(room) ? members.of(rooms.get(room)?.name ?? '') : []);

  const flow = createBlockFlow({
    ...{
      ownPeerId,
      rooms,
      members,
      tops,
      store: store.rooms,
      persist: writer.persist,
      isBlocked: contacts.isBlocked,
      emit: events.emit,
    },
    ...{ live: () => live, keptBy: () => keptBy, messages: () => messages, news: () => news },
    isStopped: () => isStopped,
    announceChange: presence.announceChange,
  });
  const live = createRoomLive({
    ...deps,
    ...peers,
    ownPeerId,
    ownKey: identity.publicKey,
    channel,
    keeperOf: (room) => rooms.get(room)?.keeper,
    keepers: () => [...rooms.values()].map(({ keeper }) => keeper),
    ...{ keep: flow.keep, onKept: flow.kept, onCopy: flow.copyCame },
    onNamed({ tag, number }) {
      for (const room of rooms.values()) if (room.ownLog.tag()?.startsWith(tag)) room.named(number);
    },
    ...{ isKnown: contacts.isKnown, isBlocked: contacts.isBlocked },
    holdersOf,
    wantBySession: (room, ranges, holders) => catchUp.want(room, ranges, holders.filter(catchUp.isHolder)),
    pull: (room) => catchUp.pullSoon(room),
    onTopsAsked: (peerId, room, tags) => channel.tellTops(peerId, tops.of(room, tags)),
  });
  const catchUp = createRoomCatchUp({
    ...deps,
    store: store.rooms,
    rooms,
    members,
    keep: flow.keep,
    onKept(block, kept) {
      live.brought(block, kept);
      if (block.authorId === ownPeerId) flow.ownKept(block, kept);
      else flow.kept(block, kept);
    },
  });
  const keptBy = createKeptBy({
    clock,
    membersOf: members.of,
    topOf: members.topOf,
    askTops: (peerId, room, tags) => channel.askTops(peerId, room, tags),
    onMore: (messageId, conversation, count) => events.emit({ type: 'room-kept', messageId, conversation, keptBy: count }),
    onAll: flow.delivered,
  });
  const upkeep = createRoomUpkeep({ clock, rooms, store: store.rooms, persist: writer.persist, isHere: peers.isHere });
  const messages = createRoomMessages({ store, ownPeerId, roomTimeMs, countOf: keptBy.countOf });
  const news = createRoomNews({ clock, rooms, members, messages, isTeam: deps.isTeam, roomTimeMs, emit: events.emit });
  const area = createRoomCalls({ ...deps, rooms, members, messages, news, writer, live, catchUp, events, join, leave, idOf });

  return {
    area,
    listener: live,
    told: telling.next,
    start() {
      isUnclean = writer.read(() => store.rooms.beginRun()) ?? true;
      // At once: a first beacon without the room would say that we joined it only later.
      writer.read(joinEveryone);
      for (const record of writer.read(() => store.rooms.rooms()) ?? []) open(record);
      const parts = { rooms, members, news, live, catchUp, keptBy, store: store.rooms, persist: writer.persist };
      undos.push(registry.subscribe(createRoomPeers(parts)), catchUp.start());
      upkeep.start();
    },
    stop() {
      isStopped = true;
      for (const undo of undos) undo();
      for (const room of rooms.values()) room.close();
      for (const part of [upkeep, live, catchUp, keptBy, news]) part.close();
      writer.flush();
      writer.read(() => store.rooms.endRun());
    },
  };

  /** Unless the user left it. */
  function joinEveryone(): void {
    const id = idOf(everyoneRoom);
    if (!store.rooms.knows(id)) store.rooms.join({ id, name: everyoneRoom, joinedAtMs: clock.wallMs() });
  }

  async function join(name: string): Promise<'joined' | 'already' | 'too-many' | undefined> {
    const id = idOf(name);
    const joined = await writer.persist(() => store.rooms.join({ id, name, joinedAtMs: clock.wallMs() }));
    const record = writer.read(() => store.rooms.rooms())?.find((room) => room.id === id);
    if (joined === 'joined' && record) {
      open(record);
      // Of a room that is new to us, their digests are known already.
      for (const peerId of members.of(name)) catchUp.digestHeard(peerId, id);
      presence.announceChange();
    }
    return joined;
  }

  async function leave(room: JoinedRoom): Promise<boolean> {
    if ((await writer.persist(() => store.rooms.leave(room.keeper.id))) === undefined) return false;
    room.close();
    rooms.delete(room.keeper.id);
    telling.left(room.name);
    catchUp.left(room.keeper.id);
    presence.announceChange();
    return true;
  }

  function open(record: RoomRecord): void {
    const { id } = record;
    const { isBlocked, isKnown } = contacts;
    const isCounted = (peerId: PeerId): boolean => peerId === ownPeerId || peers.isHere(peerId);
    const ofKeeper = { hash, store: store.rooms, id, wallMs: clock.wallMs };
    const keeper = createRoomKeeper({ ...ofKeeper, isKnown, isBlocked, isHere: isCounted });
    const room = createJoinedRoom(
      {
        ...deps,
        store: store.rooms,
        persist: writer.persist,
        keeper,
        roomTimeMs,
        isUnclean,
        references: live.references,
        allowsTail: live.allowsTail,
        sendHeads: () => live.sendHeads(id),
        onWritten: (written) => flow.written(record.name, written),
        send: (block, said, isBySession) => flow.send(room, block, said, isBySession),
      },
      record,
    );
    rooms.set(id, room);
    catchUp.joined(id);
  }
}
