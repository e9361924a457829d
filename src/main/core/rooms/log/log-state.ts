/**
 * Which numbers of one log a node holds: floor, top and holes (rules ROOM-13, ROOM-14). Pure: each
 * change gives a new state. `room-log.ts` decides which blocks count; only those are held.
 */
import type { RoomClock } from '../wire/block.ts';

/** The facts that the order of a log depends on. Every SignedBlock has them. */
export interface BlockFacts {
  readonly first: number;
  readonly last: number;
  readonly clock: RoomClock;
  /** 32 bytes. */
  readonly hash: Uint8Array;
  /** 16 bytes: the beginning of the hash of the block before it. */
  readonly previous: Uint8Array;
}

/** Missing numbers, both ends included. */
export interface Hole {
  readonly from: number;
  readonly to: number;
}

export interface LogState {
  /**
   * Numbers up to here do not matter. It goes down as older blocks come, but not below `firmFloor`.
   */
  readonly floor: number;
  /** Raised by retention and by clearing: nothing at or below it ever comes back. */
  readonly firmFloor: number;
  /** The highest number held; the floor if nothing is. */
  readonly top: number;
  /** Hash of the block that holds the top, also after retention removed that block. */
  readonly topHash: Uint8Array | undefined;
  /** Between floor and top, ascending, never adjacent. */
  readonly holes: readonly Hole[];
  /**
   * The lowest number at which this log is known to contradict itself: two blocks at one place, or
   * a block that does not fit the one before it. Undefined for an honest log. Only ever goes down.
   */
  readonly brokenAt: number | undefined;
}

/** A state with more holes is not entered: the block that would open one more is refused. */
export const maxHoles = 256;

/** @param floor the number before the first message that we want; 0 for the whole log */
export function emptyLogState(floor = 0): LogState {
  return { floor, firmFloor: 0, top: floor, topHash: undefined, holes: [], brokenAt: undefined };
}

/** Holds the numbers of a block, which are at no held number and above the firm floor. */
export function withBlock(state: LogState, { first, last, hash }: BlockFacts): LogState {
  const floor = Math.min(state.floor, first - 1);
  if (state.topHash === undefined) return { ...state, floor, top: last, topHash: hash, holes: range(floor + 1, first - 1) };
  const below = first <= state.floor ? range(last + 1, state.floor) : [];
  const above = range(state.top + 1, first - 1);
  const between = state.holes.flatMap(({ from, to }) =>
    last < from || first > to ? [{ from, to }] : [...range(from, first - 1), ...range(last + 1, to)],
  );
  const top = Math.max(state.top, last);
  return { ...state, floor, top, topHash: last > state.top ? hash : state.topHash, holes: [...below, ...between, ...above] };
}

/** Forgets all that begins above `end`, the last held block that stays. */
export function cutAfter(state: LogState, end: Pick<BlockFacts, 'last' | 'hash'> | undefined): LogState {
  if (!end) return { ...state, top: state.floor, topHash: undefined, holes: [] };
  return { ...state, top: end.last, topHash: end.hash, holes: state.holes.filter(({ from }) => from < end.last) };
}

/**
 * Retention or clearing removed everything up to `number`, holes included. Never goes down, nor
 * above the top.
 */
export function raiseFloor(state: LogState, number: number): LogState {
  const firmFloor = Math.max(state.firmFloor, Math.min(number, state.top));
  const floor = Math.max(state.floor, firmFloor);
  const holes = state.holes.flatMap(({ from, to }) => range(Math.max(from, floor + 1), to));
  return { ...state, firmFloor, floor, holes };
}

/** How many numbers are missing between floor and top. */
export function missingCount({ holes }: Pick<LogState, 'holes'>): number {
  return holes.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** The number up to which nothing is missing above the floor, as tops announce it. */
export function completeThrough({ holes, top }: Pick<LogState, 'holes' | 'top'>): number {
  return holes[0] ? holes[0].from - 1 : top;
}

function range(from: number, to: number): readonly Hole[] {
  return from <= to ? [{ from, to }] : [];
}
