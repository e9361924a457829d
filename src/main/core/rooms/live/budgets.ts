/**
 * Receive budgets for room datagrams, before any signature check (rules ROOM-82 and ROOM-83). Pure
 * token buckets: the caller passes the time, and drops what is refused. The general limits of
 * datagrams come first (rule FLOW-2).
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import { createTokenBucket, type Rate, type TokenBucket } from '../../lib/token-bucket.ts';

const authorRate: Rate = { perSecond: 40, burst: 80 };

/** In any one second at most 2,000: the burst, and what comes in meanwhile. */
const totalRate: Rate = { perSecond: 1_000, burst: 1_000 };

/** Strangers leave this part of the burst to known authors. */
const knownReserve = 500;

/** All strangers together. */
const strangersRate: Rate = { perSecond: 20, burst: 20 };

/** A known author without a bucket starts with a full one, so forgetting one costs nothing. */
const maxAuthors = 1_024;
const maxSources = 1_024;

const maxWrongSignatures = 5;
const wrongWindowMs = 1_000;
const sourceRefusedMs = 10_000;

export interface RoomDatagram {
  readonly author: PeerId;
  /** True if the author was proved here, online or not. */
  readonly isKnownAuthor: boolean;
  /** The datagram's source address, without the port. */
  readonly source: string;
  /** True if the source is a proved address of a peer that is online. */
  readonly isProvedSource: boolean;
}

export type Refusal = 'source-refused' | 'author-budget' | 'unknown-budget' | 'total-budget';

export interface RoomBudgets {
  /** Cheapest: whether nothing of that source is read now. */
  refusesSource(source: string, nowMs: number): boolean;
  /** Call it before the signature check. @returns undefined if the datagram may be checked */
  refuse(datagram: RoomDatagram, nowMs: number): Refusal | undefined;
  /** The signature of an admitted datagram was right: it counts for its author. */
  signed(datagram: RoomDatagram, nowMs: number): void;
  /** The signature was wrong: it counts for the source address, and the author pays nothing. */
  wronglySigned(datagram: RoomDatagram, nowMs: number): void;
}

export function createRoomBudgets(): RoomBudgets {
  const total = createTokenBucket(totalRate);
  const strangers = createTokenBucket(strangersRate);
  const authors = createLruMap<PeerId, TokenBucket>(maxAuthors);
  const wrong = createLruMap<string, { readonly sinceMs: number; readonly count: number; readonly refusedUntilMs: number }>(
    maxSources,
  );

  return {
    refusesSource: isSourceRefused,
    refuse(datagram, nowMs) {
      if (isSourceRefused(datagram.source, nowMs)) return 'source-refused';
      const isKnown = isKnownLane(datagram);
      if (isKnown && !bucketOf(datagram.author).has(nowMs)) return 'author-budget';
      if (!isKnown && !strangers.take(nowMs)) return 'unknown-budget';
      return total.take(nowMs, isKnown ? 0 : knownReserve) ? undefined : 'total-budget';
    },
    signed(datagram, nowMs) {
      if (isKnownLane(datagram)) bucketOf(datagram.author).take(nowMs);
    },
    wronglySigned({ source }, nowMs) {
      const before = wrong.get(source);
      const isSame = before !== undefined && nowMs - before.sinceMs < wrongWindowMs;
      const count = isSame ? before.count + 1 : 1;
      const refusedUntilMs = count >= maxWrongSignatures ? nowMs + sourceRefusedMs : (before?.refusedUntilMs ?? 0);
      wrong.set(source, { sinceMs: isSame ? before.sinceMs : nowMs, count, refusedUntilMs });
    },
  };

  function isSourceRefused(source: string, nowMs: number): boolean {
    return (wrong.get(source)?.refusedUntilMs ?? 0) > nowMs;
  }

  function bucketOf(author: PeerId): TokenBucket {
    const bucket = authors.get(author) ?? createTokenBucket(authorRate);
    authors.set(author, bucket);
    return bucket;
  }
}

/** Others could use up an author's share from an unproved address, so these share one budget. */
function isKnownLane({ isKnownAuthor, isProvedSource }: RoomDatagram): boolean {
  return isKnownAuthor && isProvedSource;
}
