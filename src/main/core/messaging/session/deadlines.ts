/** What a session waits for, and until when (rules SESS-6 and SESS-7). Pure: `session-watch.ts` keeps the books. Times are monotonic. */
import type { SessionOptions } from './options.ts';

export interface SessionWaits {
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
export type DueAct = 'late' | 'gone' | 'stuck' | 'idle' | 'ask';

export interface Deadline {
  readonly dueMs: number;
  readonly act: DueAct;
}

export function firstWaits(startedMs: number): SessionWaits {
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

export function nextDeadline(waits: SessionWaits, options: SessionOptions): Deadline | undefined {
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
