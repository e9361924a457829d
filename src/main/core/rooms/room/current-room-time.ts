/**
 * Room time now (rules ROOM-32 to ROOM-35). It is wanted for each message that is shown, and costs a
 * walk over all peers, so the difference to our clock is kept for a moment. `order/room-time.ts`
 * decides.
 */
import type { Clock } from '../../ports.ts';
import { roomTimeOf, type AnnouncedClock } from '../order/room-time.ts';

const maxAgeMs = 1_000;

/** @returns room time in milliseconds since 1970 */
export function createCurrentRoomTime(
  clock: Pick<Clock, 'monotonicMs' | 'wallMs'>,
  announced: () => readonly AnnouncedClock[],
): () => number {
  let differenceMs = 0;
  let readMs = -Infinity;
  /** Our wall clock less the monotonic one: it changes when somebody sets the clock. */
  let setAtMs = 0;
  return () => {
    const wallMs = clock.wallMs();
    const nowMs = clock.monotonicMs();
    if (nowMs - readMs >= maxAgeMs || Math.abs(wallMs - nowMs - setAtMs) >= maxAgeMs) {
      differenceMs = roomTimeOf(wallMs, announced()).nowMs - wallMs;
      readMs = nowMs;
      setAtMs = wallMs - nowMs;
    }
    return wallMs + differenceMs;
  };
}
