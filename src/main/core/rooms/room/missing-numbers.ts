/** The numbers of a log that a node lacks, for asks and their datagrams (rule ROOM-63). Pure. */
import { fromHex } from '../../lib/hex.ts';
import type { AskRange } from '../../presence/index.ts';
import type { LogRange, NumberRange } from '../live/ranges.ts';
import type { LogState } from '../log/log-state.ts';

/** Of one range in an ask: the rest is asked for in the next round. */
const maxCount = 255;

/** @returns holes, and what is above the top; of a log that is new to us only that number */
export function* missingNumbers(state: Pick<LogState, 'holes' | 'top'> | undefined, to: number): Iterable<NumberRange> {
  if (!state) return yield { from: to, to };
  for (const hole of state.holes) if (hole.from <= to) yield { from: hole.from, to: Math.min(hole.to, to) };
  if (state.top < to) yield { from: state.top + 1, to };
}

export function toAskRange({ log, from, to }: LogRange): AskRange {
  return { tag: fromHex(log), from, count: Math.min(maxCount, to - from + 1) };
}
