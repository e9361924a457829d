/**
 * One side of a pull: wants what the peer's heads say it has and we lack (rules ROOM-95,
 * ROOM-100, ROOM-104, ROOM-106, ROOM-220). The newest messages come first, the rest behind them at
 * a limited rate; but those of a bulk transfer that comes just now come in order. `asks.ts` carries
 * the wants; `pulls.ts` decides with whom, and when.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { areBytesEqual } from '../../lib/bytes.ts';
import { createPace, type Pace } from '../../lib/token-bucket.ts';
import { maxRangesPerWant, type TagRange } from '../../messaging/wire/room-frames.ts';
import type { Clock } from '../../ports.ts';
import type { RoomStore } from '../ports.ts';
import type { LogTag, RoomId } from '../wire/block.ts';
import type { Answer, ArrivedBlock, Asks } from './asks.ts';
import {
  countNumbers,
  firstRanges,
  forkStep,
  lackedRanges,
  rangeBelow,
  removeFrom,
  subtract,
  type Needs,
  type OwnHead,
  type PeerHead,
} from './needs.ts';
import type { PullMemory } from './pull-memory.ts';
import type { Waits } from './waits.ts';

/** As many as a user sees at first. */
const newestCount = 200;
const restRate = { perSecond: 262_144, burst: 262_144 };
const answerTimeoutMs = 15_000;
/** A pull that takes longer must bring so many bytes a second: nobody may occupy it for nothing. */
const patienceMs = 30_000;
const leastRate = 8_192;
/** In one pull, since each may take 5 s. */
const maxBusy = 3;
/** Reads of the store in one pull, to compare the tops of logs. */
const maxComparisons = 64;

export interface FetchDeps {
  readonly clock: Clock;
  readonly waits: Waits;
  readonly asks: Pick<Asks, 'ask'>;
  readonly memory: PullMemory;
  readonly heads: (room: RoomId) => readonly OwnHead[];
  readonly blocks: RoomStore['blocks'];
  /** Whether a bulk transfer of that log comes just now. */
  readonly isStreamed: (tag: LogTag) => boolean;
  /** New messages came. */
  readonly onGain: (room: RoomId, messages: number, bytes: number) => void;
}

export interface FetchResult {
  /** New messages. */
  readonly gained: number;
  /** If not `complete`, more is there. `slow`: the peer brought too little for the time it took. */
  readonly end: 'complete' | 'broken' | 'slow' | 'unkept';
}

export interface Fetch {
  /** @param isOver checked between wants. Never rejects */
  run(peerId: PeerId, room: RoomId, theirs: readonly PeerHead[], isOver: () => boolean): Promise<FetchResult>;
}

interface Run {
  readonly peerId: PeerId;
  readonly room: RoomId;
  readonly theirs: ReadonlyMap<LogTag, PeerHead>;
  readonly ours: ReadonlyMap<LogTag, OwnHead>;
  readonly needs: Needs;
  /** Logs that are compared backwards: the lowest number that was asked for. */
  readonly forks: Map<LogTag, number>;
  gained: number;
  /** The store refused a block, so no other is wanted. */
  isUnkept: boolean;
}

export function createFetch(deps: FetchDeps): Fetch {
  const pace = createPace(restRate);
  return {
    async run(peerId, room, theirs, isOver) {
      const run: Run = {
        peerId,
        room,
        theirs: new Map(theirs.map((head) => [head.tag, head])),
        ours: new Map(deps.heads(room).map((head) => [head.tag, head])),
        needs: new Map(),
        forks: new Map(),
        gained: 0,
        isUnkept: false,
      };
      fillNeeds(run, deps);
      const isNewestHere = await fetchNewest(run, deps);
      const end = isNewestHere ? await fetchRest(run, deps, pace, isOver) : 'broken';
      return { gained: run.gained, end: run.isUnkept ? 'unkept' : end };
    },
  };
}

function fillNeeds(run: Run, deps: FetchDeps): void {
  const { room, peerId, needs, ours } = run;
  let comparisons = 0;
  for (const head of run.theirs.values()) {
    if (deps.memory.isRefused(room, head.tag)) continue;
    const own = ours.get(head.tag);
    const lacked = subtract(lackedRanges(head, own), deps.memory.missing(room, peerId, head));
    if (lacked.length > 0) needs.set(head.tag, lacked);
    if (!own || own.top < head.top || comparisons >= maxComparisons) continue;
    if (own.top > head.top) comparisons += 1;
    if (isOtherTop(room, head, own, deps)) compare(run, head.tag, head.top + 1, deps);
  }
}

/** Whether the peer has other bytes at its top than we do. */
function isOtherTop(room: RoomId, head: PeerHead, own: OwnHead, { blocks }: FetchDeps): boolean {
  if (head.hash8.length === 0 || head.top <= own.floor) return false;
  if (own.top === head.top) return !areBytesEqual(head.hash8, own.hash8);
  const held = blocks(room, head.tag, { first: head.top, last: head.top, maxBytes: 1 });
  return held.length > 0 && !held.some(({ hash, last }) => last === head.top && areBytesEqual(hash.subarray(0, 8), head.hash8));
}

/** Wants the blocks below that number, to find where two versions of a log agree. */
function compare(run: Run, tag: LogTag, above: number, { memory }: FetchDeps): void {
  const own = run.ours.get(tag);
  const head = run.theirs.get(tag);
  if (!own || !head || run.forks.has(tag) || !memory.mayCompare(run.room, tag)) return;
  wantBelow(run, tag, above, head, own);
}

function wantBelow(run: Run, tag: LogTag, above: number, head: PeerHead, own: OwnHead): void {
  const below = rangeBelow(above, head, own);
  const [lowest] = below;
  if (!lowest) return void run.forks.delete(tag);
  run.forks.set(tag, lowest.from);
  run.needs.set(tag, [...below, ...subtract(run.needs.get(tag) ?? [], below)]);
}

/** @returns whether the pull goes on */
async function fetchNewest(run: Run, deps: FetchDeps): Promise<boolean> {
  const lacked = [...run.needs].reduce((sum, [tag, ranges]) => sum + (deps.isStreamed(tag) ? 0 : countNumbers(ranges)), 0);
  if (lacked <= newestCount) return true;
  const answer = await deps.asks.ask(run.peerId, run.room, { kind: 'newest', limit: newestCount }, answerTimeoutMs);
  absorb(run, answer, deps);
  return answer.kind === 'answered' || answer.kind === 'busy';
}

async function fetchRest(
  run: Run,
  deps: FetchDeps,
  pace: Pace,
  isOver: () => boolean,
): Promise<Exclude<FetchResult['end'], 'unkept'>> {
  const { clock, waits } = deps;
  const startMs = clock.monotonicMs();
  let busy = 0;
  let bytes = 0;
  while (run.needs.size > 0) {
    if (isOver() || waits.isClosed) return 'broken';
    const tookMs = clock.monotonicMs() - startMs;
    if (tookMs > patienceMs && bytes < (tookMs / 1_000) * leastRate) return 'slow';
    removeHeld(run, deps);
    if (run.needs.size === 0) break;
    const ranges = firstRanges(run.needs, maxRangesPerWant);
    const answer = await deps.asks.ask(run.peerId, run.room, { kind: 'ranges', ranges }, answerTimeoutMs);
    absorb(run, answer, deps);
    noteMissing(run, answer, ranges, deps);
    continueForks(run, answer);
    if (answer.kind === 'lost' || answer.kind === 'wrong') return 'broken';
    if (answer.kind === 'busy') {
      busy += 1;
      if (busy > maxBusy) return 'broken';
      await waits.sleep(answer.waitMs);
    } else if (answer.blocks.length === 0 && answer.missing.length === 0) return 'broken';
    const sizeBytes = answer.blocks.reduce((sum, block) => sum + block.sizeBytes, 0);
    bytes += sizeBytes;
    const waitMs = sizeBytes > 0 ? pace.take(clock.monotonicMs(), sizeBytes) : 0;
    if (waitMs > 0) await waits.sleep(waitMs);
  }
  return 'complete';
}

/** Takes from the needs what the transfer brought meanwhile. */
function removeHeld({ room, needs, theirs, forks }: Run, { heads, isStreamed }: FetchDeps): void {
  if (![...needs.keys()].some(isStreamed)) return;
  for (const own of heads(room)) {
    const head = theirs.get(own.tag);
    const wanted = needs.get(own.tag);
    // Where two versions are compared, what is held is wanted too.
    if (head && wanted && !forks.has(own.tag)) removeFrom(needs, own.tag, subtract(wanted, lackedRanges(head, own)));
  }
}

/** Takes from the needs what came. What was refused is not wanted further. */
function absorb(run: Run, { blocks }: Answer, deps: FetchDeps): void {
  for (const block of blocks) {
    const { tag, first, last, sizeBytes, result } = block;
    removeFrom(run.needs, tag, [{ from: first, to: last }]);
    if (result === 'new') {
      run.gained += last - first + 1;
      deps.memory.forgetRefused(run.room, tag);
      deps.onGain(run.room, last - first + 1, sizeBytes);
    }
    if (result === 'unkept') run.isUnkept = true;
    if (result === 'refused' && !run.forks.has(tag)) {
      run.needs.delete(tag);
      deps.memory.noteRefused(run.room, tag);
      compare(run, tag, first, deps);
    }
  }
  if (run.isUnkept) run.needs.clear();
}

function noteMissing(run: Run, { missing }: Answer, ranges: readonly TagRange[], { memory }: FetchDeps): void {
  for (const tag of missing) {
    const asked = ranges.filter((range) => range.tag === tag);
    const head = run.theirs.get(tag);
    if (head && asked.length > 0) memory.noteMissing(run.room, run.peerId, head, asked);
    removeFrom(run.needs, tag, asked);
  }
}

/** Goes further back in logs that disagree, until a block is the same or fits. */
function continueForks(run: Run, { blocks, missing }: Answer): void {
  for (const [tag, lowest] of [...run.forks]) {
    const of = blocks.filter((block) => block.tag === tag);
    const head = run.theirs.get(tag);
    const own = run.ours.get(tag);
    if (of.some(agrees) || missing.includes(tag) || !head || !own) run.forks.delete(tag);
    else if (of.some(({ first }) => first < lowest + forkStep)) wantBelow(run, tag, lowest, head, own);
  }
}

function agrees({ result }: ArrivedBlock): boolean {
  return result === 'had';
}
