/**
 * Schedules beacons: a burst at the start and after every network change, then one every T ±
 * jitter. A changed announcement is sent at once (rules CAD-1 to CAD-5). The caller supplies the
 * function that sends.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { untilAborted } from '../../lib/delay.ts';
import type { Clock, Random } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { beaconIntervalMs, nextBeaconDelayMs } from './beacon-interval.ts';
import type { PresenceOptions } from '../options.ts';

export interface BeaconScheduler extends Service {
  /** Starts a burst after a network change. Does nothing while stopped. */
  burst(): void;
  /** Sends a beacon soon, because our announcement changed. Does nothing while stopped. */
  announceChange(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  /** The number of listed peers. */
  readonly population: () => number;
  /** @param occasion whether the beacon is part of a burst or a steady one */
  readonly send: (occasion: 'burst' | 'steady') => void;
}

export function createBeaconScheduler({ clock, random, population, send }: Deps, options: PresenceOptions): BeaconScheduler {
  let cancelNext: Unsubscribe | undefined;
  let cancelChange: Unsubscribe | undefined;
  let running = false;
  let plannedBurstStep = 0;
  let lastSentMs = -Infinity;

  return {
    name: 'beaconing',
    async run({ signal, ready }) {
      running = true;
      try {
        burst();
        ready();
        await untilAborted(signal);
      } finally {
        running = false;
        cancelNext?.();
        dropChange();
      }
    },
    burst,
    announceChange() {
      if (!running || cancelChange) return;
      const waitMs = lastSentMs + options.changeGapMs - clock.monotonicMs();
      cancelChange = clock.setTimer(sendChange, Math.max(0, waitMs));
    },
  };

  function burst(): void {
    if (!running) return;
    sendNow('burst', 1);
  }

  /**
   * Sends a changed announcement. A burst in progress continues as planned; otherwise the next
   * beacon follows after T.
   */
  function sendChange(): void {
    if (plannedBurstStep > 0) sendOnce('steady');
    else sendNow('steady', 0);
  }

  /** @param burstStep number of burst beacons sent, this one included */
  function sendNow(occasion: 'burst' | 'steady', burstStep: number): void {
    sendOnce(occasion);
    const offsets = options.burstOffsetsMs;
    const next = offsets[burstStep];
    if (burstStep > 0 && next !== undefined) plan(next - (offsets[burstStep - 1] ?? 0), burstStep + 1);
    else plan(nextBeaconDelayMs(beaconIntervalMs(population(), options), random.fraction(), options), 0);
  }

  function sendOnce(occasion: 'burst' | 'steady'): void {
    // This beacon carries every pending change.
    dropChange();
    lastSentMs = clock.monotonicMs();
    send(occasion);
  }

  function dropChange(): void {
    cancelChange?.();
    cancelChange = undefined;
  }

  /**
   * @param delayMs delay of the next beacon in milliseconds
   * @param burstStep number of burst beacons sent; 0 = not in a burst
   */
  function plan(delayMs: number, burstStep: number): void {
    if (!running) return;
    cancelNext?.();
    plannedBurstStep = burstStep;
    cancelNext = clock.setTimer(() => sendNow(burstStep > 0 ? 'burst' : 'steady', burstStep), delayMs);
  }
}
