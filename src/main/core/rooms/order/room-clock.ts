/**
 * Clocks of blocks: comparison, and the clock of a new block (rules ROOM-28, ROOM-29). They are
 * hybrid logical clocks (Kulkarni and others, 2014): they follow time, and never contradict what
 * their author had seen. `room-time.ts` gives the time that they follow. Pure.
 */
import { maxClockCount, type RoomClock } from '../wire/block.ts';

/** A clock further ahead of room time moves no other clock. */
export const maxAheadMs = 60_000;

/**
 * Room time moves back when two parts of a network meet whose clocks differ: an author that was
 * dragged ahead by 60 s may be ahead by more then. It goes on in its log, so that its messages keep
 * their order, and others show them in their places.
 */
export const maxNearMs = maxAheadMs + 90_000;

/** @returns negative if `a` is earlier, 0 if they are equal */
export function compareClocks(a: RoomClock, b: RoomClock): number {
  return a.ms - b.ms || a.count - b.count;
}

/** The next clock after one. A full count carries into the milliseconds. */
export function clockAfter({ ms, count }: RoomClock): RoomClock {
  return count < maxClockCount ? { ms, count: count + 1 } : { ms: ms + 1, count: 0 };
}

/** Whether a clock is so far ahead of room time that it moves no other clock. */
export function isAhead(clock: RoomClock, roomTimeMs: number): boolean {
  return clock.ms > roomTimeMs + maxAheadMs;
}

/** Whether a clock is so far ahead that its author must begin a new log, and others set it apart. */
export function isFarAhead(clock: RoomClock, roomTimeMs: number): boolean {
  return clock.ms > roomTimeMs + maxNearMs;
}

export interface ClockInputs {
  readonly roomTimeMs: number;
  /** The newest clocks in the room that matter: those ahead of room time are ignored. */
  readonly seen: Iterable<RoomClock>;
  /** The clock of our last block in the log. */
  readonly ownLast: RoomClock | undefined;
}

/**
 * @returns the clock of our next block: later than all clocks that count, our own last included
 * · `new-log` if our own last clock is far ahead of room time, so that only a new log can speak in time
 */
export function nextClock({ roomTimeMs, seen, ownLast }: ClockInputs): RoomClock | 'new-log' {
  if (ownLast && isFarAhead(ownLast, roomTimeMs)) return 'new-log';
  let latest: RoomClock | undefined = ownLast;
  for (const clock of seen) {
    if (!isAhead(clock, roomTimeMs) && (!latest || compareClocks(clock, latest) > 0)) latest = clock;
  }
  const now: RoomClock = { ms: Math.floor(roomTimeMs), count: 0 };
  return latest && compareClocks(latest, now) >= 0 ? clockAfter(latest) : now;
}
