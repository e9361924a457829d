/**
 * Turns what presence meets into health entries: no network, port taken, silence, failing adapters, floods (rules HEALTH-2, DOG-3, FLOW-5).
 * Also keeps the list of restarts with their causes, for the diagnostics.
 */
import type { HealthBoard } from './health.ts';
import { pause } from './pause.ts';
import { PortError, type Clock, type Log } from './ports.ts';
import { SilenceError, type Presence, type PresenceOptions } from './presence/index.ts';
import type { Restart } from './service.ts';

export interface RestartReport {
  /** Wall clock. */
  readonly atMs: number;
  readonly service: string;
  readonly cause: string;
  readonly delayMs: number;
}

export interface NetworkHealth {
  restarted(restart: Restart): void;
  /** Presence is up again. */
  ready(): void;
  /** Something with a right signature was heard. */
  heard(): void;
  /** Latest last. */
  restarts(): readonly RestartReport[];
  /** Looks again and again until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Looks now. */
  review(): void;
}

/** Restarts remembered for the diagnostics. */
const maxRestarts = 50;
const reviewEveryMs = 1_000;
/** More datagrams dropped for their rate than this within one review is a flood, fewer is a hiccup. */
const floodDropsPerReview = 50;
/** A flood counts as over after so long without. */
const floodOverAfterMs = 10_000;

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly health: HealthBoard;
  readonly presence: Pick<Presence, 'addresses' | 'counters'>;
}

export function createNetworkHealth({ clock, log, health, presence }: Deps, options: PresenceOptions): NetworkHealth {
  const restarts: RestartReport[] = [];
  let rateDropsBefore = 0;
  let refusedBefore = 0;
  let lastFloodMs = -Infinity;
  let isUp = false;

  return {
    restarted({ service, error, delayMs }) {
      isUp = false;
      const cause = describe(error);
      restarts.push({ atMs: clock.wallMs(), service, cause, delayMs: Math.round(delayMs) });
      if (restarts.length > maxRestarts) restarts.shift();
      log.write('warning', 'networking is restarted', { service, cause, delayMs: Math.round(delayMs) });
      if (error instanceof SilenceError) health.raise('network-silent');
      else if (error instanceof PortError && error.code === 'EADDRINUSE') health.raise('port-taken', options.port);
      else health.raise('network-restarting', cause);
    },
    ready() {
      isUp = true;
      health.clear('port-taken');
      health.clear('network-restarting');
      review();
    },
    heard: () => health.clear('network-silent'),
    restarts: () => [...restarts],
    async run(signal) {
      while (!signal.aborted) {
        if (isUp) review();
        await pause(clock, reviewEveryMs, signal);
      }
    },
    review,
  };

  function review(): void {
    const addresses = presence.addresses();
    if (isUp && addresses.length === 0) health.raise('no-network');
    else health.clear('no-network');

    const nowMs = clock.monotonicMs();
    const failing = addresses.filter(({ failure }) => failure && nowMs - failure.sinceMs >= options.interfaceFailureGraceMs);
    const names = failing.map(({ interface: { name, address }, failure }) => `${name} (${address}: ${failure?.code})`);
    if (names.length > 0) health.raise('interface-failed', names.join(', '));
    else health.clear('interface-failed');

    reviewFlow(nowMs);
  }

  function reviewFlow(nowMs: number): void {
    const counters = presence.counters();
    const rateDrops = Object.values(counters.dropped).reduce((sum, dropped) => sum + dropped, 0);
    if (rateDrops - rateDropsBefore > floodDropsPerReview) lastFloodMs = nowMs;
    rateDropsBefore = rateDrops;
    if (nowMs - lastFloodMs < floodOverAfterMs) health.raise('flooded');
    else health.clear('flooded');

    if (counters.refusedPeers > refusedBefore) health.raise('list-full', options.maxPeers);
    else health.clear('list-full');
    refusedBefore = counters.refusedPeers;
  }
}

function describe(error: unknown): string {
  if (error instanceof PortError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
