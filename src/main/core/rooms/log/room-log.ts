/**
 * Judges new blocks of one log: which count, and which no longer do (rules ROOM-15 to ROOM-19).
 * The verdict is a function of the set of blocks that came, never of their order. Pure: reads the
 * store through `LogReader`, and returns what to change there and the next state.
 *
 * The function. A pair of blocks is a contradiction if they share a number, if the later has a
 * lower clock, or if it follows directly and does not name the hash of the earlier. `brokenAt` is
 * the lowest number where a contradiction shows: the first number of the later block. All blocks
 * that begin below it count, with gaps between them. From it on only an unbroken chain counts: at
 * each place, of the blocks that begin there and fit the one before, the one with the lower clock
 * and hash.
 *
 * The order of arrival cannot matter. A block stops counting, or never counts, only if a
 * contradiction shows at or below its first number. So blocks that do not count can never lower
 * `brokenAt`, and pairs of counted blocks give it exactly. The chain depends on `brokenAt` and on
 * the blocks alone, those that do not count included: the store keeps them as spares.
 */
import { startsWith } from '../../lib/bytes.ts';
import { compareClocks } from '../order/room-clock.ts';
import { cutAfter, maxHoles, withBlock, type BlockFacts, type LogState } from './log-state.ts';

/** Reads what the store holds of one log. Spares are the blocks that do not count. */
export interface LogReader {
  /** The last counted block that begins below `number`. */
  lastBelow(number: number): BlockFacts | undefined;
  /** The first counted block that begins at `number` or above. */
  firstFrom(number: number): BlockFacts | undefined;
  /** The spares that begin at `number`. */
  sparesAt(number: number): readonly BlockFacts[];
  readonly spareCount: number;
}

/**
 * `new`: it counts · `fork-wins`: it counts instead of another · `duplicate`: had already ·
 * `below-floor`: removed here, and never wanted again · `fork-loses`: another block counts there ·
 * `unfit`: it does not fit the block before it, or follows what does not count · `full`: it would
 * open too many holes; wanted again when there are fewer.
 */
export type VerdictKind = 'new' | 'fork-wins' | 'duplicate' | 'below-floor' | 'fork-loses' | 'unfit' | 'full';

export interface Verdict {
  readonly kind: VerdictKind;
  /** All counted blocks that begin at this number or above become spares, before others count. */
  readonly uncountFrom?: number;
  /** These count now, ascending: the new block, and spares. */
  readonly counts: readonly BlockFacts[];
  /** True if the block does not count and is to be stored as a spare. */
  readonly isSpare: boolean;
  /** A counted block at the same place: with the new one, it proves that the key signed twice. */
  readonly rival?: BlockFacts;
  /** The state once the store has made these changes. */
  readonly next: LogState;
}

/**
 * Spares of one log. Each takes a signature by its author. Beyond this a block that does not count
 * is dropped, and must come again if it counts later.
 */
export const maxSpares = 256;

/** @param block of this log; its signature is valid */
export function judgeBlock(block: BlockFacts, state: LogState, reader: LogReader): Verdict {
  if (block.first <= state.firmFloor) return unchanged('below-floor', state);
  const atPlace = [...onlyAt(reader, block.first), ...reader.sparesAt(block.first)];
  if (atPlace.some((known) => isSame(known, block))) return unchanged('duplicate', state);

  const before = reader.lastBelow(block.first);
  const after = reader.firstFrom(block.first);
  const rival = before && before.last >= block.first ? before : after && after.first <= block.last ? after : undefined;
  const brokenAt = Math.min(state.brokenAt ?? Infinity, contradictionOf(before, block), contradictionOf(block, after));
  const change = brokenAt === Infinity ? { counts: [block] } : chainWith(block, brokenAt, state, reader);
  const next = nextState({ ...state, brokenAt: brokenAt === Infinity ? undefined : brokenAt }, change, reader);
  if (next.holes.length > maxHoles && next.holes.length > state.holes.length) return unchanged('full', state);

  const isCounted = change.counts.some((counted) => counted === block);
  const kind = isCounted ? (rival ? 'fork-wins' : 'new') : rival ? 'fork-loses' : 'unfit';
  return { kind, ...change, isSpare: !isCounted && reader.spareCount < maxSpares, ...(rival && { rival }), next };
}

interface Change {
  readonly uncountFrom?: number;
  readonly counts: readonly BlockFacts[];
}

/** The change of a log that contradicts itself from `brokenAt` on. */
function chainWith(block: BlockFacts, brokenAt: number, state: LogState, reader: LogReader): Change {
  const certain = block.first < brokenAt ? [block] : [];
  // Below a place that did not move, the chain stays.
  const isSettled = brokenAt === state.brokenAt && block.first >= brokenAt;
  const start = isSettled ? block.first : brokenAt;
  const before = laterOf(reader.lastBelow(start), certain[0]);
  const place = placeAfter(before, brokenAt, state.floor);
  if (isSettled && place !== block.first) return { counts: [] };

  const old = reader.firstFrom(start);
  let link = bestAt(place, before, block, reader);
  if (link && old && isSame(link, old)) return { ...cutAtGap(place, brokenAt, state, reader), counts: certain };
  const chain: BlockFacts[] = [];
  while (link) {
    chain.push(link);
    link = bestAt(link.last + 1, link, block, reader);
  }
  return { ...(old && { uncountFrom: old.first }), counts: [...certain, ...chain] };
}

/**
 * A contradiction moved down to `place`, and the block there stays: nothing counts any more behind
 * the first gap. Counted blocks without a gap between them are a chain already, and spares begin
 * above the former contradiction. So the chain is not walked, however long it is.
 */
function cutAtGap(place: number, brokenAt: number, state: LogState, reader: LogReader): Pick<Change, 'uncountFrom'> {
  const gap = brokenAt === state.brokenAt ? undefined : state.holes.find(({ from }) => from >= place);
  const behind = gap && reader.firstFrom(gap.from);
  return behind ? { uncountFrom: behind.first } : {};
}

/** The block that continues a chain at a place, of all that begin there. */
function bestAt(place: number, before: BlockFacts | undefined, block: BlockFacts, reader: LogReader): BlockFacts | undefined {
  const candidates = [...onlyAt(reader, place), ...reader.sparesAt(place), ...(block.first === place ? [block] : [])];
  return candidates
    .filter((candidate) => contradictionOf(before, candidate) === Infinity)
    .reduce<BlockFacts | undefined>((best, one) => (best && compareRivals(best, one) < 0 ? best : one), undefined);
}

/** Where a chain goes on: directly behind that block, or after a gap where the contradiction is. */
function placeAfter(before: BlockFacts | undefined, brokenAt: number, floor: number): number {
  return Math.max(before && before.last + 1 >= brokenAt ? before.last + 1 : brokenAt, before ? 0 : floor + 1);
}

/**
 * The number at which two blocks contradict each other; Infinity if they do not.
 *
 * @param earlier begins at a lower number, or at the same
 */
function contradictionOf(earlier: BlockFacts | undefined, later: BlockFacts | undefined): number {
  if (!earlier || !later) return Infinity;
  const isUnfit =
    earlier.last >= later.first ||
    compareClocks(later.clock, earlier.clock) < 0 ||
    (earlier.last + 1 === later.first && !startsWith(earlier.hash, later.previous));
  return isUnfit ? later.first : Infinity;
}

function nextState(state: LogState, { uncountFrom, counts }: Change, reader: LogReader): LogState {
  const kept = uncountFrom === undefined ? state : cutAfter(state, reader.lastBelow(uncountFrom));
  return counts.reduce(withBlock, kept);
}

/** Negative if `a` counts rather than `b`: lower clock, then lower hash. */
function compareRivals(a: BlockFacts, b: BlockFacts): number {
  return compareClocks(a.clock, b.clock) || compareBytes(a.hash, b.hash);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at === -1 ? 0 : (a[at] as number) - (b[at] ?? 0);
}

function onlyAt(reader: LogReader, number: number): readonly BlockFacts[] {
  const counted = reader.firstFrom(number);
  return counted?.first === number ? [counted] : [];
}

function laterOf(a: BlockFacts | undefined, b: BlockFacts | undefined): BlockFacts | undefined {
  return a && b ? (a.first > b.first ? a : b) : (a ?? b);
}

function isSame(a: BlockFacts, b: BlockFacts): boolean {
  return a.last === b.last && compareRivals(a, b) === 0;
}

function unchanged(kind: VerdictKind, state: LogState): Verdict {
  return { kind, counts: [], isSpare: false, next: state };
}
