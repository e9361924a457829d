/**
 * A slice: the work on stored messages that a store does before other work gets its turn
 * (STORE-12). Rows cannot bound it, because one message may be as long as a thousand others. So
 * characters bound it, and a deadline, because some texts cost far more per character than most.
 */
import type { Clock } from '../../../core/ports.ts';

/** Characters of text per slice: about 5 ms of work for most texts. */
const maxLength = 65_536;
/** The longest text takes about 20 ms more, if it comes just before the deadline. */
const maxDurationMs = 8;
/** The cost of a row beside its text, in characters. */
const rowLength = 32;

export interface Slice {
  /** To be called for every row. @param length the characters of its text that were looked at */
  spend(length: number): void;
  isSpent(): boolean;
}

/**
 * @param countsFrom 'first-row' if the query looks up its rows as a whole, before the first one
 * comes. That takes its time once per slice, so a slice that ended with it would bring a single row
 */
export function createSlice(clock: Pick<Clock, 'monotonicMs'>, countsFrom: 'now' | 'first-row' = 'now'): Slice {
  let deadlineMs = countsFrom === 'now' ? clock.monotonicMs() + maxDurationMs : undefined;
  let left = maxLength;
  return {
    spend(length) {
      deadlineMs ??= clock.monotonicMs() + maxDurationMs;
      left -= length + rowLength;
    },
    isSpent: () => left <= 0 || (deadlineMs !== undefined && clock.monotonicMs() >= deadlineMs),
  };
}
