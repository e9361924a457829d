/**
 * Rooms in the core: makes the parts and connects them with presence, the store and contacts. The
 * calls of hosts are in room-calls.ts, the datagrams in room/room-live.ts, each joined room in
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
import type { SettingsArea } from '../settings/settings.ts';
import type { HistoryStore, RoomRecord, RoomStore } from './ports.ts';
import { createCurrentRoomTime } from './room/current-room-time.ts';
import { createBlockFlow } from './room/block-flow.ts';
import { followBatches } from './room/followed-batch.ts';
import type { JoinedRoom } from './room/joined-room.ts';
import { createListedPeers } from './room/listed-peers.ts';
import { createRoomDuties } from './duties/room-duties.ts';
import { createRoomCatchUp } from './room/room-catch-up.ts';
import { createRoomCalls } from './room-calls.ts';
import { createRoomFiles } from './room-files.ts';
import type { Kept } from './room/room-keeper.ts';
import { createRoomLive } from './room/room-live.ts';
import { openRoom } from './open-room.ts';
import type { PrivateRoom } from './private/private-book.ts';
import { createPrivateRooms } from './private/private-rooms.ts';
import { createRoomMembers } from './room/room-members.ts';
import { createRoomMessages } from './room/room-messages.ts';
import { createRoomNews } from './room/room-news.ts';
import { createRoomPeers } from './room/room-peers.ts';
import { createRoomTree } from './room/room-tree.ts';
import { createRoomTroubles, type RoomTroubles } from './duties/room-troubles.ts';
import { createRoomTelling, type ToldRooms } from './room/told-rooms.ts';
import { createTops } from './room/tops.ts';
import type { RoomFiles, RoomOffers } from '../transfers/room-files.ts';
import type { Rooms, RoomsEvent } from './rooms.ts';
import type { LogTag, RoomId, SignedBlock } from './wire/block.ts';
import { roomIdOf } from './wire/room-id.ts';
import { everyoneRoom, isPrivateName } from '../../../shared/text/room-names.ts';

export interface RoomsArea {
  readonly area: Rooms;
  readonly listener: RoomListener;
  /** The part of our beacons about rooms. */
  told(): ToldRooms;
  /** Joins `#everyone` and the rooms of before. Call it before presence begins. */
  start(): void;
  stop(): void;
  readonly troubles: RoomTroubles;
  /** For transfers. */
  readonly files: RoomFiles;
}

export interface RoomsAreaDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: Hash;
  readonly signatures: Signatures;
  readonly identity: Identity;
  readonly store: HistoryStore;
  readonly presence: Pick<Presence, 'registry' | 'roomChannel' | 'announceChange' | 'isUnicastOnly' | 'addresses'>;
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
  /** A wall clock from before it is wrong, and is not announced. */
  readonly builtMs: number;
  readonly settings: Pick<SettingsArea, 'get' | 'subscribe'>;
  /** Somebody signed two different blocks for one place. */
  readonly onFork: (authorId: PeerId, name: string) => void;
  /** That member has other bytes in place of a block of that room. */
  readonly onDifference: (room: string, peerId: PeerId) => void;
  /** Undefined if this node takes no files. */
  readonly offers: () => RoomOffers | undefined;
}

export function createRoomsArea(deps: RoomsAreaDeps): RoomsArea {
  const { clock, identity, store, presence, contacts, offers } = deps;
  const { registry, roomChannel: channel } = presence;
  const ownPeerId = identity.peerId;
  const rooms = new Map<RoomId, JoinedRoom>();
  /** Without the private ones, for all that sends datagrams or passes blocks on. */
  const publicRooms = new Map<RoomId, JoinedRoom>();
  const events = createEmitter<RoomsEvent>(deps.onListenerError);
  const followed = followBatches(store, () => [...rooms.values()].map(({ keeper }) => keeper));
  const writer = createStoreWriter({ clock, store: followed, onProblem: deps.onStoreProblem });
  const peers = createListedPeers({ clock, registry });
  const privates = createPrivateRooms({
    ...{ ...deps, store: store.rooms, persist: writer.persist, rooms, ...contacts, isHere: peers.isHere, onStanding },
    ...{ keep: (block: SignedBlock) => flow.keep(block), onKept: bySession },
    onTold(peerId, room) {
      catchUp.digestHeard(peerId, room);
      duties.review();
    },
    onShown: (name) => news.changed(name),
    onNotice: (conversation, notice) => events.emit({ type: 'room-notice', conversation, notice }),
  });
  const members = privates.withMembers(createRoomMembers(clock));
  const tops = createTops({ rooms: () => publicRooms.values(), random: deps.random, clock, isKnown: contacts.isKnown });
  const telling = createRoomTelling({ clock, rooms: publicRooms, tops, builtMs: deps.builtMs });
  const undos: Unsubscribe[] = [];
  let isUnclean = true;
  let isStopped = false;

  const idOf = (name: string): RoomId => roomIdOfAny(name, deps);
  const roomTimeMs = createCurrentRoomTime(clock, () => members.clocks(contacts.isFamiliar));
  const holdersOf = (room: RoomId): readonly PeerId[] => members.of(publicRooms.get(room)?.name ?? '');

  const flow = createBlockFlow({
    ...{ ownPeerId, rooms, members, tops, store: store.rooms, persist: writer.persist, emit: events.emit, offers },
    ...{ live: () => live, tree: () => tree, keptBy: () => duties.keptBy, messages: () => messages, news: () => news },
    ...{ isBlocked: contacts.isBlocked, onFork: deps.onFork, isStopped: () => isStopped, push: privates.push },
  });
  const live = createRoomLive({
    ...{ ...deps, ...peers, ownPeerId, ownKey: identity.publicKey, channel },
    keeperOf: (room) => publicRooms.get(room)?.keeper,
    keepers: () => [...publicRooms.values()].map(({ keeper }) => keeper),
    ...{ keep: flow.keep, onCopy: flow.copyCame, onGroupBytes: (bytes: Uint8Array) => tree.heardBytes(bytes), holdersOf },
    onKept(block, kept) {
      flow.kept(block, kept);
      tree.heard(block);
      if (kept.kind === 'new' && !contacts.isBlocked(block.authorId)) catchUp.sample(block);
    },
    onNamed: ({ tag, number }) => publicRooms.forEach((room) => room.ownLog.tag()?.startsWith(tag) && room.named(number)),
    ...{ isKnown: contacts.isKnown, isBlocked: contacts.isBlocked, onBySession: (tag: LogTag) => tree.noteStreamed(tag) },
    wantBySession: (room, ranges, holders) => catchUp.want(room, ranges, holders.filter(catchUp.isHolder)),
    ...{ holdersOf, pull: (room: RoomId) => catchUp.pullSoon(room) },
    onTopsAsked: (peerId, room, tags) => channel.tellTops(peerId, tops.of(room, tags)),
  });
  const catchUp = createRoomCatchUp({
    ...{ ...deps, store: store.rooms, rooms, members, keep: flow.keep, ownPeerId, onKept: bySession },
    ...{ admits: privates.admits, isAuthor: privates.isAuthor, isStreamed: (tag: LogTag) => tree.isStreamed(tag) },
    onDifference: (room, peerId) => deps.onDifference(rooms.get(room)?.name ?? '', peerId),
  });
  const tree = createRoomTree({
    ...{ ...deps, ownPeerId, rooms: publicRooms, members, store: store.rooms, isHere: peers.isHere, live: () => live },
    ...{ isKnown: contacts.isKnown, isBlocked: contacts.isBlocked, keep: flow.keep },
    ...{ onKept: bySession, onWrong: catchUp.noteWrong },
  });
  const duties = createRoomDuties({
    ...{ ...deps, ownPeerId, rooms, members, peers, store: store.rooms, writer, flow, emit: events.emit },
    askTops: (peerId, room, tags) =>
      publicRooms.has(room) ? channel.askTops(peerId, room, tags) : privates.askTops(peerId, room),
  });
  const messages = createRoomMessages({ store, ownPeerId, roomTimeMs, countOf: duties.keptBy.countOf });
  const news = createRoomNews({
    ...{ clock, rooms, members, messages, isTeam: deps.isTeam, roomTimeMs, emit: events.emit, privateOf: privates.shown },
    notices: () => deps.settings.get('roomNotices'),
  });
  const area = createRoomCalls({
    ...{ ...deps, rooms, members, messages, news, writer, live, catchUp, tree, events, join, leave, idOf, privates },
  });

  return {
    area,
    listener: { ...live, onWantsBeacon: tree.onWantsBeacon },
    told: telling.next,
    files: createRoomFiles({ area, rooms, members, privates, idOf }),
    troubles: createRoomTroubles({ ownPeerId, rooms, members, keptBy: duties.keptBy, catchUp, hearers: live.hearers }),
    start() {
      isUnclean = writer.read(() => store.rooms.beginRun()) ?? true;
      if (isUnclean) writer.read(() => store.rooms.closeLogs(ownPeerId));
      // At once: a first beacon without the room would say that we joined it only later.
      writer.read(() => joinEveryone(store.rooms, idOf(everyoneRoom), clock.wallMs()));
      writer.read(privates.load);
      for (const record of writer.read(() => store.rooms.rooms()) ?? []) open(record);
      const parts = { rooms, members, news, live, catchUp, tree, review: duties.review, persist: writer.persist };
      undos.push(
        registry.subscribe(createRoomPeers({ ...parts, store: store.rooms })),
        registry.subscribe((event) => event.type === 'joined' && privates.appeared(event.record.peerId)),
        ...[catchUp, duties, privates, tree].map((part) => part.start()),
      );
    },
    stop() {
      isStopped = true;
      for (const undo of undos) undo();
      for (const room of rooms.values()) room.close();
      for (const part of [live, catchUp, tree, duties, news]) part.close();
      writer.flush();
      writer.read(() => store.rooms.endRun());
    },
  };

  function bySession(block: SignedBlock, kept: Kept): void {
    if (tree.isStreamed(block.tag)) tree.noteStreamed(block.tag);
    if (publicRooms.has(block.room)) live.brought(block, kept);
    else privates.changed(block.room);
    if (block.authorId === ownPeerId) flow.ownKept(block, kept);
    else flow.kept(block, kept);
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
    publicRooms.delete(room.keeper.id);
    telling.left(room.name);
    for (const part of [catchUp, tree]) part.left(room.keeper.id);
    presence.announceChange();
    return true;
  }

  /** The store has done it already. */
  function onStanding({ id, standing }: PrivateRoom): void {
    const record = standing === 'member' && writer.read(() => store.rooms.rooms())?.find((room) => room.id === id);
    if (record) return open(record);
    rooms.get(id)?.close();
    rooms.delete(id);
    catchUp.left(id);
  }

  function open(record: RoomRecord): void {
    const { id } = record;
    const parts = { ownPeerId, store: store.rooms, persist: writer.persist, peers, live, flow, roomTimeMs, isUnclean };
    const room = openRoom({ ...deps, ...parts, onTopic: news.topic }, record);
    rooms.set(id, room);
    if (!isPrivateName(record.name)) publicRooms.set(id, room);
    catchUp.joined(id);
    duties.opened(room);
  }
}

function roomIdOfAny(name: string, { isTeam, hash }: Pick<RoomsAreaDeps, 'isTeam' | 'hash'>): RoomId {
  return isPrivateName(name) ? name.slice(1) : roomIdOf(name, isTeam ? 'team' : 'open', hash);
}

/** Unless the user left it. */
function joinEveryone(store: RoomStore, id: RoomId, joinedAtMs: number): void {
  if (!store.knows(id)) store.join({ id, name: everyoneRoom, joinedAtMs });
}
