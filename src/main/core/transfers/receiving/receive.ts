/**
 * Decides which accepted transfers fetch their files now, and opens the connections for it (rules
 * XFER-8 to XFER-11). Any interruption leaves a transfer `waiting`; it goes on by itself
 * once its peer, or the disk, is there again. pull.ts fetches one transfer.
 */
import type { TransferCode } from '../../../../shared/contract/transfers.ts';
import type { ConversationId, MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import type { Session } from '../../messaging/session/session.ts';
import type { TransferSessions } from '../../messaging/messages.ts';
import { pieceBytes, type NoPieceContent, type PieceContent } from '../../messaging/wire/transfer-frames.ts';
import type { Clock } from '../../ports.ts';
import { createChunkShares } from './chunk-shares.ts';
import { createConclusions } from './conclude.ts';
import { createConnect } from './connect.ts';
import type { TransferOptions } from '../options.ts';
import type { StoredTransfer, TransferDisk } from '../ports.ts';
import type { Holders } from '../rooms/holders.ts';
import { createRoomSource, type RoomSource } from './room-source.ts';
import { startPull, type Pull } from './pull.ts';
import { createPeerSource, type PullSource } from './pull-source.ts';
import type { TransferRate } from '../rate.ts';
import { createRetries } from './retries.ts';
import { isGoingOn, isInRoom, isPausedThere, isSameOffer, otherEndOf } from '../states.ts';
import { createStopping, type Stopping } from './stopping.ts';
import { createStrayBytes } from './stray-bytes.ts';
import type { TransferBook } from '../transfer-book.ts';

export interface FileReceiver {
  /** Something changed: a transfer was accepted, a peer appeared. */
  review(): void;
  /** There is news of that peer: it is worth another attempt. */
  heard(peerId: PeerId): void;
  /** There is news of the members of that room, or of those who have that offer. */
  roomChanged(conversation: ConversationId): void;
  opened(): void;
  piece(session: Session, piece: PieceContent): void;
  refused(session: Session, refusal: NoPieceContent): void;
  closed(session: Session): void;
  /**
   * It is about to end otherwise: stops it, and fetches nothing until the returned function is called.
   * If its files have their final names already, it is `done` then.
   */
  hold(transferId: MessageId): Promise<() => void>;
  /** It ended otherwise: stops it, and deletes what arrived. */
  ended(transfer: StoredTransfer): Promise<void>;
  /** Likewise of an offer whose ID another one has now, which waits until that is done. */
  replaced(transfer: StoredTransfer): Promise<void>;
  close(): Promise<void>;
}

interface Deps {
  readonly clock: Clock;
  readonly disk: TransferDisk;
  readonly book: TransferBook;
  readonly sessions: Pick<TransferSessions, 'send' | 'open' | 'data'>;
  readonly rate: TransferRate;
  readonly isHere: (peerId: PeerId) => boolean;
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly holders: Holders;
}

interface Running {
  readonly pull: Pull;
  readonly source: PullSource;
  /** The other end of a transfer between two. */
  readonly peerId: PeerId | undefined;
  /** Its outcome is in the book. */
  readonly concluded: Promise<void>;
}

/** A transfer in a room for which nobody can be asked now is looked at again after this. */
const lookInRoomsMs = 30_000;
const roomsKey = 'rooms';

export function createFileReceiver({ clock, disk, book, sessions, ...deps }: Deps, options: TransferOptions): FileReceiver {
  const pulls = new Map<MessageId, Running>();
  const roomSources = new Set<RoomSource>();
  const openData = createConnect(sessions);
  /** By transfer or peer. */
  const retries = createRetries(clock, review, { firstMs: options.reconnectMs, maxMs: options.maxReconnectMs });
  const { conclude, clear } = createConclusions(
    { disk, book, retries, isHeld: (transferId) => stopping.isHeld(transferId), forget: deps.holders.forget },
    options,
  );
  const stopping: Stopping = createStopping({ pulls, retries, clear, onFree: review });
  const strays = createStrayBytes();
  const shareLimits = { max: options.maxChunksInFlight, maxPerPeer: options.maxChunksPerPeer };
  const shares = createChunkShares(clock, deps.rate, shareLimits);
  let isClosed = false;

  return {
    review,
    heard(peerId) {
      deps.holders.heard(peerId);
      retries.cancel(peerId);
      retries.reset(peerId);
      review();
    },
    roomChanged(conversation) {
      // A disk that refused is no nearer for a member that came.
      const isAway = (transfer: StoredTransfer): boolean => transfer.state === 'waiting' && transfer.code === 'offline';
      for (const transfer of book.list())
        if (transfer.conversation === conversation && isAway(transfer)) retries.cancel(transfer.transferId);
      review();
    },
    opened: review,
    piece(session, piece) {
      const running = pulls.get(piece.transferId);
      if (running?.source.uses(session) && running.pull.piece(piece, session)) retries.reset(session.peerId);
      else strays.add(session, piece.bytes.length);
    },
    refused(session, { transferId, code }) {
      const running = pulls.get(transferId);
      if (running?.source.uses(session)) lost(running, session, code);
      // It keeps the connection from being idle, as a piece does.
      else strays.add(session, pieceBytes);
    },
    closed(session) {
      strays.forget(session);
      for (const running of pulls.values()) if (running.source.uses(session)) lost(running, session);
      retries.backOff(session.peerId);
    },
    ...{ hold: stopping.hold, ended: stopping.ended, replaced: stopping.replaced },
    async close() {
      isClosed = true;
      retries.close();
      const all = [...pulls.values()];
      for (const { pull } of all) pull.stop();
      shares.close();
      await Promise.all(all.map(({ pull }) => pull.outcome));
    },
  };

  function review(): void {
    if (isClosed) return;
    for (const source of roomSources) source.review();
    for (const transfer of book.list().filter(isWaitingInRoom)) {
      if (!deps.holders.isPromising(transfer)) retries.later(roomsKey, lookInRoomsMs);
      else if (!isLater(transfer) && hasPlace(undefined)) startInRoom(transfer);
    }
    for (const transfer of fetchable()) {
      const peerId = otherEndOf(transfer);
      const session = sessions.data.current(peerId, 'in');
      if (session && hasPlace(peerId)) start(transfer, session);
      else if (!session) void connect(peerId, transfer.transferId);
    }
  }

  /** The oldest offer first. */
  function fetchable(): readonly StoredTransfer[] {
    return [...book.list()].reverse().filter((transfer) => {
      const peerId = otherEndOf(transfer);
      const isReachable = deps.isHere(peerId) || sessions.data.current(peerId, 'in') !== undefined;
      return !isInRoom(transfer) && isIncoming(transfer) && isReachable && !deps.isBlocked(peerId) && !isLater(transfer);
    });
  }

  function isWaitingInRoom(transfer: StoredTransfer): boolean {
    return isInRoom(transfer) && isIncoming(transfer);
  }

  /** Accepted, and not being fetched. */
  function isIncoming(transfer: StoredTransfer): boolean {
    return isGoingOn(transfer) && !isPausedThere(transfer) && !book.isOwn(transfer) && !pulls.has(transfer.transferId);
  }

  function isLater({ transferId }: StoredTransfer): boolean {
    return stopping.isHeld(transferId) || retries.has(transferId);
  }

  /** @param peerId the other end; undefined for rooms, which share one part of the places */
  function hasPlace(peerId: PeerId | undefined): boolean {
    const ofPeer = [...pulls.values()].filter((running) => running.peerId === peerId).length;
    return pulls.size < options.maxRunning && ofPeer < options.maxRunningPerPeer;
  }

  async function connect(peerId: PeerId, transferId: MessageId): Promise<void> {
    if (retries.has(peerId)) return;
    const isOpen = await openData(peerId, transferId);
    if (isOpen === false) retries.later(peerId, options.retryMs);
    if (isOpen) review();
  }

  function start(transfer: StoredTransfer, session: Session): void {
    const { peerId } = session;
    begin(transfer, createPeerSource({ session, clock, shares: shares.of(peerId) }, transfer, options), peerId);
  }

  function startInRoom(transfer: StoredTransfer): void {
    const source = createRoomSource({ clock, sessions, shares, holders: deps.holders }, transfer, options);
    roomSources.add(source);
    begin(transfer, source, undefined);
    void pulls.get(transfer.transferId)?.concluded.then(() => {
      roomSources.delete(source);
      // Others wait for a place there.
      const isUsed = (session: Session): boolean => [...pulls.values()].some((running) => running.source.uses(session));
      for (const session of source.used) if (!isUsed(session)) session.close('idle');
    });
  }

  function begin(transfer: StoredTransfer, source: PullSource, peerId: PeerId | undefined): void {
    const { transferId } = transfer;
    // In a room somebody else may have what one member sent wrong.
    const limits = isInRoom(transfer) ? { ...options, maxDamagedChunks: Infinity } : options;
    const pull = startPull({ clock, disk, source, onProgress: book.progress }, transfer, limits);
    void book.change(transferId, { state: 'running' });
    pulls.set(transferId, { pull, source, peerId, concluded: follow(transfer, pull) });
  }

  function lost({ pull, source }: Running, session: Session, code?: TransferCode): void {
    if (source.lost(session, code)) return;
    if (code === undefined) pull.stop();
    else pull.refused(code);
  }

  async function follow(transfer: StoredTransfer, pull: Pull): Promise<void> {
    const outcome = await pull.outcome;
    pulls.delete(transfer.transferId);
    const current = book.get(transfer.transferId);
    const isCurrent = current !== undefined && isSameOffer(current, transfer);
    if (isCurrent && isGoingOn(current) && !isClosed) await conclude(current, outcome);
    review();
  }
}
