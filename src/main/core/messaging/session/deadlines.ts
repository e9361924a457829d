/**
 * Every deadline of one session, kept with one timer (rules SESS-6 and SESS-7): the session reports what happens on the stream, and is called
 * when something is due. nextDeadline() says what is waited for, and until when; session.ts does what is then due. Times are monotonic.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { SessionOptions } from './options.ts';

/** What to do about a deadline that has passed; `stuck` is looked into here. */
export type SessionDue = Exclude<DueAct, 'stuck'>;

export interface SessionDeadlines {
  /** Monotonic: when the session last carried what sessions are for. */
  usedMs(): number;
  /** The other end's hello was right. */
  opened(): void;
  /** Something that sessions are for was sent or heard. */
  used(): void;
  /** Bytes came. */
  heard(): void;
  /** They were taken apart. @param frames that they completed @param isIncomplete another one has begun */
  parsed(frames: number, isIncomplete: boolean): void;
  /** While we do not listen, nothing that the other end says or fails to say counts. */
  paused(): void;
  resumed(): void;
  wrote(sizeBytes: number): void;
  /** The system takes no more for now. */
  stuck(): void;
  drained(): void;
  /** Tells nothing more. */
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
  /** False while we do not read: what the other end says then is not its fault. */
  isListening: boolean;
  /** Anything at all was heard. */
  heardMs: number;
  /** Something that sessions are for was sent or heard. */
  usedMs: number;
  /** Asked, and nothing heard since. */
  pingedMs: number | undefined;
  /** A frame began to arrive, and is not whole. */
  incompleteSinceMs: number | undefined;
  /** The system takes no more, and nothing has moved since. */
  stuckSinceMs: number | undefined;
}

/** `late`: it dawdles, and may be told · `gone`: nothing reaches it · `stuck`: see whether anything moved · `idle` · `ask`: by a ping. */
type DueAct = 'late' | 'gone' | 'stuck' | 'idle' | 'ask';

interface Deadline {
  readonly dueMs: number;
  readonly act: DueAct;
}

export function createSessionDeadlines({ clock, unsentBytes, onDue }: Deps, options: SessionOptions): SessionDeadlines {
  const waits = firstWaits(clock.monotonicMs());
  /** Written in all, and how much of it had been taken by the system when we last looked. */
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

  /** Sets the one timer anew if something is due before it runs. What is due later is seen when it runs. */
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
  // What is unsent is use.
  if (waits.stuckSinceMs === undefined) consider(waits.usedMs, options.idleMs, 'idle');
  return earliest;
}
