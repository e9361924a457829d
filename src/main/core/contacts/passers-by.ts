/**
 * The contacts that only passed by: a bounded number, with a rate for new ones (rule TRUST-10). So
 * made-up keys can push out one another, and no contact that the user knows. The contact book
 * stores the contacts themselves.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { createSurgeWatch } from '../lib/surge-watch.ts';
import { createTokenBucket } from '../lib/token-bucket.ts';
import type { Clock } from '../ports.ts';

export interface PassersBy {
  /**
   * Adds contacts, and reports none that are forgotten because there are too many.
   *
   * @param peerIds the one seen last comes last
   */
  load(peerIds: readonly PeerId[]): void;
  /** Adds a contact, or makes it the latest. The one that left longest ago may be forgotten. */
  put(peerId: PeerId): void;
  delete(peerId: PeerId): void;
  /** @returns whether a new peer that leaves is remembered */
  admits(peerId: PeerId, stayedMs: number): boolean;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  /** Whether we ever sent a message to that peer. Undefined if the store failed. */
  readonly wasWrittenTo: (peerId: PeerId) => boolean | undefined;
  /** Called for a contact that is no passer-by, because we sent it a message. */
  readonly onCorrespondent: (peerId: PeerId) => void;
  /**
   * Called for a contact that loses its place.
   *
   * @param isRemoved false if its row must stay
   */
  readonly onForget: (peerId: PeerId, isRemoved: boolean) => void;
  /** Called when contacts begin to be forgotten by the hundred, and when that is over. */
  readonly onForgetting: (isMany: boolean) => void;
}

/** Beyond it, those that left longest ago are forgotten. */
const maxPassersBy = 2_000;
/** A peer that stayed this long is remembered when it leaves. Shorter stays have a rate. */
export const stayMs = 60_000;
/** Short stays that are remembered: a whole floor that leaves at once, then a few a second. */
const shortStays = { perSecond: 5, burst: 200 };
/** An ordinary network forgets a few a day. */
const forgettingSurge = { many: 100, periodMs: 60_000 };

export function createPassersBy({ clock, wasWrittenTo, onCorrespondent, onForget, onForgetting }: Deps): PassersBy {
  /** The one that left longest ago comes first. */
  const peerIds = new Set<PeerId>();
  const places = createTokenBucket(shortStays);
  const watch = createSurgeWatch({ clock, onSurge: onForgetting }, forgettingSurge);

  return {
    load(seen) {
      for (const peerId of seen) peerIds.add(peerId);
      while (peerIds.size > maxPassersBy) forgetOldest();
    },
    put(peerId) {
      peerIds.delete(peerId);
      peerIds.add(peerId);
      if (peerIds.size > maxPassersBy && forgetOldest()) watch.add();
    },
    delete: (peerId) => void peerIds.delete(peerId),
    admits(peerId, stayedMs) {
      const isAdmitted = stayedMs >= stayMs || places.take(clock.monotonicMs()) || wasWrittenTo(peerId) === true;
      if (!isAdmitted) watch.add();
      return isAdmitted;
    },
    close: watch.close,
  };

  /** @returns false if we sent that contact a message, so it is kept */
  function forgetOldest(): boolean {
    const [peerId] = peerIds;
    if (peerId === undefined) return false;
    peerIds.delete(peerId);
    const isCorrespondent = wasWrittenTo(peerId);
    if (isCorrespondent) onCorrespondent(peerId);
    else onForget(peerId, isCorrespondent === false);
    return !isCorrespondent;
  }
}
