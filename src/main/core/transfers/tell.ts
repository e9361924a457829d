/**
 * Tells the other end of each transfer where it stands, until that end has persisted it (rules
 * FILE-5, FILE-6), and takes over what the other end tells.
 */
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { TransferSessions } from '../messaging/messages.ts';
import type { TransferFrame } from '../messaging/wire/frames.ts';
import { maxStatesPerFrame, type ToldState, type TransferStateContent } from '../messaging/wire/transfer-frames.ts';
import type { Change, TransferBook } from './transfer-book.ts';
import type { StoredTransfer } from './ports.ts';
import { isFinal, isInRoom, isPausedThere, otherEndOf, toldStateOf } from './states.ts';

export interface Telling {
  /** Tells that peer all that it does not know yet, and opens a session for it if need be. */
  tell(peerId: PeerId): void;
  /** Tells that change alone. What the peer did not answer is told again in the next session. */
  changed(transfer: StoredTransfer): void;
  /** Nobody remembers that transfer. */
  forgotten(transferId: MessageId): void;
  received(peerId: PeerId, frame: Extract<TransferFrame, { type: 'transferState' | 'transferTold' }>): void;
}

interface Deps {
  readonly book: TransferBook;
  readonly sessions: Pick<TransferSessions, 'send' | 'open'>;
  readonly isHere: (peerId: PeerId) => boolean;
  /** As the book does it, once nothing of that transfer is under way. */
  readonly change: TransferBook['change'];
  /**
   * A member says that it has the files that we offered in a room.
   *
   * @returns whether that is persisted
   */
  readonly onArrived: (peerId: PeerId, transfer: StoredTransfer) => Promise<boolean>;
}

type Told = TransferStateContent['states'][number];

/** States of an offer of ours that only its receiver can bring about. */
const ofReceiver: readonly ToldState[] = ['accepted', 'paused', 'declined', 'done'];

export function createTelling({ book, sessions, isHere, change, onArrived }: Deps): Telling {
  /** The state that each transfer had when that peer was last told, to know what its answer is about. */
  const sent = new Map<MessageId, StoredTransfer>();

  return {
    tell,
    changed: (transfer) => void send(otherEndOf(transfer), [transfer]),
    forgotten: (transferId) => void sent.delete(transferId),
    received(peerId, frame) {
      if (frame.type === 'transferState') return void take(peerId, frame.states);
      for (const transferId of frame.messageIds) {
        const transfer = sent.get(transferId);
        if (!transfer || otherEndOf(transfer) !== peerId) continue;
        sent.delete(transferId);
        book.told(transfer);
      }
    },
  };

  function tell(peerId: PeerId): void {
    const untold = book.list().filter((transfer) => !transfer.isTold && otherEndOf(transfer) === peerId);
    for (let start = 0; start < untold.length; start += maxStatesPerFrame) {
      if (!send(peerId, untold.slice(start, start + maxStatesPerFrame))) return;
    }
  }

  function send(peerId: PeerId, transfers: readonly StoredTransfer[]): boolean {
    const states = transfers.flatMap((transfer) => toTold(transfer) ?? []);
    const isSent = sessions.send(peerId, { type: 'transferState', states });
    // The opening of a session makes us tell everything.
    if (!isSent && isHere(peerId)) void sessions.open(peerId);
    if (isSent) for (const transfer of transfers) sent.set(transfer.transferId, transfer);
    return isSent;
  }

  function toTold(transfer: StoredTransfer): Told | undefined {
    const { transferId, code } = transfer;
    const state = toldStateOf(transfer, book.isOwn(transfer));
    if (state === undefined) return undefined;
    return state === 'failed' && code !== undefined ? { transferId, state, code } : { transferId, state };
  }

  /** A transfer that we do not know is none of that peer: it need not tell it again. */
  async function take(peerId: PeerId, states: readonly Told[]): Promise<void> {
    const taken = await Promise.all(
      states.map(async (told) => {
        const transfer = book.get(told.transferId);
        if (transfer && isInRoom(transfer) && book.isOwn(transfer)) return told.state !== 'done' || onArrived(peerId, transfer);
        if (!transfer || otherEndOf(transfer) !== peerId) return true;
        const given = changeFor(transfer, told);
        if (given === undefined || (await change(told.transferId, given))) return true;
        // It ended meanwhile.
        return isFinal(book.get(told.transferId) ?? transfer);
      }),
    );
    const messageIds = states.filter((_, index) => taken[index]).map(({ transferId }) => transferId);
    if (messageIds.length > 0) sessions.send(peerId, { type: 'transferTold', messageIds });
  }

  function changeFor(transfer: StoredTransfer, { state, code }: Told): Change | undefined {
    if (isFinal(transfer)) return undefined;
    const isOwn = book.isOwn(transfer);
    // A sender cannot accept its own offer, nor finish it.
    if (!isOwn && ofReceiver.includes(state)) return undefined;
    if (state === 'paused') return transfer.state === 'paused' ? undefined : { state: 'waiting', code: 'paused' };
    if (state === 'accepted' && isPausedThere(transfer)) return { state: 'waiting', code: 'offline' };
    if (state === 'accepted') return transfer.state === 'offered' ? { state } : undefined;
    if (state === 'done') return { state, doneBytes: transfer.offer.totalBytes };
    return state === 'failed' ? { state, code: code ?? 'other-refused' } : { state };
  }
}
