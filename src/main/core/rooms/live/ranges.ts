/**
 * Short log tags and ranges of message numbers, as asks and references carry them. Pure. Shared by
 * all files of this folder.
 */
import type { LogTag } from '../wire/block.ts';

/** The first 8 hex digits of a LogTag: the form in references, asks and heads. */
export type ShortTag = string;

/** Message numbers from `from` to `to`, both included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

export interface LogRange extends NumberRange {
  readonly log: ShortTag;
}

export function shortTag(tag: LogTag): ShortTag {
  return tag.slice(0, 8);
}

/** @returns the fewest ranges that contain exactly these numbers, ascending */
export function rangesOf(numbers: Iterable<number>): NumberRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const number of [...numbers].sort((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last !== undefined && number <= last.to + 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  return ranges;
}
