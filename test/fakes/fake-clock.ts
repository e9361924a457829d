/**
 * A clock that stands still until a test advances it. Timers run in order of due time, then of creation, and after each step the
 * promises that they settled are drained, so that an hour of virtual time passes in seconds and always alike. It has no
 * opinion on what the timers do.
 */
import type { Unsubscribe } from '../../src/shared/rpc/link.ts';
import type { Clock } from '../../src/main/core/ports.ts';

/** Where the wall clock starts unless told otherwise: 2026-01-01T00:00:00Z, in milliseconds since 1970. */
const defaultWallMs = Date.UTC(2026, 0, 1);

/** Steps at one virtual instant after which we call it an endless loop of zero timers. */
const maxStepsPerInstant = 100_000;

/** The real event loop turns at least once in so much virtual time: in sums it is what costs most. */
const turnEveryMs = 10;

/** Cancelled timers stay in the heap until they outnumber the live ones and there are more of them than this. */
const cancelledKept = 1_024;

export interface FakeClock extends Clock {
  /** Lets `durationMs` of virtual time pass. Rejects with what a timer threw. One call at a time. */
  advance(durationMs: number): Promise<void>;
  /** Moves the wall clock alone, as after sleep or when somebody sets the clock. */
  jumpWall(byMs: number): void;
  /** How many timers are waiting. */
  pendingTimers(): number;
}

interface Timer {
  readonly dueMs: number;
  /** Order of creation: decides among timers that are due together. */
  readonly sequence: number;
  /** Absent once it ran or was cancelled. */
  callback: (() => void) | undefined;
}

export function createFakeClock(options: { readonly wallMs?: number } = {}): FakeClock {
  const heap: Timer[] = [];
  let nowMs = 0;
  let wallOffsetMs = options.wallMs ?? defaultWallMs;
  let created = 0;
  let pending = 0;
  let advancing = false;

  function setTimer(callback: () => void, delayMs: number): Unsubscribe {
    if (!Number.isFinite(delayMs)) throw new RangeError(`a timer cannot be set ${delayMs} ms ahead`);
    created += 1;
    const timer: Timer = { dueMs: nowMs + Math.max(0, delayMs), sequence: created, callback };
    pushTimer(heap, timer);
    pending += 1;
    return () => {
      if (timer.callback === undefined) return;
      timer.callback = undefined;
      pending -= 1;
      if (heap.length - pending > pending + cancelledKept) dropCancelled(heap);
    };
  }

  /** Runs what is due at this instant and was set before this step began: what it sets with a delay of 0 is for the next step. */
  function runStep(): void {
    const lastOfStep = created;
    for (let first = heap[0]; first !== undefined && first.dueMs <= nowMs && first.sequence <= lastOfStep; first = heap[0]) {
      popTimer(heap);
      const callback = first.callback;
      if (callback === undefined) continue;
      first.callback = undefined;
      pending -= 1;
      callback();
    }
  }

  async function runUntil(endMs: number): Promise<void> {
    await turnEventLoop();
    let turnedMs = nowMs;
    let steps = 0;
    for (let first = heap[0]; first !== undefined && first.dueMs <= endMs; first = heap[0]) {
      if (first.callback === undefined) {
        popTimer(heap);
        continue;
      }
      steps = first.dueMs > nowMs ? 1 : steps + 1;
      if (steps > maxStepsPerInstant)
        throw new Error(`more than ${maxStepsPerInstant} steps at ${nowMs} ms: an endless loop of timers?`);
      nowMs = Math.max(nowMs, first.dueMs);
      runStep();
      if (nowMs - turnedMs < turnEveryMs) await drainPromises();
      else {
        turnedMs = nowMs;
        await turnEventLoop();
      }
    }
    await turnEventLoop();
    nowMs = endMs;
  }

  return {
    monotonicMs: () => nowMs,
    wallMs: () => Math.floor(wallOffsetMs + nowMs),
    setTimer,
    async advance(durationMs) {
      if (advancing) throw new Error('the clock is already being advanced');
      if (!(durationMs >= 0) || durationMs === Infinity) throw new RangeError(`the clock cannot be advanced by ${durationMs} ms`);
      advancing = true;
      try {
        await runUntil(nowMs + durationMs);
      } finally {
        advancing = false;
      }
    },
    jumpWall(byMs) {
      wallOffsetMs += byMs;
    },
    pendingTimers: () => pending,
  };
}

/** Node.js runs ticks when no promise is left that can settle by itself. */
function drainPromises(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** The same, and whatever waits for real input or output, or for its turn, gets one. It costs ten times as much. */
function turnEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.sequence < other.sequence);
}

function pushTimer(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex] as Timer;
    if (!isBefore(timer, parent)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = timer;
}

function popTimer(heap: Timer[]): void {
  const last = heap.pop();
  if (last !== undefined && heap.length > 0) sink(heap, last, 0);
}

/** Places `timer` at `index` or, while a child is due earlier, below it. */
function sink(heap: Timer[], timer: Timer, start: number): void {
  let index = start;
  for (;;) {
    let childIndex = 2 * index + 1;
    if (childIndex >= heap.length) break;
    let child = heap[childIndex] as Timer;
    const right = heap[childIndex + 1];
    if (right !== undefined && isBefore(right, child)) {
      child = right;
      childIndex += 1;
    }
    if (!isBefore(child, timer)) break;
    heap[index] = child;
    index = childIndex;
  }
  heap[index] = timer;
}

function dropCancelled(heap: Timer[]): void {
  let kept = 0;
  for (const timer of heap) if (timer.callback !== undefined) heap[kept++] = timer;
  heap.length = kept;
  for (let index = (kept >> 1) - 1; index >= 0; index -= 1) sink(heap, heap[index] as Timer, index);
}
