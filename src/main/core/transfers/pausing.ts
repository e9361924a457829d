/**
 * Pauses transfers, and lets them go on (rules FILE-60 to FILE-63). Each end pauses for itself:
 * what arrived stays, and only that end lets it go on, also after a restart.
 */
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { TransferSessions } from '../messaging/messages.ts';
import type { StoredTransfer } from './ports.ts';
import type { FileReceiver } from './receiving/receive.ts';
import type { FileServer } from './serve.ts';
import { isFinal, isGoingOn, isInRoom, isPausedThere, otherEndOf } from './states.ts';
import type { TransferBook } from './transfer-book.ts';

export type PauseRefusal = Refusal<'unknown-transfer' | 'transfer-over' | 'transfer-not-accepted' | 'transfer-not-kept'>;
type PauseResult = { readonly ok: true; readonly transfer: StoredTransfer } | PauseRefusal;

export interface Pausing {
  pause(transferId: MessageId): Promise<PauseResult>;
  resume(transferId: MessageId): Promise<PauseResult>;
  /** The sender of that transfer says that it goes on. */
  called(peerId: PeerId, transferId: MessageId): void;
  /** There is news of that peer, which may have let its transfers go on. */
  heard(peerId: PeerId): void;
}

interface Deps {
  readonly book: TransferBook;
  readonly server: Pick<FileServer, 'paused'>;
  readonly receiver: Pick<FileReceiver, 'hold' | 'review'>;
  readonly sessions: Pick<TransferSessions, 'send' | 'open'>;
}

export function createPausing({ book, server, receiver, sessions }: Deps): Pausing {
  return {
    async pause(transferId) {
      const transfer = book.get(transferId);
      if (!transfer || !isGoingOn(transfer)) return answer(transfer, 'paused');
      // Others have it from here, each at their own time.
      if (book.isOwn(transfer) && isInRoom(transfer)) return refuse('transfer-not-accepted');
      const letGo = await receiver.hold(transferId);
      await book.change(transferId, { state: 'paused' });
      letGo();
      const paused = book.get(transferId);
      if (paused?.state === 'paused' && book.isOwn(paused)) server.paused(transferId);
      return answer(paused, 'paused');
    },
    async resume(transferId) {
      if (book.get(transferId)?.state === 'paused') await goOn(transferId);
      const transfer = book.get(transferId);
      if (transfer && book.isOwn(transfer) && isGoingOn(transfer)) void call(transfer);
      return answer(transfer, 'going on');
    },
    called(peerId, transferId) {
      const transfer = book.get(transferId);
      if (transfer && !book.isOwn(transfer) && otherEndOf(transfer) === peerId && isPausedThere(transfer)) void goOn(transferId);
    },
    heard(peerId) {
      for (const transfer of book.list()) {
        const isIncoming = !book.isOwn(transfer) && otherEndOf(transfer) === peerId;
        if (isIncoming && isPausedThere(transfer)) void goOn(transfer.transferId);
      }
    },
  };

  async function goOn(transferId: MessageId): Promise<void> {
    await book.change(transferId, { state: 'waiting', code: 'offline' });
    receiver.review();
  }

  /** The receiver fetches, so it must know. If it is away, it asks once it is back. */
  async function call(transfer: StoredTransfer): Promise<void> {
    const { transferId } = transfer;
    const peerId = otherEndOf(transfer);
    if (sessions.send(peerId, { type: 'transferCall', transferId })) return;
    if (await sessions.open(peerId)) sessions.send(peerId, { type: 'transferCall', transferId });
  }

  function answer(transfer: StoredTransfer | undefined, wanted: 'paused' | 'going on'): PauseResult {
    if (!transfer) return refuse('unknown-transfer');
    if (isFinal(transfer)) return refuse('transfer-over');
    if (transfer.state === 'offered') return refuse('transfer-not-accepted');
    const isSo = wanted === 'paused' ? transfer.state === 'paused' : isGoingOn(transfer);
    return isSo ? { ok: true, transfer } : refuse('transfer-not-kept');
  }
}
