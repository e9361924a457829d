/**
 * Notices that we hear nothing at all, not even our own looped-back beacons, although there is a network; then it fails, and so has the
 * supervisor restart presence (rules DOG-1 to DOG-3).
 */
import { pause } from '../../lib/delay.ts';
import type { Clock } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import type { PresenceOptions } from '../options.ts';

/** Presence heard nothing for `silentMs`. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
  constructor(silentMs: number) {
    super(`nothing was heard for ${Math.round(silentMs / 1_000)} s, not even our own beacons`);
  }
}

export interface Watchdog extends Service {
  /** A datagram with a right signature arrived, our own included. */
  heard(): void;
}

interface Deps {
  readonly clock: Clock;
  /** Whether there is an adapter on which something could be heard. */
  readonly isConnected: () => boolean;
}

export function createWatchdog({ clock, isConnected }: Deps, { silenceMs }: Pick<PresenceOptions, 'silenceMs'>): Watchdog {
  let lastHeardMs = 0;
  return {
    name: 'watchdog',
    async run({ signal, ready }) {
      lastHeardMs = clock.monotonicMs();
      ready();
      while (!signal.aborted) {
        // Without a network silence is right: the wait begins when there is one.
        if (!isConnected()) lastHeardMs = clock.monotonicMs();
        const silentMs = clock.monotonicMs() - lastHeardMs;
        if (silentMs >= silenceMs) throw new SilenceError(silentMs);
        // Rounded up: a hair too early it would wait for that hair again and again.
        await pause(clock, Math.min(Math.ceil(silenceMs - silentMs), lookEveryMs), signal);
      }
    },
    heard() {
      lastHeardMs = clock.monotonicMs();
    },
  };
}

/** How often the network is looked for while there is none. */
const lookEveryMs = 1_000;
