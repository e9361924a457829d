/**
 * The calls of hosts about rooms (see rooms.ts). Each checks what the user gave, and refuses by
 * name.
 */
import { maxMessageBytes } from '../../../shared/contract/messages.ts';
import { maxTopicLength } from '../../../shared/contract/rooms.ts';
import type { Emitter } from '../../../shared/lib/emitter.ts';
import { partsOf, type ConversationId } from '../../../shared/lib/ids.ts';
import { refuse } from '../../../shared/text/messages/problem-values.ts';
import { badRoom, everyoneRoom, isPrivateName, readAnyRoomName, readRoomName } from '../../../shared/text/room-names.ts';
import { isVisible } from '../../../shared/text/visible-text.ts';
import type { StoreWriter } from '../messaging/delivery/store-writer.ts';
import { StoreError } from '../messaging/ports.ts';
import { deleteInSlices } from '../messaging/store-slices.ts';
import type { Clock } from '../ports.ts';
import { maxJoinedRooms, type HistoryStore } from './ports.ts';
import type { RoomCounters, RoomResult, Rooms, RoomsEvent } from './rooms.ts';
import type { RoomId } from './wire/block.ts';
import { missingCount } from './log/log-state.ts';
import type { PrivateResult } from './private/private-calls.ts';
import type { PrivateRooms } from './private/private-rooms.ts';
import type { JoinedRoom } from './room/joined-room.ts';
import type { RoomCatchUp } from './room/room-catch-up.ts';
import type { RoomLive } from './room/room-live.ts';
import type { RoomMembers } from './room/room-members.ts';
import type { RoomMessages } from './room/room-messages.ts';
import type { RoomTree } from './room/room-tree.ts';
import type { RoomNews } from './room/room-news.ts';

interface Deps {
  readonly clock: Clock;
  readonly store: HistoryStore;
  readonly writer: StoreWriter;
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  readonly members: Pick<RoomMembers, 'names'>;
  readonly messages: RoomMessages;
  readonly news: Pick<RoomNews, 'shown' | 'changed' | 'topic'>;
  readonly live: Pick<RoomLive, 'counters'>;
  readonly catchUp: Pick<RoomCatchUp, 'counters'>;
  readonly tree: Pick<RoomTree, 'relayed'>;
  readonly events: Pick<Emitter<RoomsEvent>, 'emit' | 'subscribe'>;
  readonly idOf: (name: string) => RoomId;
  readonly join: (name: string) => Promise<'joined' | 'already' | 'too-many' | undefined>;
  readonly leave: (room: JoinedRoom) => Promise<boolean>;
  readonly privates: PrivateRooms;
}

/** Between two topics of ours. */
const topicGapMs = 10_000;
/** Messages marked as read in one transaction. */
const maxReadAtOnce = 1_000;
/** Conversations that are looked through for rooms. */
const maxConversations = 1_000;

export function createRoomCalls(deps: Deps): Rooms {
  const { clock, store, writer, rooms, messages, news, events, privates } = deps;
  const topicSaidMs = new Map<RoomId, number>();
  const encoder = new TextEncoder();

  return {
    list() {
      const closed = privates.list().flatMap(({ name, standing }) => (standing === 'left' ? [] : [name]));
      const names = new Set([...[...rooms.values()].map(({ name }) => name), ...deps.members.names(), ...closed]);
      return [...names].sort(byName).map(news.shown);
    },
    conversations: () =>
      store.conversations(maxConversations).flatMap(({ conversation, unread }) => {
        const room = roomOf(conversation);
        const [last] = room ? messages.history(conversation, { limit: 1 }) : [];
        return last ? [{ conversation, last, unread }] : [];
      }),
    async join(typed) {
      if (isPrivateName(privateName(typed))) return shownResult(privates.accept(privateName(typed)));
      const name = readRoomName(typed);
      if (name === undefined) return badRoom(typed);
      const outcome = await deps.join(name);
      if (outcome === undefined) return refuse('not-kept');
      if (outcome === 'too-many') return refuse('too-many-rooms', { limit: maxJoinedRooms });
      return done(name);
    },
    createPrivate: (title, people) => shownResult(privates.create(title, people)),
    invite: (typed, people) => shownResult(privates.invite(privateName(typed), people)),
    remove: (typed, people) => shownResult(privates.remove(privateName(typed), people)),
    rename: (typed, title) => shownResult(privates.rename(privateName(typed), title)),
    makeAdmin: (typed, person) => shownResult(privates.makeAdmin(privateName(typed), person)),
    leave: (typed) => (isPrivateName(privateName(typed)) ? shownResult(privates.leave(privateName(typed))) : leavePublic(typed)),
    setMuted: (typed, isMuted) =>
      withRoom(typed, async (room) => ((await room.setMuted(isMuted)) ? done(room.name) : refuse('not-kept'))),
    setTopic: (typed, topic) => withRoom(typed, (room) => setTopic(room, topic.trim())),
    async say(typed, text, offered) {
      const room = roomNamed(typed);
      if ('ok' in room) return room;
      if (!isVisible(text)) return refuse('empty');
      // A character has at most three bytes.
      if (3 * text.length > maxMessageBytes && encoder.encode(text).length > maxMessageBytes)
        return refuse('too-long', { limit: maxMessageBytes });
      const message = await room.say(text, offered);
      return message ? { ok: true, message: messages.shown(message) } : refuse('not-kept');
    },
    history: messages.history,
    unread(conversation, limit) {
      const room = roomOf(conversation);
      const found = room ? store.rooms.unread(room.keeper.id, limit).map(messages.shown) : [];
      return found.filter(({ ahead }) => !ahead);
    },
    ahead: messages.ahead,
    get: messages.get,
    async markRead(conversation, through) {
      const read = await writer.persist(() => marked(() => store.markRead(conversation, through, maxReadAtOnce)));
      if (read instanceof StoreError) throw read;
      if (read && read.length > 0) events.emit({ type: 'conversation-changed', conversation });
    },
    async clear(conversation) {
      const count = await deleteInSlices(clock, (after) => writer.persist(() => store.clear(conversation, after)));
      roomOf(conversation)?.keeper.reload();
      events.emit({ type: 'conversation-changed', conversation });
      return count;
    },
    counters: () => new Map([...rooms.values()].sort(byRoomName).map((room) => [room.name, countersOf(room)])),
    subscribe: (listener) => events.subscribe(listener),
    close: () => undefined,
  };

  /** A mistake of the caller is no refusal of the store. */
  function marked<Result>(act: () => Result): Result | StoreError {
    try {
      return act();
    } catch (error) {
      if (error instanceof StoreError && error.code === 'bad-cursor') return error;
      throw error;
    }
  }

  async function setTopic(room: JoinedRoom, topic: string): Promise<RoomResult> {
    if (Array.from(topic).length > maxTopicLength) return refuse('topic-too-long', { limit: maxTopicLength });
    const { id } = room.keeper;
    const beforeMs = topicSaidMs.get(id) ?? -Infinity;
    if (clock.monotonicMs() - beforeMs < topicGapMs) return refuse('topic-too-soon');
    // Before it is kept: another one may come meanwhile.
    topicSaidMs.set(id, clock.monotonicMs());
    if (!(await room.setTopic(topic))) {
      topicSaidMs.set(id, beforeMs);
      return refuse('not-kept');
    }
    news.topic(room);
    return { ok: true, room: news.shown(room.name) };
  }

  async function withRoom(typed: string, act: (room: JoinedRoom) => Promise<RoomResult>): Promise<RoomResult> {
    const room = roomNamed(typed);
    return 'ok' in room ? room : act(room);
  }

  function roomNamed(
    typed: string,
  ): JoinedRoom | ReturnType<typeof badRoom> | ReturnType<typeof refuse<'not-joined' | 'unknown-room'>> {
    // Programs say much under one name, and to read and hash it costs more than all else here.
    for (const room of rooms.values()) if (room.name === typed) return room;
    const name = readAnyRoomName(typed);
    if (name === undefined) return badRoom(typed);
    return rooms.get(deps.idOf(name)) ?? refuse(isPrivateName(name) ? 'unknown-room' : 'not-joined', { name });
  }

  function leavePublic(typed: string): Promise<RoomResult> {
    return withRoom(typed, async (room) => ((await deps.leave(room)) ? done(room.name) : refuse('not-kept')));
  }

  async function shownResult(result: Promise<PrivateResult>): Promise<RoomResult> {
    const given = await result;
    return given.ok ? { ok: true, room: news.shown(given.room.name) } : given;
  }

  function done(name: string): RoomResult {
    news.changed(name);
    return { ok: true, room: news.shown(name) };
  }

  function roomOf(conversation: ConversationId): JoinedRoom | undefined {
    const parts = partsOf(conversation);
    return parts.type === 'room' ? rooms.get(deps.idOf(parts.name)) : undefined;
  }

  function countersOf({ keeper }: JoinedRoom): RoomCounters {
    const entries = [...keeper.logs.entries()];
    const held = entries.reduce((sum, { state }) => sum + state.top - state.floor - missingCount(state), 0);
    const missing = entries.reduce((sum, { state }) => sum + missingCount(state), 0);
    return {
      logs: entries.length,
      messages: held,
      ...deps.live.counters(keeper.id),
      pulled: deps.catchUp.counters(keeper.id).pulled,
      relayed: deps.tree.relayed(keeper.id),
      missing,
    };
  }
}

/** Of a text that is no name of a private room, no room is found. */
function privateName(typed: string): string {
  return typed.trim().toLowerCase();
}

/** `everyone` first. */
function byName(a: string, b: string): number {
  return Number(b === everyoneRoom) - Number(a === everyoneRoom) || (a < b ? -1 : 1);
}

function byRoomName(a: JoinedRoom, b: JoinedRoom): number {
  return byName(a.name, b.name);
}
