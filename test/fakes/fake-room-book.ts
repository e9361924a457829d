/** The content of the rooms of fake-rooms.ts: members, topics, messages in order, and what was read. */
import type { MessageStore } from '../../src/main/core/messaging/ports.ts';
import type { RoomMessage, RoomsEvent } from '../../src/main/core/rooms/rooms.ts';
import type { PrivateRoom } from '../../src/shared/contract/private-rooms.ts';
import type { Room, RoomNotice } from '../../src/shared/contract/rooms.ts';
import { createEmitter } from '../../src/shared/lib/emitter.ts';
import { conversationOfRoom, partsOf, toCursor, type ConversationId, type PeerId } from '../../src/shared/lib/ids.ts';
import { refuse } from '../../src/shared/text/messages/problem-values.ts';
import { badRoom, everyoneRoom, isPrivateName, readAnyRoomName } from '../../src/shared/text/room-names.ts';

export interface FakeRoomsDeps {
  readonly ownPeerId: () => PeerId;
  readonly ownName: () => string;
  /** The peers that are here. */
  readonly peers: () => readonly { readonly peerId: PeerId; readonly name: string }[];
  /** Shares its positions with direct messages. */
  readonly store?: MessageStore | undefined;
  readonly nowMs?: number;
}

export interface FakeRoom {
  readonly name: string;
  isJoined: boolean;
  isMuted: boolean;
  topic: string;
  readonly members: Set<PeerId>;
  messages: RoomMessage[];
  readonly read: Set<string>;
  private?: PrivateRoom;
}

export function createFakeRoomBook({ ownPeerId, ownName, peers, store, nowMs = 1_760_000_000_000 }: FakeRoomsDeps) {
  const events = createEmitter<RoomsEvent>();
  const rooms = new Map<string, FakeRoom>();
  const state = { isOpen: true, timeMs: nowMs, refusesWrites: false };
  let count = 0;
  roomOf(everyoneRoom).isJoined = true;

  function roomOf(name: string): FakeRoom {
    const room: FakeRoom = rooms.get(name) ?? {
      name,
      isJoined: false,
      isMuted: false,
      topic: '',
      members: new Set(),
      messages: [],
      read: new Set(),
    };
    rooms.set(name, room);
    return room;
  }

  function membersOf({ name, members }: FakeRoom): readonly PeerId[] {
    return name === everyoneRoom ? peers().map(({ peerId }) => peerId) : [...members];
  }

  function shown(room: FakeRoom): Room {
    const { name, isJoined, topic, isMuted } = room;
    const ahead = Map.groupBy(
      room.messages.filter((message) => message.ahead),
      ({ from }) => from,
    );
    return {
      name,
      conversation: conversationOfRoom(name),
      isJoined,
      members: [...membersOf(room)],
      topic,
      isMuted,
      isOpen: state.isOpen && !room.private,
      ...(room.private && { private: room.private }),
      ahead: [...ahead].map(([from, messages]) => ({
        from,
        count: messages.length,
        aheadMs: Math.max(...messages.map(({ sentAtMs }) => sentAtMs)) - state.timeMs,
      })),
    };
  }

  function changed(room: FakeRoom): Room {
    const now = shown(room);
    if (now.isJoined || now.private || now.members.length > 0) events.emit({ type: 'room-changed', room: now });
    else {
      if (room.messages.length === 0) rooms.delete(room.name);
      events.emit({ type: 'room-gone', name: room.name });
    }
    return now;
  }

  function notice({ name, isMuted, isJoined }: FakeRoom, what: RoomNotice): void {
    if (isJoined && !isMuted) events.emit({ type: 'room-notice', conversation: conversationOfRoom(name), notice: what });
  }

  function joined(
    typed: string,
  ): FakeRoom | ReturnType<typeof badRoom> | ReturnType<typeof refuse<'not-joined' | 'unknown-room' | 'not-kept'>> {
    const name = readAnyRoomName(typed);
    if (name === undefined) return badRoom(typed);
    const room = rooms.get(name);
    if (room?.isJoined !== true) return refuse(isPrivateName(name) ? 'unknown-room' : 'not-joined', { name });
    return state.refusesWrites ? refuse('not-kept') : room;
  }

  function add(
    room: FakeRoom,
    given: Pick<RoomMessage, 'from' | 'fromName' | 'text' | 'sentAtMs' | 'receivedAtMs'> & Partial<RoomMessage>,
  ): RoomMessage {
    count += 1;
    const conversation = conversationOfRoom(room.name);
    const messageId = `room-${String(count).padStart(8, '0')}`;
    const stored = store?.addIncoming({ messageId, conversation, sequence: count, ...given });
    const message: RoomMessage = {
      messageId,
      conversation,
      sequence: count,
      position: stored?.position ?? count,
      cursor: toCursor(`${String(given.sentAtMs).padStart(15, '0')}-${String(count).padStart(8, '0')}`),
      late: false,
      ahead: false,
      ...given,
    };
    room.messages = [...room.messages, message].sort((a, b) => (a.cursor < b.cursor ? -1 : 1));
    return message;
  }

  function change(messageId: string, to: Partial<RoomMessage>): RoomMessage | undefined {
    for (const room of rooms.values()) {
      const index = room.messages.findIndex((message) => message.messageId === messageId);
      const before = room.messages[index];
      if (before === undefined) continue;
      const after = { ...before, ...to };
      room.messages = room.messages.with(index, after);
      return after;
    }
    return undefined;
  }

  function addOwn(room: FakeRoom, text: string, atMs: number): RoomMessage {
    const keptBy = { count: 0, of: membersOf(room).length };
    const message = add(room, {
      from: ownPeerId(),
      fromName: ownName(),
      text,
      sentAtMs: atMs,
      receivedAtMs: atMs,
      state: 'sent',
      keptBy,
    });
    events.emit({ type: 'written', message });
    events.emit({ type: 'delivery', messageId: message.messageId, conversation: message.conversation, state: 'sent' });
    return message;
  }

  function roomWith(conversation: ConversationId): FakeRoom {
    const parts = partsOf(conversation);
    return roomOf(parts.type === 'room' ? parts.name : '');
  }

  return { state, rooms, events, roomOf, roomWith, membersOf, shown, changed, notice, joined, add, addOwn, change };
}

export type FakeRoomBook = ReturnType<typeof createFakeRoomBook>;
