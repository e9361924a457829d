/**
 * Which messages of a peer we lack, by its heads and ours (rules ROOM-95, ROOM-100). Pure: ranges of
 * numbers, never more than what both say. `fetch.ts` asks for them. What a peer says never counts as
 * had: only blocks that were kept do.
 */
import type { TagRange, WireHead } from '../../messaging/wire/room-frames.ts';
import type { NumberRange } from '../live/ranges.ts';
import type { LogTag } from '../wire/block.ts';
import { shortTagOf } from '../wire/log-tag.ts';

/** The state of one of our logs. */
export interface OwnHead extends WireHead {
  readonly tag: LogTag;
  /**
   * Numbers up to it were removed here, and are never wanted again. Absent means the floor. A
   * lower one lets older messages come that the first pull did not bring.
   */
  readonly removed?: number;
}

/** The state of one log of a peer. */
export interface PeerHead extends WireHead {
  readonly tag: LogTag;
}

/** Ranges that are wanted, by tag or short tag; never empty ones. */
export type Needs = Map<LogTag, readonly NumberRange[]>;

/** How many messages behind a disagreement are compared at once. */
export const forkStep = 32;

/** @param ours absent if the log is new to us */
export function lackedRanges(theirs: WireHead, ours: OwnHead | undefined): readonly NumberRange[] {
  const base = Math.max(theirs.floor, ours ? (ours.removed ?? ours.floor) : 0);
  const held = ours ? subtract(rangeOf(ours.floor + 1, ours.top), ours.holes) : [];
  return subtract(subtract(rangeOf(base + 1, theirs.top), theirs.holes), held);
}

/** The numbers just below `above`, where two logs may agree. Empty if nothing below is wanted. */
export function rangeBelow(above: number, theirs: WireHead, ours: OwnHead): readonly NumberRange[] {
  const base = Math.max(theirs.floor, ours.removed ?? ours.floor);
  return rangeOf(Math.max(base + 1, above - forkStep), above - 1);
}

/** @returns what is in `ranges` and in none of `others`, ascending if `ranges` is */
export function subtract(ranges: readonly NumberRange[], others: readonly NumberRange[]): readonly NumberRange[] {
  let rest = ranges;
  for (const { from, to } of others) {
    if (!rest.some((range) => range.from <= to && from <= range.to)) continue;
    rest = rest.flatMap((range) =>
      to < range.from || range.to < from
        ? [range]
        : [...rangeOf(range.from, Math.min(range.to, from - 1)), ...rangeOf(Math.max(range.from, to + 1), range.to)],
    );
  }
  return rest;
}

/** Removes numbers of a log, under its tag and its short tag. */
export function removeFrom(needs: Needs, tag: LogTag, ranges: readonly NumberRange[]): void {
  for (const key of new Set([tag, shortTagOf(tag)])) {
    const rest = subtract(needs.get(key) ?? [], ranges);
    if (rest.length > 0) needs.set(key, rest);
    else needs.delete(key);
  }
}

/** The first ranges, no more than a want may have. */
export function firstRanges(needs: Needs, limit: number): readonly TagRange[] {
  const ranges: TagRange[] = [];
  for (const [tag, wanted] of needs) {
    for (const { from, to } of wanted) {
      if (ranges.length === limit) return ranges;
      ranges.push({ tag, from, to });
    }
  }
  return ranges;
}

export function countNumbers(ranges: Iterable<NumberRange>): number {
  let count = 0;
  for (const { from, to } of ranges) count += to - from + 1;
  return count;
}

function rangeOf(from: number, to: number): readonly NumberRange[] {
  return from <= to ? [{ from, to }] : [];
}
