/** The states of a transfer and the ways between them (rule FILE-3). Pure. */
import type { TransferCode, TransferState } from '../../../shared/contract/transfers.ts';
import { peerOfConversation, type PeerId } from '../../../shared/lib/ids.ts';
import type { ToldState } from '../messaging/wire/transfer-frames.ts';
import type { StoredTransfer } from './ports.ts';

const finalStates: ReadonlySet<TransferState> = new Set(['done', 'declined', 'cancelled', 'failed']);
const goingOn: readonly TransferState[] = ['accepted', 'running', 'waiting', 'done', 'cancelled', 'failed'];

const next: Readonly<Record<TransferState, readonly TransferState[]>> = {
  offered: ['accepted', 'running', 'waiting', 'declined', 'cancelled', 'failed', 'done'],
  accepted: goingOn,
  running: goingOn,
  waiting: goingOn,
  done: [],
  declined: [],
  cancelled: [],
  failed: [],
};

export function isFinal({ state }: Pick<StoredTransfer, 'state'>): boolean {
  return finalStates.has(state);
}

export function mayBecome(from: TransferState, to: TransferState): boolean {
  return next[from].includes(to);
}

/** Accepted, and not final: files may come or go. */
export function isGoingOn(transfer: Pick<StoredTransfer, 'state'>): boolean {
  return !isFinal(transfer) && transfer.state !== 'offered';
}

/** Whether a failed read of the sender may succeed later, as when a stick is back. */
export function isTransient(code: TransferCode): boolean {
  return code === 'vanished' || code === 'no-access' || code === 'unreadable';
}

/** The other end of a transfer. */
export function otherEndOf({ conversation }: Pick<StoredTransfer, 'conversation'>): PeerId {
  return peerOfConversation(conversation) ?? '';
}

/**
 * The state as the other end must know it; undefined if it need not. The sender of files tells only that
 * it gave up.
 */
export function toldStateOf({ state }: Pick<StoredTransfer, 'state'>, isOwn: boolean): ToldState | undefined {
  if (state === 'cancelled' || state === 'failed') return state;
  if (isOwn || state === 'offered') return undefined;
  return state === 'declined' || state === 'done' ? state : 'accepted';
}
