/**
 * All deadlines of one session, with one timer (rules SESS-6, SESS-7). The session reports the
 * events of the stream, and gets a call when something is due. nextDeadline() decides what is due
 * next; session.ts acts on it. Times are monotonic.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { SessionOptions } from './options.ts';

/** A deadline that has passed; `stuck` is handled here. */
export type SessionDue = Exclude<DueAct, 'stuck'>;

export interface SessionDeadlines {
  /** Monotonic: when the session last carried a frame other than chatter. */
  usedMs(): number;
  /** The other end's hello is valid. */
  opened(): void;
  /** A frame other than chatter was sent or received. */
  used(): void;
  /** Bytes arrived. */
  heard(): void;
  /**
   * They were decoded.
   *
   * @param frames that they completed
   * @param isIncomplete another one has begun
   */
  parsed(frames: number, isIncomplete: boolean): void;
  /** During a pause of ours, the silence of the other end does not count. */
  paused(): void;
  resumed(): void;
  wrote(sizeBytes: number): void;
  /** The system takes no more for now. */
  stuck(): void;
  drained(): void;
  /** Calls back no more. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  /** Bytes that the system has not taken yet. */
  readonly unsentBytes: () => number;
  readonly onDue: (due: SessionDue) => void;
}

interface Waits {
  readonly startedMs: number;
  isOpen: boolean;
  /** False while this end does not read: then the silence of the other end is not its fault. */
  isListening: boolean;
  /** When any bytes arrived. */
  heardMs: number;
  /** A frame other than chatter was sent or received. */
  usedMs: number;
  /** When a ping was sent; undefined if bytes arrived since. */
  pingedMs: number | undefined;
  /** When a frame began to arrive that is not complete. */
  incompleteSinceMs: number | undefined;
  /** Since when the system takes no more, and nothing has moved. */
  stuckSinceMs: number | undefined;
}

/**
 * `late`: the peer is slow, and gets the reason · `gone`: nothing reaches it · `stuck`: check
 * whether anything moved · `idle` · `ask`: by a ping.
 */
type DueAct = 'late' | 'gone' | 'stuck' | 'idle' | 'ask';

interface Deadline {
  readonly dueMs: number;
  readonly act: DueAct;
}

export function createSessionDeadlines({ clock, unsentBytes, onDue }: Deps, options: SessionOptions): SessionDeadlines {
  const waits = firstWaits(clock.monotonicMs());
  /** Bytes written in all, and how many of them the system had taken at the last check. */
  let writtenBytes = 0;
  let takenBytes = 0;
  let cancelTimer: Unsubscribe | undefined;
  let timerDueMs = Infinity;
  let isClosed = false;
  schedule();

  return {
    usedMs: () => waits.usedMs,
    opened: () => void (waits.isOpen = true),
    used: () => void (waits.usedMs = clock.monotonicMs()),
    heard: hear,
    parsed(frames, isIncomplete) {
      if (!isIncomplete) waits.incompleteSinceMs = undefined;
      else if (waits.incompleteSinceMs === undefined || frames > 0) waits.incompleteSinceMs = waits.heardMs;
      schedule();
    },
    paused: () => void (waits.isListening = false),
    resumed() {
      waits.isListening = true;
      hear();
      if (waits.incompleteSinceMs !== undefined) waits.incompleteSinceMs = waits.heardMs;
      schedule();
    },
    wrote: (sizeBytes) => void (writtenBytes += sizeBytes),
    stuck() {
      if (waits.stuckSinceMs !== undefined) return;
      noteTaken();
      schedule();
    },
    drained() {
      waits.stuckSinceMs = undefined;
      schedule();
    },
    close() {
      isClosed = true;
      cancelTimer?.();
    },
  };

  function hear(): void {
    waits.heardMs = clock.monotonicMs();
    waits.pingedMs = undefined;
  }

  function noteTaken(): void {
    waits.stuckSinceMs = clock.monotonicMs();
    takenBytes = writtenBytes - unsentBytes();
  }

  /**
   * Sets the timer again if something is due before it runs. Later deadlines are seen when it runs.
   */
  function schedule(): void {
    const deadline = isClosed ? undefined : nextDeadline(waits, options);
    if (!deadline || deadline.dueMs >= timerDueMs) return;
    cancelTimer?.();
    timerDueMs = deadline.dueMs;
    cancelTimer = clock.setTimer(look, Math.max(0, deadline.dueMs - clock.monotonicMs()));
  }

  function look(): void {
    timerDueMs = Infinity;
    const deadline = nextDeadline(waits, options);
    if (deadline && clock.monotonicMs() >= deadline.dueMs) act(deadline.act);
    schedule();
  }

  function act(due: DueAct): void {
    if (due === 'ask') waits.pingedMs = clock.monotonicMs();
    if (due !== 'stuck') return onDue(due);
    if (writtenBytes - unsentBytes() === takenBytes) onDue('gone');
    else noteTaken();
  }
}

function firstWaits(startedMs: number): Waits {
  return {
    startedMs,
    isOpen: false,
    isListening: true,
    heardMs: startedMs,
    usedMs: startedMs,
    pingedMs: undefined,
    incompleteSinceMs: undefined,
    stuckSinceMs: undefined,
  };
}

function nextDeadline(waits: Waits, options: SessionOptions): Deadline | undefined {
  if (!waits.isOpen) return { dueMs: waits.startedMs + options.helloDeadlineMs, act: 'late' };
  let earliest: Deadline | undefined;
  const consider = (sinceMs: number | undefined, afterMs: number, act: DueAct): void => {
    if (sinceMs !== undefined && (earliest === undefined || sinceMs + afterMs < earliest.dueMs)) {
      earliest = { dueMs: sinceMs + afterMs, act };
    }
  };
  consider(waits.stuckSinceMs, options.writeDeadlineMs, 'stuck');
  if (!waits.isListening) return earliest;
  consider(waits.incompleteSinceMs, options.frameDeadlineMs, 'late');
  if (waits.pingedMs === undefined) consider(waits.heardMs, options.pingAfterMs, 'ask');
  else consider(waits.pingedMs, options.pongDeadlineMs, 'gone');
  // Unsent bytes count as use.
  if (waits.stuckSinceMs === undefined) consider(waits.usedMs, options.idleMs, 'idle');
  return earliest;
}
