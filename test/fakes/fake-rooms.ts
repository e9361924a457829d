/**
 * Rooms without a network: they hold what a test puts into them, and keep the real ones' rules as far as a user interface can notice
 * them. `#everyone` is joined from the beginning, and all peers that are here are its members.
 */
import { refuse } from '../../src/shared/text/messages/problem-values.ts';
import type { RoomMessage, Rooms } from '../../src/main/core/rooms/rooms.ts';
import { conversationOfRoom, isLater, type PeerId } from '../../src/shared/lib/ids.ts';
import { maxTopicLength } from '../../src/shared/contract/rooms.ts';
import { badRoom, everyoneRoom, readAnyRoomName } from '../../src/shared/text/room-names.ts';
import { maxMessageBytes } from '../../src/shared/contract/messages.ts';
import { isVisible } from '../../src/shared/text/visible-text.ts';
import { addPrivate, createPrivateCalls } from './fake-private-rooms.ts';
import { createFakeRoomBook, type FakeRoomBook, type FakeRoomsDeps } from './fake-room-book.ts';

export interface FakeRoomControls {
  /** Another peer is a member from now on. */
  enter(name: string, ...peerIds: readonly PeerId[]): void;
  exit(name: string, ...peerIds: readonly PeerId[]): void;
  /** A message arrives. @param options.sentAtMs by its author's clock; like `atMs` if absent */
  hear(
    name: string,
    from: PeerId,
    text: string,
    options?: { readonly atMs?: number; readonly sentAtMs?: number; readonly late?: boolean; readonly ahead?: boolean },
  ): RoomMessage;
  /** One of our own messages, as if it had been said then. */
  wrote(name: string, text: string, options?: { readonly atMs?: number }): RoomMessage;
  /** That many members have our message now. */
  keep(messageId: string, count: number): void;
  /** The time of all messages that are ahead has come. */
  catchUp(name: string): void;
  noticeTopic(name: string, by: PeerId, topic: string): void;
  /** That peer adds us to a private room. @returns its name */
  invite(title: string, by: PeerId, people: readonly PeerId[]): string;
  /** That peer removes us. */
  expel(name: string, by: PeerId): void;
  setOpen(isOpen: boolean): void;
  setTime(atMs: number): void;
  /** Everything persisted from now on is refused. */
  refuseWrites(refuses: boolean): void;
  /** For the fake presence: who is here has changed. */
  peersChanged(): void;
}

export interface FakeRooms {
  readonly area: Rooms;
  readonly controls: FakeRoomControls;
}

export function createFakeRooms(deps: FakeRoomsDeps): FakeRooms {
  const book = createFakeRoomBook(deps);
  const area = createArea(book, deps.ownPeerId);
  return { area, controls: createControls(book, area, deps.peers) };
}

const maxRooms = 64;
const noCounters = { askedFor: 0, repairedByMulticast: 0, repairedByUnicast: 0, pulled: 0, relayed: 0, missing: 0 };

function createArea(book: FakeRoomBook, ownPeerId: () => PeerId): Rooms {
  const { state, rooms, events, roomOf, roomWith, shown, changed, notice, joined, addOwn } = book;
  return {
    list: () =>
      [...rooms.values()]
        .map(shown)
        .filter((room) => room.isJoined || room.private || room.members.length > 0)
        .sort((a, b) => Number(b.name === everyoneRoom) - Number(a.name === everyoneRoom) || (a.name < b.name ? -1 : 1)),
    conversations: () =>
      [...rooms.values()]
        .flatMap((room) => {
          const present = room.messages.filter(({ ahead }) => !ahead);
          const last = present.at(-1);
          if (!room.isJoined || last === undefined) return [];
          const unread = present.filter(({ from, messageId }) => from !== ownPeerId() && !room.read.has(messageId)).length;
          return [{ conversation: last.conversation, last, unread }];
        })
        .sort((a, b) => b.last.receivedAtMs - a.last.receivedAtMs),
    async join(typed) {
      const name = readAnyRoomName(typed);
      if (name === undefined) return badRoom(typed);
      const closed = rooms.get(name)?.private;
      if (closed) {
        const room = roomOf(name);
        room.private = { ...closed, standing: 'member' };
        room.isJoined = true;
        return { ok: true, room: changed(room) };
      }
      if (state.refusesWrites) return refuse('not-kept');
      const isNew = rooms.get(name)?.isJoined !== true;
      if (isNew && [...rooms.values()].filter(({ isJoined }) => isJoined).length >= maxRooms)
        return refuse('too-many-rooms', { limit: maxRooms });
      const room = roomOf(name);
      room.isJoined = true;
      return { ok: true, room: isNew ? changed(room) : shown(room) };
    },
    ...createPrivateCalls(book, ownPeerId),
    async leave(typed) {
      const closed = rooms.get(typed);
      if (closed?.private) {
        closed.isJoined = false;
        delete closed.private;
        return { ok: true, room: changed(closed) };
      }
      const room = joined(typed);
      if ('ok' in room) return room;
      room.isJoined = false;
      return { ok: true, room: changed(room) };
    },
    async setMuted(typed, isMuted) {
      const room = joined(typed);
      if ('ok' in room) return room;
      room.isMuted = isMuted;
      return { ok: true, room: changed(room) };
    },
    async setTopic(typed, topic) {
      const room = joined(typed);
      if ('ok' in room) return room;
      if (topic.trim().length > maxTopicLength) return refuse('topic-too-long', { limit: maxTopicLength });
      room.topic = topic.trim();
      const now = changed(room);
      notice(room, { what: 'topic', by: ownPeerId(), topic: room.topic });
      return { ok: true, room: now };
    },
    async say(typed, text) {
      const room = joined(typed);
      if ('ok' in room) return room;
      if (!isVisible(text)) return refuse('empty');
      if (new TextEncoder().encode(text).length > maxMessageBytes) return refuse('too-long', { limit: maxMessageBytes });
      return { ok: true, message: addOwn(room, text, state.timeMs) };
    },
    history(conversation, { limit, before, after }) {
      const all = roomWith(conversation).messages.filter(
        ({ cursor, ahead }) =>
          !ahead && (before === undefined || isLater(before, cursor)) && (after === undefined || isLater(cursor, after)),
      );
      return (after === undefined ? all.slice(-limit) : all.slice(0, limit)).reverse();
    },
    unread: (conversation, limit) => {
      const room = roomWith(conversation);
      const isUnread = (message: RoomMessage): boolean => message.from !== ownPeerId() && !room.read.has(message.messageId);
      return room.messages
        .filter((message) => !message.ahead && isUnread(message))
        .reverse()
        .slice(0, limit);
    },
    ahead: (conversation) => roomWith(conversation).messages.filter(({ ahead }) => ahead),
    get: (messageId) =>
      [...rooms.values()].flatMap(({ messages }) => messages).find((message) => message.messageId === messageId),
    async markRead(conversation, through) {
      const room = roomWith(conversation);
      const size = room.read.size;
      for (const { cursor, messageId } of room.messages) if (!isLater(cursor, through)) room.read.add(messageId);
      if (room.read.size > size) events.emit({ type: 'conversation-changed', conversation });
    },
    async clear(conversation) {
      const room = roomWith(conversation);
      const deleted = room.messages.length;
      room.messages = [];
      events.emit({ type: 'conversation-changed', conversation });
      return deleted;
    },
    counters: () =>
      new Map(
        [...rooms.values()].flatMap((room) => {
          const authors = new Set(room.messages.map(({ from }) => from));
          const counters = { ...noCounters, logs: authors.size, messages: room.messages.length };
          return room.isJoined ? [[room.name, counters] as const] : [];
        }),
      ),
    subscribe: events.subscribe,
    close: () => undefined,
  };
}

function createControls(book: FakeRoomBook, area: Rooms, peers: FakeRoomsDeps['peers']): FakeRoomControls {
  const { state, rooms, events, roomOf, changed, notice, add, addOwn, change } = book;
  return {
    enter(name, ...peerIds) {
      const room = roomOf(name);
      for (const peerId of peerIds) room.members.add(peerId);
      changed(room);
      notice(room, { what: 'joined', peerIds: [...peerIds] });
    },
    exit(name, ...peerIds) {
      const room = roomOf(name);
      for (const peerId of peerIds) room.members.delete(peerId);
      changed(room);
      notice(room, { what: 'left', peerIds: [...peerIds] });
    },
    hear(name, from, text, { atMs = state.timeMs, sentAtMs = atMs, late = false, ahead = false } = {}) {
      const room = roomOf(name);
      const fromName = peers().find(({ peerId }) => peerId === from)?.name ?? 'Somebody';
      const message = add(room, { from, fromName, text, sentAtMs, receivedAtMs: atMs, late, ahead });
      events.emit({ type: 'message', message });
      if (ahead) changed(room);
      return message;
    },
    wrote: (name, text, { atMs = state.timeMs } = {}) => addOwn(roomOf(name), text, atMs),
    keep(messageId, had) {
      const of = area.get(messageId)?.keptBy?.of ?? 0;
      const isKeptByAll = of > 0 && had >= of;
      const message = change(messageId, { keptBy: { count: had, of }, ...(isKeptByAll && { state: 'delivered' }) });
      if (message?.keptBy === undefined) return;
      const { conversation, keptBy } = message;
      events.emit({ type: 'room-kept', messageId, conversation, keptBy });
      if (isKeptByAll) events.emit({ type: 'delivery', messageId, conversation, state: 'delivered' });
    },
    catchUp(name) {
      const room = roomOf(name);
      room.messages = room.messages.map((message) => ({ ...message, ahead: false }));
      changed(room);
      events.emit({ type: 'conversation-changed', conversation: conversationOfRoom(name) });
    },
    noticeTopic(name, by, topic) {
      const room = roomOf(name);
      room.topic = topic;
      changed(room);
      notice(room, { what: 'topic', by, topic });
    },
    invite(title, by, people) {
      const room = addPrivate(book, { title, standing: 'invited', by, creator: by, admins: [by], people: [by, ...people] });
      return changed(room).name;
    },
    expel(name, by) {
      const room = roomOf(name);
      room.isJoined = false;
      if (room.private) room.private = { ...room.private, standing: 'removed', by };
      changed(room);
    },
    setOpen(open) {
      state.isOpen = open;
      for (const room of rooms.values()) changed(room);
    },
    setTime: (atMs) => void (state.timeMs = atMs),
    refuseWrites: (refuses) => void (state.refusesWrites = refuses),
    peersChanged: () => void changed(roomOf(everyoneRoom)),
  };
}
