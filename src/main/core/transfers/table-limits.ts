/**
 * Limits on the rows that unknown senders may add to the table of transfers (rules FILE-11, FILE-41,
 * FILE-42). Pure but for the question whether a peer is familiar.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { TransferOptions } from './options.ts';
import type { StoredTransfer } from './ports.ts';
import { isFinal, otherEndOf } from './states.ts';

type Limits = Pick<TransferOptions, 'maxWaitingOffers' | 'maxWaitingOffersPerPeer'> &
  Pick<TransferOptions, 'maxWaitingOffersOfUnknownSenders' | 'maxWaitingOffersPerUnknownSender'>;

/** Whether one more offer of that peer may wait beside `waiting`. */
export function hasPlaceFor(
  from: PeerId,
  waiting: readonly StoredTransfer[],
  isFamiliar: (peerId: PeerId) => boolean,
  limits: Limits,
): boolean {
  const counts = new Map<PeerId, number>();
  for (const offer of waiting) counts.set(offer.from, (counts.get(offer.from) ?? 0) + 1);
  const own = counts.get(from) ?? 0;
  if (waiting.length >= limits.maxWaitingOffers) return false;
  if (isFamiliar(from)) return own < limits.maxWaitingOffersPerPeer;
  // First what needs no look at every peer.
  if (own >= limits.maxWaitingOffersPerUnknownSender) return false;
  let ofUnknownSenders = 0;
  for (const [peerId, count] of counts) if (!isFamiliar(peerId)) ofUnknownSenders += count;
  return ofUnknownSenders < limits.maxWaitingOffersOfUnknownSenders;
}

/**
 * The transfer that makes room for others: the oldest final one of the peer that has the most final
 * ones, so that no peer pushes out what another one left.
 */
export function firstToForget(transfers: Iterable<StoredTransfer>): StoredTransfer | undefined {
  const finals = new Map<PeerId, StoredTransfer[]>();
  for (const transfer of transfers) {
    if (!isFinal(transfer)) continue;
    const peerId = otherEndOf(transfer);
    const ofPeer = finals.get(peerId);
    if (ofPeer) ofPeer.push(transfer);
    else finals.set(peerId, [transfer]);
  }
  let most: readonly StoredTransfer[] = [];
  for (const ofPeer of finals.values()) if (ofPeer.length > most.length) most = ofPeer;
  return most.toSorted((a, b) => a.offeredAtMs - b.offeredAtMs)[0];
}

/** Final states that the other end has not heard of. */
export function countUntold(transfers: Iterable<StoredTransfer>, peerId: PeerId): number {
  let count = 0;
  for (const transfer of transfers) {
    if (isFinal(transfer) && !transfer.isTold && otherEndOf(transfer) === peerId) count += 1;
  }
  return count;
}
