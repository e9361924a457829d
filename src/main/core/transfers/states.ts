/** The states of a transfer and the ways between them (rule FILE-3). Pure. */
import type { TransferCode, TransferState } from '../../../shared/contract/transfers.ts';
import { partsOf, type PeerId } from '../../../shared/lib/ids.ts';
import type { ToldState } from '../messaging/wire/transfer-frames.ts';
import type { StoredTransfer } from './ports.ts';

const finalStates: ReadonlySet<TransferState> = new Set(['done', 'declined', 'cancelled', 'failed']);
const goingOn: readonly TransferState[] = ['accepted', 'running', 'waiting', 'paused', 'done', 'cancelled', 'failed'];

const next: Readonly<Record<TransferState, readonly TransferState[]>> = {
  offered: ['accepted', 'running', 'waiting', 'declined', 'cancelled', 'failed', 'done'],
  accepted: goingOn,
  running: goingOn,
  waiting: goingOn,
  paused: ['waiting', 'done', 'cancelled', 'failed'],
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

/** Accepted, and neither paused nor final: files may come or go. */
export function isGoingOn(transfer: Pick<StoredTransfer, 'state'>): boolean {
  return !isFinal(transfer) && transfer.state !== 'offered' && transfer.state !== 'paused';
}

/** The other end paused it: there is nothing to do until it says more. */
export function isPausedThere({ state, code }: Pick<StoredTransfer, 'state' | 'code'>): boolean {
  return state === 'waiting' && code === 'paused';
}

/** Whether a failed read of the sender may succeed later, as when a stick is back. */
export function isTransient(code: TransferCode): boolean {
  return code === 'vanished' || code === 'no-access' || code === 'unreadable' || code === 'paused';
}

/** Offered to the members of a room, each of whom decides for themselves. */
export function isInRoom({ conversation }: Pick<StoredTransfer, 'conversation'>): boolean {
  return partsOf(conversation).type === 'room';
}

/** The ID alone does not tell: whoever makes a direct offer chooses it. */
export function isSameOffer(
  a: Pick<StoredTransfer, 'from' | 'conversation'>,
  b: Pick<StoredTransfer, 'from' | 'conversation'>,
): boolean {
  return a.from === b.from && a.conversation === b.conversation;
}

/** The other end of a transfer. Of one in a room: its author, who is no other end of their own. */
export function otherEndOf({ conversation, from }: Pick<StoredTransfer, 'conversation' | 'from'>): PeerId {
  const parts = partsOf(conversation);
  return parts.type === 'dm' ? parts.peerId : from;
}

/** Whether the members of its room may have the files from here, as far as its state tells. */
export function isHolder(transfer: Pick<StoredTransfer, 'conversation' | 'state' | 'isHeld'>, isOwn: boolean): boolean {
  if (!isInRoom(transfer)) return false;
  if (transfer.state !== 'done') return isOwn && !isFinal(transfer) && transfer.state !== 'paused';
  return isOwn ? transfer.isHeld !== false : transfer.isHeld === true;
}

/**
 * The state as the other end must know it; undefined if it need not. The sender of files tells only that
 * it gave up. In a room the author hears who has the files, and nothing else (rule RFILE-12).
 */
export function toldStateOf(
  { state, conversation }: Pick<StoredTransfer, 'state' | 'conversation'>,
  isOwn: boolean,
): ToldState | undefined {
  if (isInRoom({ conversation })) return !isOwn && state === 'done' ? state : undefined;
  if (state === 'cancelled' || state === 'failed') return state;
  if (isOwn || state === 'offered') return undefined;
  return state === 'declined' || state === 'done' || state === 'paused' ? state : 'accepted';
}
