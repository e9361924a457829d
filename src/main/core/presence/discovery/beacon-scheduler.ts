/**
 * When the beacon goes out: in a burst at the start and after every change of the network, then every T ± jitter, and at once when what it
 * says has changed (rules CAD-1 to CAD-5). What it says and how it is sent is given.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { untilAborted } from '../../lib/delay.ts';
import type { Clock, Random } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { beaconIntervalMs, nextBeaconDelayMs } from './beacon-interval.ts';
import type { PresenceOptions } from '../options.ts';

export interface BeaconScheduler extends Service {
  /** Starts a burst: the network changed. Does nothing while stopped. */
  burst(): void;
  /** Sends soon: what we say of ourselves changed. Does nothing while stopped. */
  announceChange(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  /** Peers that are here. */
  readonly population: () => number;
  /** @param occasion part of a burst, or one of the steady ones */
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

  /** Of a burst in progress the rest goes out as planned; otherwise the next beacon is T from here. */
  function sendChange(): void {
    if (plannedBurstStep > 0) sendOnce('steady');
    else sendNow('steady', 0);
  }

  /** @param burstStep how many beacons of the burst have gone out when this one has */
  function sendNow(occasion: 'burst' | 'steady', burstStep: number): void {
    sendOnce(occasion);
    const offsets = options.burstOffsetsMs;
    const next = offsets[burstStep];
    if (burstStep > 0 && next !== undefined) plan(next - (offsets[burstStep - 1] ?? 0), burstStep + 1);
    else plan(nextBeaconDelayMs(beaconIntervalMs(population(), options), random.fraction(), options), 0);
  }

  function sendOnce(occasion: 'burst' | 'steady'): void {
    // Whatever has changed is in this one.
    dropChange();
    lastSentMs = clock.monotonicMs();
    send(occasion);
  }

  function dropChange(): void {
    cancelChange?.();
    cancelChange = undefined;
  }

  /** @param burstStep 0 = not in a burst */
  function plan(delayMs: number, burstStep: number): void {
    if (!running) return;
    cancelNext?.();
    plannedBurstStep = burstStep;
    cancelNext = clock.setTimer(() => sendNow(burstStep > 0 ? 'burst' : 'steady', burstStep), delayMs);
  }
}
