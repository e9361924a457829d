/**
 * Fetches one part of a transfer from several members at once (rules RFILE-8 to RFILE-11). Each has
 * a lane: it gets some chunks at a time, and the faster gets more. A lane that ends leaves its
 * chunks to the others, so a member that goes away costs a few chunks at most. room-source.ts finds
 * the members.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Session } from '../../messaging/session/session.ts';
import type { PullContent } from '../../messaging/wire/transfer-frames.ts';
import type { Clock } from '../../ports.ts';
import type { RunningHash } from '../ports.ts';
import type { ChunkShares } from './chunk-shares.ts';
import { fetchPart, type EarlyEnd, type FetchEnd, type Handled, type PartFetch } from './fetch-part.ts';
import type { FetchedPart } from './pull-parts.ts';
import type { SourceFetch } from './pull-source.ts';
import { createChunkPool } from './chunk-pool.ts';
import { createSharedChunks } from './shared-chunks.ts';

/**
 * `wrong`: it sent bytes that are not those of the offer · `slow` · `gone`: its connection ended ·
 * `refused`.
 */
export type LaneEnd = 'wrong' | 'slow' | 'gone' | 'refused';

export interface Lanes extends SourceFetch {
  /** Adds one with that member. */
  add(session: Session): void;
  has(peerId: PeerId): boolean;
  readonly size: number;
  readonly isEnded: boolean;
  /** How many members can be of use now. */
  wanted(): number;
  lost(session: Session, why: 'gone' | 'refused'): void;
  /** The only one, if the part comes from one member alone. */
  readonly lastPeer: PeerId | undefined;
}

interface Deps {
  readonly clock: Clock;
  readonly what: FetchedPart;
  readonly chunkDeadlineMs: number;
  readonly maxChunks: number;
  readonly sharesOf: (peerId: PeerId) => ChunkShares;
  readonly ask: (session: Session, pull: Pick<PullContent, 'part' | 'chunks'>) => void;
  /** A lane ended before its chunks came. */
  readonly onLost: (peerId: PeerId, why: LaneEnd) => void;
  /** A lane could be added, or another member asked. */
  readonly onFree: () => void;
}

interface Lane {
  readonly session: Session;
  /** The chunks that it fetches; `part` knows them by their index here. */
  batch: readonly number[];
  part: PartFetch | undefined;
  /** Chunks that it was asked for, and that are not complete. */
  asked: number;
  heardMs: number;
  keptMs: number;
  why: LaneEnd | undefined;
}

interface Complete {
  readonly bytes: Uint8Array;
  readonly hash: RunningHash;
}

/** The most members that one part is fetched from at a time. */
const maxLanes = 4;
/** Chunks that a lane gets at a time; fewer near the end, so that all lanes end together. */
const maxBatch = 16;
/** With fewer chunks for each lane, another lane is of no use. */
const leastPerLane = 4;
/** A lane that brings nothing for this long leaves its chunks to another member. */
const stalledMs = 20_000;
/** Likewise one that completes no chunk, once others have nothing else to do. */
const slowMs = 10_000;
const checkMs = 5_000;

export function createLanes({ clock, what, onLost, onFree, ...deps }: Deps): Lanes {
  const lanes = new Map<Session, Lane>();
  const isWhole = what.part === 'description';
  const pool = createChunkPool(what.chunkCount, what.isHere);
  const cap = createSharedChunks(deps.maxChunks, () => lanes.size);
  /** Members that had nothing left to fetch. */
  const idle = new Set<PeerId>();
  let lastPeer: PeerId | undefined;
  let cancelCheck: Unsubscribe = clock.setTimer(check, checkMs);
  let isEnded = false;
  let settle: (end: FetchEnd) => void = () => undefined;
  const end = new Promise<FetchEnd>((resolve) => (settle = resolve));
  if (pool.left === 0) finish({ type: 'whole' });

  return {
    end,
    stop: finish,
    add(session) {
      if (isEnded || lanes.has(session)) return;
      const nowMs = clock.monotonicMs();
      const lane = { session, batch: [], part: undefined, asked: 0, heardMs: nowMs, keptMs: nowMs, why: undefined };
      lanes.set(session, lane);
      idle.delete(session.peerId);
      lastPeer = session.peerId;
      void run(lane);
    },
    has: (peerId) => [...lanes.keys()].some((session) => session.peerId === peerId),
    get size() {
      return lanes.size;
    },
    get isEnded() {
      return isEnded;
    },
    wanted() {
      if (isEnded || pool.free === 0) return lanes.size;
      if (isWhole) return 1;
      return Math.min(maxLanes, Math.max(1, lanes.size + Math.floor(pool.free / leastPerLane)));
    },
    get lastPeer() {
      return lastPeer;
    },
    piece(piece, session) {
      const lane = lanes.get(session);
      const chunk = lane?.batch.indexOf(piece.chunk) ?? -1;
      if (!lane?.part || chunk === -1 || !lane.part.piece({ ...piece, chunk })) return false;
      lane.heardMs = clock.monotonicMs();
      return true;
    },
    lost(session, why) {
      const lane = lanes.get(session);
      if (lane) stop(lane, why);
    },
  };

  async function run(lane: Lane): Promise<void> {
    while (!isEnded && lane.why === undefined) {
      lane.batch = pool.take(isWhole ? what.chunkCount : batchSize());
      if (lane.batch.length === 0) break;
      const kept = new Set<number>();
      const ended = await fetchBatch(lane, kept);
      // All of a description comes from one member: else nobody could tell whose bytes were wrong.
      const back = isWhole && ended.type !== 'whole' ? lane.batch : lane.batch.filter((chunk) => !kept.has(chunk));
      if (ended.type === 'whole') for (const chunk of kept) pool.kept(chunk);
      pool.giveBack(back);
      if (isEnded) return;
      if (ended.type === 'waiting' && ended.code === 'other-refused') lane.why ??= 'slow';
      else if (ended.type === 'waiting' || ended.type === 'failed') return finish(ended);
      if (ended.type === 'stopped') lane.why ??= 'gone';
    }
    leave(lane);
  }

  /** Chunks that are being written when it ends count once they are. */
  function fetchBatch(lane: Lane, kept: Set<number>): Promise<FetchEnd> {
    const { session, batch } = lane;
    const at = (index: number): number => batch[index] ?? 0;
    lane.part = fetchPart({
      ...{ part: what.part, clock, chunkDeadlineMs: deps.chunkDeadlineMs, maxChunks: deps.maxChunks },
      chunkCount: batch.length,
      sizeOf: (index) => what.sizeOf(at(index)),
      isHere: () => false,
      shares: cap.of(deps.sharesOf(session.peerId)),
      ask(indexes) {
        asked(lane, indexes.length);
        deps.ask(session, { part: what.part, chunks: indexes.map(at) });
      },
      startHash: what.startHash,
      onChunk: (index, bytes, hash) => keep(lane, at(index), { bytes, hash }, kept),
    });
    if (lane.why !== undefined) lane.part.stop({ type: 'stopped' });
    return lane.part.end;
  }

  async function keep(lane: Lane, chunk: number, { bytes, hash }: Complete, kept: Set<number>): Promise<Handled> {
    lane.asked -= 1;
    // It came from another one while this lane was given up.
    const handled = pool.isKept(chunk) ? 'kept' : await what.onChunk(chunk, bytes, hash);
    if (handled === 'again') {
      lane.why ??= 'wrong';
      return { type: 'stopped' };
    }
    if (handled !== 'kept') return handled;
    kept.add(chunk);
    lane.keptMs = clock.monotonicMs();
    if (!isWhole) pool.kept(chunk);
    if (pool.left === 0) finish({ type: 'whole' });
    return handled;
  }

  function asked(lane: Lane, count: number): void {
    if (lane.asked === 0) {
      lane.heardMs = clock.monotonicMs();
      lane.keptMs = lane.heardMs;
    }
    lane.asked += count;
  }

  function batchSize(): number {
    return Math.max(1, Math.min(maxBatch, Math.ceil(pool.free / (2 * Math.max(1, lanes.size)))));
  }

  function leave(lane: Lane): void {
    lanes.delete(lane.session);
    cap.wake();
    if (isEnded) return;
    if (pool.left === 0) return finish({ type: 'whole' });
    const { peerId } = lane.session;
    if (lane.why === undefined) idle.add(peerId);
    else onLost(peerId, lane.why);
    onFree();
  }

  function stop(lane: Lane, why: LaneEnd): void {
    lane.why ??= why;
    lane.part?.stop({ type: 'stopped' });
  }

  /** A member that brings nothing must not hold up what others could bring. */
  function check(): void {
    cancelCheck = clock.setTimer(check, checkMs);
    const nowMs = clock.monotonicMs();
    const areOthersIdle = pool.free === 0 && idle.size > 0;
    for (const lane of lanes.values()) {
      // One that waits for its turn owes nothing.
      if (lane.asked === 0) continue;
      const isStalled = nowMs - lane.heardMs > stalledMs;
      if (isStalled || (areOthersIdle && nowMs - lane.keptMs > slowMs)) stop(lane, 'slow');
    }
    onFree();
  }

  function finish(reason: FetchEnd | EarlyEnd): void {
    if (isEnded) return;
    isEnded = true;
    cancelCheck();
    for (const lane of lanes.values()) lane.part?.stop({ type: 'stopped' });
    settle(reason);
  }
}
