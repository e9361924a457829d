/**
 * Limits the messages that unknown senders can make us store, and notices when they send very much
 * (rules TRUST-7, TRUST-14): keys cost nothing, and anybody with one can write. An unknown sender is
 * a peer that the user neither wrote to nor verified. Nothing is refused: messages beyond the quota wait with their author.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock } from '../../ports.ts';
import type { WireMessage } from '../wire/frames.ts';
import { createSurgeWatch } from '../../lib/surge-watch.ts';
import { createPace, type Pace } from '../../lib/token-bucket.ts';

export interface UnknownSenderQuota {
  /**
   * @returns how long that peer must wait until more may be persisted; 0 if it has no quota or some
   * of it is left
   */
  waitMs(peerId: PeerId): number;
  /** Counts messages that are about to be persisted; they may overdraw the quota. */
  spend(peerId: PeerId, messages: readonly WireMessage[]): void;
  close(): void;
}

export interface UnknownSenderQuotas {
  /**
   * Of one unknown sender: texts, names of offered files, and overhead. Room for two million short messages in a row: a
   * build server may send many.
   */
  readonly eachBytes: number;
  /** Of all unknown senders together. More would fill a disk within a day. */
  readonly allBytes: number;
  /** After this time an empty quota is full again. */
  readonly hourMs: number;
}

export const unknownSenderQuotas: UnknownSenderQuotas = {
  eachBytes: 512 * 1_048_576,
  allBytes: 1_024 * 1_048_576,
  hourMs: 3_600_000,
};

/**
 * Bytes that a message takes in the store beside its text, roughly: its row and its index entries.
 */
export const messageOverheadBytes = 128;

/** The bytes that the store keeps of a named file of an offer beside its name. */
const namedFileBytes = 32;
/**
 * Unknown senders whose use is remembered. The one that wrote longest ago goes first; the use of
 * all together stays counted.
 */
const maxUnknownSenders = 1_024;
/**
 * Bytes of all unknown senders: 250 of the longest messages, or 25,000 short ones. A log that a
 * colleague pastes is far smaller.
 */
const surge = { many: 4 * 1_048_576, periodMs: 10_000 };
/** The longest text that a frame can have, in bytes. */
const scratch = new Uint8Array(16_384);
const utf8 = new TextEncoder();

interface Deps {
  readonly clock: Clock;
  /** Whether the user wrote to the peer or verified it. */
  readonly isFamiliar: (peerId: PeerId) => boolean;
  /** Called when unknown senders begin to send very much, and when that is over. */
  readonly onSurge: (isSurge: boolean) => void;
}

export function createUnknownSenderQuota(
  { clock, isFamiliar, onSurge }: Deps,
  { eachBytes, allBytes, hourMs }: UnknownSenderQuotas = unknownSenderQuotas,
): UnknownSenderQuota {
  const all = refilled(allBytes);
  const watch = createSurgeWatch({ clock, onSurge }, surge);
  const unknownSenders = createLruMap<PeerId, Pace>(maxUnknownSenders);

  return {
    waitMs(peerId) {
      if (isFamiliar(peerId)) return 0;
      const nowMs = clock.monotonicMs();
      return Math.max(unknownSenders.get(peerId)?.take(nowMs, 0) ?? 0, all.take(nowMs, 0));
    },
    spend(peerId, messages) {
      if (isFamiliar(peerId)) return;
      const nowMs = clock.monotonicMs();
      const sizeBytes = sizeOf(messages);
      all.take(nowMs, sizeBytes);
      spenderOf(peerId).take(nowMs, sizeBytes);
      watch.add(sizeBytes);
    },
    close: watch.close,
  };

  function spenderOf(peerId: PeerId): Pace {
    const pace = unknownSenders.get(peerId) ?? refilled(eachBytes);
    unknownSenders.set(peerId, pace);
    return pace;
  }

  function refilled(burst: number): Pace {
    return createPace({ perSecond: (burst * 1_000) / hourMs, burst });
  }
}

function sizeOf(messages: readonly WireMessage[]): number {
  let sizeBytes = 0;
  for (const { text, offer } of messages) sizeBytes += messageOverheadBytes + textBytes(text) + offerBytes(offer);
  return sizeBytes;
}

function offerBytes(offer: WireMessage['offer']): number {
  if (!offer) return 0;
  return offer.files.reduce((sum, { name }) => sum + namedFileBytes + textBytes(name), messageOverheadBytes);
}

function textBytes(text: string): number {
  return utf8.encodeInto(text, scratch).written;
}
