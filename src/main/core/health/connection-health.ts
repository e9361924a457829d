/**
 * Turns connections that were turned away into a health entry (rule TLS-12). A port scan or a few
 * failed handshakes are none. Which connection is turned away is decided elsewhere.
 */
import { pause } from '../lib/delay.ts';
import type { SessionCounters } from '../messaging/session-manager/session-manager.ts';
import type { Clock } from '../ports.ts';
import type { HealthBoard } from './health-board.ts';

const reviewEveryMs = 1_000;
/** More than a crowd of colleagues that start at once, fewer than any attack needs. */
const manyPerReview = 20;
/** It counts as over after so long without. */
const overAfterMs = 10_000;

export interface ConnectionHealth {
  /** Looks again and again until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Deps {
  readonly clock: Clock;
  readonly health: Pick<HealthBoard, 'raise' | 'clear'>;
  readonly counters: () => Pick<SessionCounters, 'refused' | 'ended'>;
}

export function createConnectionHealth({ clock, health, counters }: Deps): ConnectionHealth {
  let before = 0;
  let lastManyMs = -Infinity;

  return {
    async run(signal) {
      while (!signal.aborted) {
        review();
        await pause(clock, reviewEveryMs, signal);
      }
    },
  };

  function review(): void {
    const nowMs = clock.monotonicMs();
    const { refused, ended } = counters();
    const turnedAway = (refused['too-many'] ?? 0) + (ended['us busy'] ?? 0);
    if (turnedAway - before > manyPerReview) lastManyMs = nowMs;
    before = turnedAway;
    if (nowMs - lastManyMs < overAfterMs) health.raise('connections-refused');
    else health.clear('connections-refused');
  }
}
