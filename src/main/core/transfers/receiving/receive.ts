/**
 * Decides which accepted transfers fetch their files now, and opens the connections for it (rules
 * XFER-8 to XFER-11). Any interruption leaves a transfer `waiting`; it goes on by itself
 * once its peer, or the disk, is there again. pull.ts fetches one transfer.
 */
import type { MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import type { Session } from '../../messaging/session/session.ts';
import type { TransferSessions } from '../../messaging/messages.ts';
import { pieceBytes, type NoPieceContent, type PieceContent } from '../../messaging/wire/transfer-frames.ts';
import type { Clock } from '../../ports.ts';
import { createChunkShares } from './chunk-shares.ts';
import type { TransferOptions } from '../options.ts';
import type { StoredTransfer, TransferDisk } from '../ports.ts';
import { startPull, type Pull, type PullOutcome } from './pull.ts';
import type { TransferRate } from '../rate.ts';
import { createRetries } from './retries.ts';
import { isGoingOn, otherEndOf } from '../states.ts';
import { createStrayBytes } from './stray-bytes.ts';
import type { TransferBook } from '../transfer-book.ts';

export interface FileReceiver {
  /** Something changed: a transfer was accepted, a peer appeared. */
  review(): void;
  /** There is news of that peer: it is worth another attempt. */
  heard(peerId: PeerId): void;
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
}

interface Running {
  readonly pull: Pull;
  readonly session: Session;
  /** Its outcome is in the book. */
  readonly concluded: Promise<void>;
}

export function createFileReceiver({ clock, disk, book, sessions, ...deps }: Deps, options: TransferOptions): FileReceiver {
  const pulls = new Map<MessageId, Running>();
  /** They are about to end otherwise. */
  const held = new Set<MessageId>();
  const connecting = new Set<PeerId>();
  /** By transfer or peer. */
  const retries = createRetries(clock, review, { firstMs: options.reconnectMs, maxMs: options.maxReconnectMs });
  const strays = createStrayBytes();
  const shareLimits = { max: options.maxChunksInFlight, maxPerPeer: options.maxChunksPerPeer };
  const shares = createChunkShares(clock, deps.rate, shareLimits);
  let isClosed = false;

  return {
    review,
    heard(peerId) {
      retries.cancel(peerId);
      retries.reset(peerId);
      review();
    },
    opened: review,
    piece(session, piece) {
      const running = pulls.get(piece.transferId);
      if (running?.session === session && running.pull.piece(piece)) retries.reset(session.peerId);
      else strays.add(session, piece.bytes.length);
    },
    refused(session, { transferId, code }) {
      const running = pulls.get(transferId);
      if (running?.session === session) running.pull.refused(code);
      // It keeps the connection from being idle, as a piece does.
      else strays.add(session, pieceBytes);
    },
    closed(session) {
      strays.forget(session);
      for (const { pull, session: its } of pulls.values()) if (its === session) pull.stop();
      retries.backOff(session.peerId);
    },
    async hold(transferId) {
      held.add(transferId);
      const running = pulls.get(transferId);
      running?.pull.stop();
      await running?.concluded;
      return () => {
        held.delete(transferId);
        review();
      };
    },
    async ended(transfer) {
      retries.cancel(transfer.transferId);
      const running = pulls.get(transfer.transferId);
      running?.pull.stop();
      await running?.pull.outcome;
      await clear(transfer);
    },
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
      const isOurs = isGoingOn(transfer) && !book.isOwn(transfer) && !pulls.has(transfer.transferId);
      const isReachable = deps.isHere(peerId) || sessions.data.current(peerId, 'in') !== undefined;
      return isOurs && isReachable && !deps.isBlocked(peerId) && !isLater(transfer);
    });
  }

  function isLater({ transferId }: StoredTransfer): boolean {
    return held.has(transferId) || retries.has(transferId);
  }

  function hasPlace(peerId: PeerId): boolean {
    const ofPeer = [...pulls.values()].filter(({ session }) => session.peerId === peerId).length;
    return pulls.size < options.maxRunning && ofPeer < options.maxRunningPerPeer;
  }

  /** If this end cannot dial, the peer is asked to. */
  async function connect(peerId: PeerId, transferId: MessageId): Promise<void> {
    if (connecting.has(peerId) || retries.has(peerId)) return;
    connecting.add(peerId);
    const isKnown = await sessions.open(peerId);
    const result = isKnown ? await sessions.data.open(peerId) : undefined;
    connecting.delete(peerId);
    if (isClosed || result?.ok) return review();
    if (isKnown) sessions.send(peerId, { type: 'transferCall', transferId });
    retries.later(peerId, options.retryMs);
  }

  function start(transfer: StoredTransfer, session: Session): void {
    const { transferId } = transfer;
    const pull = startPull(
      {
        ...{ clock, disk, shares: shares.of(session.peerId), onProgress: book.progress },
        ask: (content) => session.send({ type: 'pull', ...content }),
      },
      transfer,
      options,
    );
    void book.change(transferId, { state: 'running' });
    pulls.set(transferId, { pull, session, concluded: follow(transfer, pull) });
  }

  async function follow(transfer: StoredTransfer, pull: Pull): Promise<void> {
    const outcome = await pull.outcome;
    pulls.delete(transfer.transferId);
    const current = book.get(transfer.transferId);
    if (current && isGoingOn(current) && !isClosed) await conclude(current, outcome);
    review();
  }

  async function conclude(transfer: StoredTransfer, outcome: PullOutcome): Promise<void> {
    const { transferId } = transfer;
    const doneBytes = transfer.offer.totalBytes;
    switch (outcome.type) {
      case 'done':
        // If the store refuses, the note that `finish` left answers the next attempt.
        if (await book.change(transferId, { state: 'done', doneBytes, paths: outcome.paths })) return clear(transfer);
        return retries.later(transferId, options.retryMs);
      case 'failed':
        if (await book.change(transferId, { state: 'failed', code: outcome.code })) await clear(transfer);
        return;
      case 'waiting':
        retries.later(transferId, options.retryMs);
        return void book.change(transferId, { state: 'waiting', code: outcome.code });
      case 'stopped':
        if (!held.has(transferId)) void book.change(transferId, { state: 'waiting', code: 'offline' });
    }
  }

  async function clear({ transferId, directory }: StoredTransfer): Promise<void> {
    if (directory !== '') await disk.clearSink({ transferId, directory });
    await disk.removeDescription(transferId);
  }
}
