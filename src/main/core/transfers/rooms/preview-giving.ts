/**
 * Gives the small pictures of offers in rooms to members that ask (rules RFILE-44, RFILE-45). Any
 * member that has them gives them. preview-fetching.ts is the other end.
 */
import type { MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import { createTokenBucket, createTokenBuckets } from '../../lib/token-bucket.ts';
import type { TransferSessions } from '../../messaging/messages.ts';
import { encodePreviewBytes } from '../../messaging/wire/preview-bytes.ts';
import type { Clock } from '../../ports.ts';
import type { StoredTransfer } from '../ports.ts';
import { isInRoom } from '../states.ts';
import type { TransferBook } from '../transfer-book.ts';

interface Deps {
  readonly clock: Clock;
  readonly book: Pick<TransferBook, 'get'>;
  readonly sessions: Pick<TransferSessions, 'send'>;
  readonly isMember: (transfer: StoredTransfer, peerId: PeerId) => boolean;
  readonly isBlocked: (peerId: PeerId) => boolean;
}

/**
 * Answers with pictures to all members together. Each has up to 134 KiB, so this is 2.1 MiB at once
 * and 1.1 MiB each second: direct messages keep their share.
 */
export const givenPictures = { perSecond: 8, burst: 16 };
/** Asks of one peer. */
const askRate = { perSecond: 5, burst: 100 };
const maxAskers = 1_024;
/** How often one member gets the pictures of one offer in an hour: it keeps them, or lost them. */
const maxRepeats = 3;
const repeatMs = 3_600_000;
/** Members times offers of which that is counted: beyond that the oldest count is forgotten. */
const maxCounted = 4_096;

/** @returns the handler of an ask */
export function createPreviewGiving(deps: Deps): (peerId: PeerId, transferId: MessageId) => void {
  const { clock, book, sessions, isMember, isBlocked } = deps;
  const asks = createTokenBuckets(askRate, maxAskers);
  const answers = createTokenBucket(givenPictures);
  const given = createLruMap<string, { readonly sinceMs: number; count: number }>(maxCounted);

  return (peerId, transferId) => {
    if (!asks.take(peerId, clock.monotonicMs())) return;
    const transfer = book.get(transferId);
    const previews = transfer && mayHave(peerId, transfer) ? (transfer.offer.previews ?? []) : [];
    const answer = previews.length === 0 ? 'not' : admit(peerId, transferId);
    const bytes = answer === 'has' ? encodePreviewBytes(previews) : new Uint8Array(0);
    sessions.send(peerId, { type: 'previewAnswer', transferId, answer, bytes });
  };

  /** To a peer that is no member, the offer does not exist. Nobody gives what was withdrawn. */
  function mayHave(peerId: PeerId, transfer: StoredTransfer): boolean {
    const isOver = transfer.state === 'cancelled' || transfer.isHeld === false;
    return isInRoom(transfer) && !isOver && isMember(transfer, peerId) && !isBlocked(peerId);
  }

  function admit(peerId: PeerId, transferId: MessageId): 'has' | 'busy' | 'not' {
    const nowMs = clock.monotonicMs();
    const key = `${peerId} ${transferId}`;
    const before = given.get(key);
    const count = before && nowMs - before.sinceMs < repeatMs ? before : { sinceMs: nowMs, count: 0 };
    if (count.count >= maxRepeats) return 'not';
    if (!answers.take(nowMs)) return 'busy';
    count.count += 1;
    given.set(key, count);
    return 'has';
  }
}
