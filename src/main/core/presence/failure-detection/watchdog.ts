/**
 * Detects that we hear no datagram at all, not even our own beacons, although there is a network.
 * It then fails, and so makes the supervisor restart presence (rules DOG-1 to DOG-3).
 */
import { pause } from '../../lib/delay.ts';
import type { Clock } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import type { PresenceOptions } from '../options.ts';

/** Presence heard no datagram for `silentMs` milliseconds. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
  constructor(silentMs: number) {
    super(`nothing was heard for ${Math.round(silentMs / 1_000)} s, not even our own beacons`);
  }
}

export interface Watchdog extends Service {
  /** Records a datagram with a valid signature, our own included. */
  heard(): void;
}

interface Deps {
  readonly clock: Clock;
  /** True if there is an adapter to hear datagrams on. */
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
        // Silence is normal without a network, so the wait begins when there is one.
        if (!isConnected()) lastHeardMs = clock.monotonicMs();
        const silentMs = clock.monotonicMs() - lastHeardMs;
        if (silentMs >= silenceMs) throw new SilenceError(silentMs);
        // Rounded up: a pause that ends a fraction too early would repeat in tiny steps.
        await pause(clock, Math.min(Math.ceil(silenceMs - silentMs), lookEveryMs), signal);
      }
    },
    heard() {
      lastHeardMs = clock.monotonicMs();
    },
  };
}

/** How often to check for a network while there is none, in milliseconds. */
const lookEveryMs = 1_000;
