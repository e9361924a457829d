/**
 * Private rooms of this node: connects their lists, the exchange with members, and what the user
 * does (rules ROOM-170 to ROOM-186). Blocks, order, history and catching up are those of all rooms;
 * `rooms-area.ts` opens a private room like any other, but gives it to no part that sends datagrams.
 */
import { conversationOfRoom, type ConversationId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { PrivateRoom as ShownPrivateRoom } from '../../../../shared/contract/private-rooms.ts';
import type { RoomNotice } from '../../../../shared/contract/rooms.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { isPrivateName } from '../../../../shared/text/room-names.ts';
import type { StoreWriter } from '../../messaging/delivery/store-writer.ts';
import type { RoomSessions } from '../../messaging/messages.ts';
import type { Clock, Hash, Identity, Random, Signatures } from '../../ports.ts';
import { noRoom } from '../log/digest.ts';
import type { RoomStore } from '../ports.ts';
import type { JoinedRoom } from '../room/joined-room.ts';
import type { Kept } from '../room/room-keeper.ts';
import type { RoomMembers } from '../room/room-members.ts';
import { decodeBlock, verifyBlock, type RoomId, type SignedBlock } from '../wire/block.ts';
import { shortTagOf } from '../wire/log-tag.ts';
import { maxTopsPerState } from '../../messaging/wire/private-frames.ts';
import { createPrivateBook, shownPrivate, type PrivateBook, type PrivateRoom } from './private-book.ts';
import { createPrivateCalls, type PrivateCalls } from './private-calls.ts';
import { createPrivateExchange } from './private-exchange.ts';
import type { SignedChange } from './member-change.ts';
import { everIn, type Chain } from './member-list.ts';
import { createToldStates } from './told-states.ts';

export interface PrivateRooms extends PrivateCalls {
  /** As hosts see it; undefined of a public room, and of one that the user left. */
  shown(name: string): ShownPrivateRoom | undefined;
  list(): readonly PrivateRoom[];
  /** Whether blocks of that room may be given to that peer, and taken from it. True for any public room. */
  admits(peerId: PeerId, room: RoomId): boolean;
  /** Whether messages of that author count in that room. True for any public room. */
  isAuthor(peerId: PeerId, room: RoomId): boolean;
  /** Adds the members of private rooms that are here. */
  withMembers(members: RoomMembers): RoomMembers;
  /** Asks a member how far it holds our logs. */
  askTops(peerId: PeerId, room: RoomId): void;
  /** A block of ours is persisted. */
  push(block: SignedBlock): void;
  /** Our part of that room changed. */
  changed(room: RoomId): void;
  appeared(peerId: PeerId): void;
  /** Reads the store. Call it first. */
  load(): void;
  start(): Unsubscribe;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: Hash;
  readonly signatures: Signatures;
  readonly identity: Identity;
  readonly store: RoomStore;
  readonly persist: StoreWriter['persist'];
  readonly sessions: RoomSessions;
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly isFamiliar: (peerId: PeerId) => boolean;
  readonly isHere: (peerId: PeerId) => boolean;
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  /** The user entered or left that room, as the store says. */
  readonly onStanding: (room: PrivateRoom) => void;
  readonly keep: (block: SignedBlock) => Promise<Kept | undefined>;
  /** A block of another member is kept. */
  readonly onKept: (block: SignedBlock, kept: Kept) => void;
  /** A member told what it holds. */
  readonly onTold: (peerId: PeerId, room: RoomId) => void;
  /** Something of that room changed for the hosts. */
  readonly onShown: (name: string) => void;
  readonly onNotice: (conversation: ConversationId, notice: RoomNotice) => void;
}

/** Notices of one list that came. */
const maxNotices = 5;
/** A member that left is removed by the first admin that is here; the next ones wait longer. */
const removalDelayMs = 10_000;

export function createPrivateRooms(deps: Deps): PrivateRooms {
  const { clock, rooms, identity } = deps;
  const ownPeerId = identity.peerId;
  const told = createToldStates();
  const timers = new Set<Unsubscribe>();
  const authorsOf = new WeakMap<Chain, ReadonlySet<PeerId>>();
  const book: PrivateBook = createPrivateBook({ ...deps, ownPeerId });
  const exchange = createPrivateExchange({
    ...{ clock, random: deps.random, sessions: deps.sessions, ownPeerId, book, told, isHere: deps.isHere },
    digestOf: (room) => rooms.get(room)?.keeper.digest() ?? noRoom,
    topsOf,
    take,
    onList({ room, before, news }) {
      settled(room, before);
      notify(room, before, news);
    },
    onState(peerId, room, isFirst) {
      if (isFirst) deps.onShown(room.name);
      deps.onTold(peerId, room.id);
    },
    onLeft,
  });
  const calls = createPrivateCalls({
    ...deps,
    book,
    onChanged(room, before) {
      settled(room, before);
      if (room.standing === 'left') return before?.standing === 'removed' ? undefined : exchange.sayLeft(room);
      const left = before?.chain.list.people.filter((one) => !room.chain.list.people.includes(one)) ?? [];
      exchange.announce(room, left);
    },
  });

  return {
    ...calls,
    shown(name) {
      const room = isPrivateName(name) ? book.get(name.slice(1)) : undefined;
      return room && shownPrivate(room);
    },
    list: book.list,
    admits: (peerId, room) => !book.get(room) || book.shared(peerId, room) !== undefined,
    isAuthor(peerId, room) {
      const chain = book.get(room)?.chain;
      if (!chain) return true;
      const authors = authorsOf.get(chain) ?? everIn(chain);
      authorsOf.set(chain, authors);
      return authors.has(peerId);
    },
    withMembers,
    askTops: exchange.ask,
    push: exchange.push,
    changed: (room) => book.get(room) && exchange.changed(room),
    appeared: exchange.appeared,
    load: book.load,
    start() {
      exchange.start();
      const undo = deps.sessions.subscribe({
        onOpened: exchange.onOpened,
        onPrivateFrame: exchange.onFrame,
        onClosed: exchange.onClosed,
      });
      return () => {
        undo();
        for (const cancel of timers) cancel();
        exchange.close();
      };
    },
  };

  function settled(room: PrivateRoom, before: PrivateRoom | undefined): void {
    if (room.standing !== (before?.standing ?? 'left')) deps.onStanding(room);
    for (const peerId of told.of(room.id)) if (!book.shared(peerId, room.id)) told.forget(peerId, room.id);
    deps.onShown(room.name);
  }

  function withMembers(members: RoomMembers): RoomMembers {
    return {
      ...members,
      of: (name) => (isPrivateName(name) ? here(name) : members.of(name)),
      digestOf: (peerId, name) => (isPrivateName(name) ? digestOf(peerId, name) : members.digestOf(peerId, name)),
      topOf(peerId, shortTag) {
        const tops = [members.topOf(peerId, shortTag), told.topOf(peerId, shortTag)].filter((top) => top !== undefined);
        return tops.length > 0 ? Math.max(...tops) : undefined;
      },
      left(peerId) {
        const names = told.forgetPeer(peerId).map((id) => `&${id}`);
        return [...members.left(peerId), ...names];
      },
    };
  }

  function here(name: string): readonly PeerId[] {
    const id = name.slice(1);
    return told.of(id).filter((peerId) => deps.isHere(peerId) && book.shared(peerId, id));
  }

  function digestOf(peerId: PeerId, name: string): ReturnType<RoomMembers['digestOf']> {
    const id = name.slice(1);
    return deps.isHere(peerId) && book.shared(peerId, id) ? told.digestOf(peerId, id) : undefined;
  }

  function topsOf(room: RoomId, author: PeerId): readonly { readonly tag: string; readonly number: number }[] {
    const keeper = rooms.get(room)?.keeper;
    const logs = keeper?.logs.logsOf(author).slice(-maxTopsPerState) ?? [];
    return logs.flatMap(({ tag }) => {
      const number = keeper?.heldThrough(tag) ?? 0;
      return number > 0 ? [{ tag: shortTagOf(tag), number }] : [];
    });
  }

  async function take(room: RoomId, bytes: Uint8Array, author: PeerId): Promise<boolean> {
    const decoded = decodeBlock(bytes);
    if (!decoded.ok || decoded.block.room !== room) return false;
    const block = verifyBlock(decoded, deps);
    // A member pushes its own blocks; those of others come by pulls.
    if (block?.authorId !== author) return false;
    const kept = await deps.keep(block);
    if (kept && 'messages' in kept) deps.onKept(block, kept);
    return !kept || kept.kind === 'refused' || ('isGapped' in kept && kept.isGapped);
  }

  /** An admin says it in the list, so that all know. The session proves that the peer left by itself. */
  function onLeft(peerId: PeerId, { id, name, chain }: PrivateRoom): void {
    const place = chain.list.admins.indexOf(ownPeerId);
    if (place === -1) return;
    const cancel = clock.setTimer(() => {
      timers.delete(cancel);
      if (book.shared(peerId, id)) void calls.remove(name, [peerId]);
    }, place * removalDelayMs);
    timers.add(cancel);
  }

  function notify(room: PrivateRoom, before: PrivateRoom | undefined, news: readonly SignedChange[]): void {
    const conversation = conversationOfRoom(room.name);
    const isNew = before?.standing !== 'member' && room.standing === 'member';
    if (isNew) return deps.onNotice(conversation, { what: 'added', by: room.by, peerIds: [ownPeerId] });
    if (room.standing === 'removed' && before?.standing === 'member')
      return deps.onNotice(conversation, { what: 'removed', by: room.by, peerIds: [ownPeerId] });
    if (room.standing !== 'member') return;
    for (const { content, signerId } of news.slice(-maxNotices)) {
      if (content.what === 'title') deps.onNotice(conversation, { what: 'renamed', by: signerId, title: content.title });
      if (content.what === 'add') deps.onNotice(conversation, { what: 'added', by: signerId, peerIds: [...content.people] });
      if (content.what !== 'remove') continue;
      const isOwnLeave = content.people.length === 1 && content.people[0] === signerId;
      deps.onNotice(
        conversation,
        isOwnLeave ? { what: 'left', peerIds: [signerId] } : { what: 'removed', by: signerId, peerIds: [...content.people] },
      );
    }
  }
}
