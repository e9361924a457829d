/**
 * Sends the frames of private rooms: states, lists and blocks, each to members alone (rules ROOM-177
 * to ROOM-179). `private-exchange.ts` decides when, and handles what comes.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { RoomSessions } from '../../messaging/messages.ts';
import type { PrivateFrame } from '../../messaging/wire/frames.ts';
import { maxBlocksBytes } from '../../messaging/wire/room-frames.ts';
import type { Clock, Random } from '../../ports.ts';
import { encodeDigest, type RoomDigest } from '../log/digest.ts';
import type { RoomId, SignedBlock } from '../wire/block.ts';
import { hashesOf } from './list-answer.ts';
import type { PrivateBook, PrivateRoom } from './private-book.ts';

export interface PrivateSender {
  state(peerId: PeerId, room: PrivateRoom, isAsk: boolean): boolean;
  /** A state soon; several that fall together share a frame. */
  answer(peerId: PeerId, room: RoomId, isAsk: boolean): void;
  /** A state to some members with a session. Without any, a session with one is opened. */
  stateToSome(room: RoomId, isAsk: boolean): void;
  /** @param from versions that the peer has */
  list(peerId: PeerId, room: PrivateRoom, from: number): void;
  block(peerId: PeerId, block: SignedBlock): Promise<void>;
  /** The member has answered for that room. */
  answered(peerId: PeerId, room: RoomId): void;
  send(peerId: PeerId, frame: PrivateFrame): boolean;
  /** The other members that are online. */
  othersHere(room: PrivateRoom): readonly PeerId[];
  /** Acts once per key until then. */
  later(key: string, delayMs: number, act: () => void): void;
  sessionClosed(peerId: PeerId): void;
  readonly isClosed: boolean;
  close(): void;
}

export interface PrivateSenderDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly sessions: Pick<RoomSessions, 'send' | 'open'>;
  readonly ownPeerId: PeerId;
  readonly book: PrivateBook;
  readonly isHere: (peerId: PeerId) => boolean;
  readonly digestOf: (room: RoomId) => RoomDigest;
  /** How far we hold the logs of that peer, by short tags. */
  readonly topsOf: (room: RoomId, author: PeerId) => readonly { readonly tag: string; readonly number: number }[];
}

/** States that answer something share a frame if they fall into this time. */
const answerMs = 250;
/** Members that hear of a change, and those that get a state at each round. */
const fanOut = 4;
/** Bytes of blocks that a member did not answer. Beyond, it pulls. */
const maxUnansweredBytes = 1_048_576;

export function createPrivateSender(deps: PrivateSenderDeps): PrivateSender {
  const { clock, random, sessions, book } = deps;
  const timers = new Map<string, Unsubscribe>();
  const unanswered = new Map<string, number>();
  let isClosed = false;

  return {
    state,
    answer(peerId, id, isAsk) {
      later(`answer ${peerId} ${id}`, answerMs, () => {
        const room = book.shared(peerId, id);
        if (room) state(peerId, room, isAsk);
      });
    },
    stateToSome(id, isAsk) {
      const room = book.get(id);
      if (room?.standing !== 'member') return;
      const here = shuffled(othersHere(room));
      let count = 0;
      for (const peerId of here) if (count < fanOut && state(peerId, room, isAsk)) count += 1;
      const [first] = here;
      if (count === 0 && first !== undefined) void sessions.open(first);
    },
    list(peerId, { id, chain }, from) {
      const changes = chain.changes.slice(from).map(({ bytes }) => bytes);
      if (changes.length > 0) send(peerId, { type: 'privateList', room: id, changes });
    },
    async block(peerId, { room, bytes }) {
      const key = `${peerId} ${room}`;
      const sizeBytes = (unanswered.get(key) ?? 0) + bytes.length;
      if (bytes.length > maxBlocksBytes || sizeBytes > maxUnansweredBytes) return;
      unanswered.set(key, sizeBytes);
      // The list may have changed while the session was opened.
      if (!(await sessions.open(peerId)) || !book.shared(peerId, room)) return;
      send(peerId, { type: 'privateBlocks', room, blocks: [bytes] });
    },
    answered: (peerId, room) => void unanswered.delete(`${peerId} ${room}`),
    send,
    othersHere,
    later,
    sessionClosed(peerId) {
      for (const key of [...unanswered.keys()]) if (key.startsWith(peerId)) unanswered.delete(key);
    },
    get isClosed() {
      return isClosed;
    },
    close() {
      isClosed = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };

  function state(peerId: PeerId, { id, chain }: PrivateRoom, isAsk: boolean): boolean {
    const digest = encodeDigest(deps.digestOf(id));
    return send(peerId, {
      ...{ type: 'privateState', room: id, isAsk, version: chain.list.version, digest },
      ...{ hashes: hashesOf(chain), tops: deps.topsOf(id, peerId) },
    });
  }

  function send(peerId: PeerId, frame: PrivateFrame): boolean {
    return !isClosed && sessions.send(peerId, frame);
  }

  function othersHere({ chain }: PrivateRoom): readonly PeerId[] {
    return chain.list.people.filter((peerId) => peerId !== deps.ownPeerId && deps.isHere(peerId));
  }

  function shuffled(peers: readonly PeerId[]): readonly PeerId[] {
    const keyed = peers.map((peerId) => ({ peerId, key: random.fraction() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ peerId }) => peerId);
  }

  function later(key: string, delayMs: number, act: () => void): void {
    if (isClosed || timers.has(key)) return;
    const run = (): void => {
      timers.delete(key);
      act();
    };
    timers.set(key, clock.setTimer(run, delayMs));
  }
}
