/**
 * Since when messages that left in a session have no answer (rule SESS-19). A session in which
 * nothing answers them ends by its deadlines. `session-manager.ts` asks why.
 */
import type { Clock } from '../../ports.ts';
import type { SessionFrame } from '../wire/frames.ts';
import type { SessionEnd } from './close-reason.ts';

export interface AnswerWait {
  sent(frame: SessionFrame): void;
  received(frame: SessionFrame): void;
  /** Monotonic: since when nothing answers; undefined if nothing waits for an answer. */
  sinceMs(): number | undefined;
}

export function createAnswerWait(clock: Pick<Clock, 'monotonicMs'>): AnswerWait {
  let waiting = 0;
  let sinceMs: number | undefined;

  return {
    sent(frame) {
      if (frame.type !== 'messages') return;
      waiting += frame.messages.length;
      sinceMs ??= clock.monotonicMs();
    },
    received(frame) {
      if (frame.type !== 'ack' && frame.type !== 'reject') return;
      waiting = Math.max(0, waiting - frame.messageIds.length);
      sinceMs = waiting > 0 ? clock.monotonicMs() : undefined;
    },
    sinceMs: () => sinceMs,
  };
}

/** The other end heard nothing of what it should answer, or its answers are lost. */
export function isStalled(
  sinceMs: number | undefined,
  { by, reason }: SessionEnd,
  clock: Pick<Clock, 'monotonicMs'>,
  stalledAfterMs: number,
): boolean {
  const isLost = by === 'network' || reason === 'deadline';
  return isLost && sinceMs !== undefined && clock.monotonicMs() - sinceMs >= stalledAfterMs;
}
