/**
 * Sends the chunks that receivers ask for (rules XFER-6, XFER-14). A chunk is read from
 * the disk only when the connection has taken the one before, but for one that is read ahead. The
 * transfers of a connection take turns, chunk by chunk.
 */
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { createSpareMemory, type SpareMemory } from '../lib/spare-memory.ts';
import type { Session } from '../messaging/session/session.ts';
import { pieceBytes, type PullContent, type TransferPart } from '../messaging/wire/transfer-frames.ts';
import type { Clock } from '../ports.ts';
import { chunkBytes } from './layout.ts';
import { createOwnFiles, type PartRead } from './own-files.ts';
import type { TransferOptions } from './options.ts';
import type { StoredTransfer, TransferDisk } from './ports.ts';
import type { TransferRate } from './rate.ts';
import type { RoomServing } from './rooms/serving.ts';
import { isFinal, isGoingOn, isInRoom, isPausedThere, isTransient, otherEndOf } from './states.ts';
import type { TransferBook } from './transfer-book.ts';

export interface FileServer {
  /** A connection on which files go is open. */
  opened(session: Session): void;
  asked(session: Session, pull: PullContent): void;
  drained(session: Session): void;
  closed(session: Session): void;
  /** A transfer of ours is paused: tells its receiver, and closes its files. */
  paused(transferId: MessageId): void;
  /** A transfer of ours is final: closes its files. */
  ended(transferId: MessageId): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly disk: TransferDisk;
  readonly book: TransferBook;
  readonly rate: TransferRate;
  readonly serving: RoomServing;
  /** A file for members of a room is not as it was. */
  readonly onUnreadable: (transfer: StoredTransfer) => void;
}

interface Wanted {
  readonly transferId: MessageId;
  readonly part: TransferPart;
  readonly chunk: number;
}

interface StartedRead {
  readonly wanted: Wanted;
  readonly memory: Uint8Array;
  readonly read: Promise<PartRead>;
}

interface Connection {
  readonly session: Session;
  readonly closing: AbortController;
  /** By transfer; the one that was served longest ago first. */
  readonly queues: Map<MessageId, Wanted[]>;
  /** For chunks: at most the one that is sent, and the one that is read ahead. */
  readonly spares: SpareMemory;
  wantedCount: number;
  isBusy: boolean;
  /** Present while the connection takes no more. */
  onDrained: (() => void) | undefined;
}

export function createFileServer({ clock, disk, book, rate, serving, onUnreadable }: Deps, options: TransferOptions): FileServer {
  const connections = new Map<Session, Connection>();
  const files = createOwnFiles({ clock, disk, book }, options);

  return {
    opened: (session) => void connectionOf(session),
    asked(session, pull) {
      const { transferId, part, chunks } = pull;
      const connection = connectionOf(session);
      connection.wantedCount += chunks.length;
      if (connection.wantedCount > options.maxWantedPerConnection) return session.close('too-many');
      const transfer = book.get(transferId);
      if (!transfer || !isServed(session.peerId, transferId) || !begin(session.peerId, transfer, pull))
        return refuse(connection, transferId, chunks.length);
      const queue = connection.queues.get(transferId) ?? [];
      queue.push(...chunks.map((chunk) => ({ transferId, part, chunk })));
      connection.queues.set(transferId, queue);
      void serve(connection);
    },
    drained: (session) => connections.get(session)?.onDrained?.(),
    closed(session) {
      const connection = connections.get(session);
      connections.delete(session);
      connection?.closing.abort();
      connection?.onDrained?.();
      if (![...connections.keys()].some(({ peerId }) => peerId === session.peerId)) serving.left(session.peerId);
      for (const transfer of book.list()) {
        const isHere = book.isOwn(transfer) && otherEndOf(transfer) === session.peerId;
        if (isHere && isGoingOn(transfer) && !isPausedThere(transfer))
          void book.change(transfer.transferId, { state: 'waiting', code: 'offline' });
      }
    },
    paused(transferId) {
      const transfer = book.get(transferId);
      for (const connection of connections.values()) {
        if (!transfer || otherEndOf(transfer) !== connection.session.peerId) continue;
        drop(connection, transferId);
        connection.session.send({ type: 'noPiece', transferId, code: 'paused' });
      }
      files.release(transferId);
    },
    ended: files.release,
    close() {
      for (const { closing } of connections.values()) closing.abort();
      files.close();
    },
  };

  function connectionOf(session: Session): Connection {
    const connection = connections.get(session) ?? {
      session,
      closing: new AbortController(),
      queues: new Map(),
      spares: createSpareMemory(2),
      wantedCount: 0,
      isBusy: false,
      onDrained: undefined,
    };
    connections.set(session, connection);
    return connection;
  }

  /** Only an offer of ours to that very peer, where asking accepts it, and what a room may have. */
  function isServed(peerId: PeerId, transferId: MessageId): boolean {
    const transfer = book.get(transferId);
    if (transfer && isInRoom(transfer)) return serving.serves(peerId, transfer);
    return transfer !== undefined && book.isOwn(transfer) && otherEndOf(transfer) === peerId && mayGoOn(transfer);
  }

  /** @returns whether it may have more now */
  function begin(peerId: PeerId, transfer: StoredTransfer, { transferId, haveBytes, chunks }: PullContent): boolean {
    const { totalBytes } = transfer.offer;
    const isRoom = isInRoom(transfer);
    if (isRoom && !serving.begin(peerId, transferId, totalBytes, chunks.length)) return false;
    if (!isRoom || book.isOwn(transfer)) void book.change(transferId, { state: 'running' });
    // Of several members each has its own.
    if (!isRoom) book.progress(transferId, Math.min(haveBytes, totalBytes));
    return true;
  }

  function refuse(connection: Connection, transferId: MessageId, count: number): void {
    connection.wantedCount -= count;
    const transfer = book.get(transferId);
    const isTheirs = transfer !== undefined && otherEndOf(transfer) === connection.session.peerId;
    const code = isTheirs && transfer.state === 'paused' ? 'paused' : isTheirs && transfer.code;
    connection.session.send({ type: 'noPiece', transferId, code: code || 'other-refused' });
  }

  async function serve(connection: Connection): Promise<void> {
    if (connection.isBusy) return;
    connection.isBusy = true;
    let current = startRead(connection);
    while (current && !connection.closing.signal.aborted) {
      const read = await current.read;
      const ahead = startRead(connection);
      if (read.ok) await send(connection, current.wanted, read.bytes);
      else await fail(connection, current.wanted.transferId, read.code);
      connection.spares.giveBack(current.memory);
      connection.wantedCount -= 1;
      current = ahead ?? startRead(connection);
    }
    connection.isBusy = false;
  }

  function startRead(connection: Connection): StartedRead | undefined {
    if (connection.closing.signal.aborted) return undefined;
    for (const [transferId, queue] of connection.queues) {
      const wanted = queue.shift();
      connection.queues.delete(transferId);
      if (!wanted) continue;
      if (queue.length > 0) connection.queues.set(transferId, queue);
      const memory = connection.spares.take(chunkBytes);
      return { wanted, memory, read: files.read(transferId, wanted.part, wanted.chunk, memory) };
    }
    return undefined;
  }

  async function send(connection: Connection, { transferId, part, chunk }: Wanted, bytes: Uint8Array): Promise<void> {
    const { session, closing } = connection;
    for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
      const piece = bytes.subarray(offset, offset + pieceBytes);
      await rate.wait(piece.length, closing.signal);
      if (closing.signal.aborted || !isServed(session.peerId, transferId)) return;
      if (!session.send({ type: 'piece', transferId, part, chunk, offset, bytes: piece })) await untilDrained(connection);
    }
  }

  function untilDrained(connection: Connection): Promise<void> {
    return new Promise((resolve) => {
      const done: Unsubscribe = () => {
        connection.onDrained = undefined;
        resolve();
      };
      if (connection.closing.signal.aborted) done();
      else connection.onDrained = done;
    });
  }

  /**
   * A file that changed ends the transfer. One that is away, or that the system refuses for now,
   * makes it wait: its receiver asks again.
   */
  async function fail(
    connection: Connection,
    transferId: MessageId,
    code: Exclude<PartRead, { ok: true }>['code'],
  ): Promise<void> {
    drop(connection, transferId);
    if (!isServed(connection.session.peerId, transferId)) return;
    connection.session.send({ type: 'noPiece', transferId, code });
    if (code === 'other-refused') return;
    const transfer = book.get(transferId);
    if (transfer && isInRoom(transfer)) onUnreadable(transfer);
    if (transfer && isFinal(transfer)) return files.release(transferId);
    await book.change(transferId, { state: isTransient(code) ? 'waiting' : 'failed', code });
    // The next attempt looks at the disk again.
    if (isTransient(code)) files.release(transferId);
  }
}

/** Its receiver may fetch it. */
function mayGoOn(transfer: StoredTransfer): boolean {
  return !isFinal(transfer) && transfer.state !== 'paused';
}

function drop(connection: Connection, transferId: MessageId): void {
  connection.wantedCount -= connection.queues.get(transferId)?.length ?? 0;
  connection.queues.delete(transferId);
}
