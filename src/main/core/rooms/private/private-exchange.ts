/**
 * Members of a private room exchange over their sessions: lists, states and new blocks (rules
 * ROOM-177 to ROOM-182). Nothing is given to a peer, and nothing taken from it, that the current list
 * does not name. A peer outside gets the same answer as for a room that does not exist: none.
 * `private-book.ts` judges lists; catch-up/ fetches what digests show to be missing.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createTokenBuckets } from '../../lib/token-bucket.ts';
import type { PrivateFrame } from '../../messaging/wire/frames.ts';
import { decodeDigest } from '../log/digest.ts';
import type { RoomId, SignedBlock } from '../wire/block.ts';
import { answerTo, type ListAnswer } from './list-answer.ts';
import { wentWith } from './member-list.ts';
import type { Outcome, PrivateRoom } from './private-book.ts';
import { createPrivateSender, type PrivateSenderDeps } from './private-sender.ts';
import type { ToldStates } from './told-states.ts';

export interface PrivateExchange {
  onOpened(peerId: PeerId): void;
  onFrame(peerId: PeerId, frame: PrivateFrame): void;
  onClosed(peerId: PeerId): void;
  /** The peer came online. */
  appeared(peerId: PeerId): void;
  /** A block of ours is persisted: to all members that are online. */
  push(block: SignedBlock): void;
  /** Our part of that room changed, other than by a block of ours. */
  changed(room: RoomId): void;
  /** Our own change of a list: to the members, and to those whom it removed. */
  announce(room: PrivateRoom, removed: readonly PeerId[]): void;
  /** We left the room: says so to its members that are online. */
  sayLeft(room: PrivateRoom): void;
  /** Asks a member how far it holds our logs. */
  ask(peerId: PeerId, room: RoomId): void;
  start(): void;
  close(): void;
}

interface Deps extends PrivateSenderDeps {
  readonly told: ToldStates;
  /** Verifies and persists a block of that author. @returns whether something before it is missing */
  readonly take: (room: RoomId, bytes: Uint8Array, author: PeerId) => Promise<boolean>;
  readonly onList: (outcome: Extract<Outcome, { kind: 'kept' }>) => void;
  readonly onState: (peerId: PeerId, room: PrivateRoom, isFirst: boolean) => void;
  readonly onLeft: (peerId: PeerId, room: PrivateRoom) => void;
}

/** After a change of ours that no member knows, some members hear of it. */
const gossipMs = 2_000;
const roundMs = 60_000;
/** The delay before a session with a member that came online, so that not all open at once. */
const openSpreadMs = 3_000;
/** Frames of one peer: states, lists and blocks. */
const stateRate = { perSecond: 20, burst: 256 };
const listRate = { perSecond: 1, burst: 128 };
const blockRate = { perSecond: 50, burst: 256 };
const maxPeers = 1_024;

export function createPrivateExchange(deps: Deps): PrivateExchange {
  const { clock, sessions, ownPeerId, book, told } = deps;
  const sender = createPrivateSender(deps);
  const states = createTokenBuckets(stateRate, maxPeers);
  const lists = createTokenBuckets(listRate, maxPeers);
  const blocks = createTokenBuckets(blockRate, maxPeers);
  /** Removed members that got the list that says so, in their session. */
  const toldRemoved = new Set<string>();

  return {
    onOpened: (peerId) => book.sharedWith(peerId).forEach((room) => greet(peerId, room)),
    onFrame(peerId, frame) {
      const nowMs = clock.monotonicMs();
      switch (frame.type) {
        case 'privateList':
          return void (lists.take(peerId, nowMs) && onList(peerId, frame.room, frame.changes));
        case 'privateState':
          return states.take(peerId, nowMs) ? onState(peerId, frame) : undefined;
        case 'privateBlocks':
          return void onBlocks(peerId, frame.room, frame.blocks);
        case 'privateLeft': {
          const room = book.shared(peerId, frame.room);
          return room && states.take(peerId, nowMs) ? deps.onLeft(peerId, room) : undefined;
        }
      }
    },
    onClosed(peerId) {
      sender.sessionClosed(peerId);
      for (const key of [...toldRemoved]) if (key.startsWith(peerId)) toldRemoved.delete(key);
    },
    appeared(peerId) {
      if (book.sharedWith(peerId).length === 0) return;
      sender.later(`open ${peerId}`, openSpreadMs * deps.random.fraction(), () => {
        // Opening greets.
        if (deps.isHere(peerId) && book.sharedWith(peerId).length > 0) void sessions.open(peerId);
      });
    },
    push(block) {
      const room = book.get(block.room);
      if (room?.standing === 'member') for (const peerId of sender.othersHere(room)) void sender.block(peerId, block);
    },
    changed: gossip,
    announce(room, removed) {
      for (const peerId of [...sender.othersHere(room), ...removed.filter(deps.isHere)]) void tellList(peerId, room.id);
    },
    sayLeft(room) {
      for (const peerId of sender.othersHere(room)) void sessions.open(peerId).then((isOpen) => isOpen && tellLeft(peerId, room));
    },
    ask(peerId, id) {
      const room = book.shared(peerId, id);
      if (room) sender.state(peerId, room, true);
    },
    start: () => sender.later('round', roundMs, round),
    close: sender.close,
  };

  function greet(peerId: PeerId, room: PrivateRoom): void {
    // It may not know yet that it is a member.
    if (!told.has(peerId, room.id)) sender.list(peerId, room, 0);
    sender.state(peerId, room, false);
  }

  async function tellList(peerId: PeerId, id: RoomId): Promise<void> {
    if (!(await sessions.open(peerId))) return;
    const room = book.get(id);
    if (!room) return;
    if (book.shared(peerId, id)) sender.list(peerId, room, 0);
    else tellRemoved(peerId, room, 0);
  }

  async function onList(peerId: PeerId, id: RoomId, changes: readonly Uint8Array[]): Promise<void> {
    const outcome = await book.received(peerId, id, changes);
    if (sender.isClosed) return;
    if (outcome.kind === 'left') return void sender.send(peerId, { type: 'privateLeft', room: id });
    if (outcome.kind === 'kept') {
      deps.onList(outcome);
      if (outcome.room.standing === 'member') gossip(id);
    }
    if (book.shared(peerId, id) && outcome.kind !== 'refused') sender.answer(peerId, id, outcome.kind === 'unattached');
  }

  function onState(peerId: PeerId, frame: Extract<PrivateFrame, { type: 'privateState' }>): void {
    const room = book.get(frame.room);
    if (room?.standing === 'left' && room.chain.list.people.includes(peerId)) return tellLeft(peerId, room);
    if (room?.standing !== 'member') return;
    const reply = answerTo(room.chain, frame);
    if (!book.shared(peerId, frame.room)) return tellRemoved(peerId, room, frame.version, reply);
    sender.answered(peerId, frame.room);
    if (reply.kind === 'send') sender.list(peerId, room, reply.from);
    if (frame.isAsk || reply.kind === 'behind') sender.answer(peerId, frame.room, false);
    const isFirst = told.note(peerId, frame.room, { digest: decodeDigest(frame.digest), tops: frame.tops });
    deps.onState(peerId, room, isFirst);
  }

  /**
   * The one thing that a removed member still gets: the versions up to the one that removed it, if
   * it shows by a hash that it has the one before. So its program knows.
   */
  function tellRemoved(peerId: PeerId, room: PrivateRoom, version: number, reply?: ListAnswer): void {
    const went = wentWith(room.chain, peerId);
    const key = `${peerId} ${room.id} ${reply ? 'asked' : 'told'}`;
    const isUnknown = reply !== undefined && (reply.kind !== 'send' || reply.from === 0);
    if (!went || toldRemoved.has(key) || isUnknown || version >= went.version) return;
    toldRemoved.add(key);
    const changes = room.chain.changes.slice(reply?.kind === 'send' ? reply.from : went.version - 1, went.version);
    sender.send(peerId, { type: 'privateList', room: room.id, changes: changes.map(({ bytes }) => bytes) });
  }

  /** An admin left by a version of its own. */
  function tellLeft(peerId: PeerId, room: PrivateRoom): void {
    if (room.chain.list.people.includes(ownPeerId)) sender.send(peerId, { type: 'privateLeft', room: room.id });
    else sender.list(peerId, room, 0);
  }

  async function onBlocks(peerId: PeerId, id: RoomId, came: readonly Uint8Array[]): Promise<void> {
    let isGapped = false;
    for (const bytes of came) {
      if (sender.isClosed || !book.shared(peerId, id) || !blocks.take(peerId, clock.monotonicMs())) return;
      if (await deps.take(id, bytes, peerId)) isGapped = true;
    }
    if (book.shared(peerId, id)) sender.answer(peerId, id, isGapped);
  }

  function gossip(id: RoomId): void {
    sender.later(`gossip ${id}`, gossipMs, () => sender.stateToSome(id, false));
  }

  function round(): void {
    for (const { id } of book.list()) sender.stateToSome(id, true);
    sender.later('round', roundMs, round);
  }
}
