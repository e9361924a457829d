/**
 * Turns network problems into health entries: no network, port taken, silence, failing adapters,
 * floods, forged addresses (rules HEALTH-2, DOG-3, FLOW-5, HS-11, MEM-5, SOCK-8). It also records
 * restarts with their causes for the diagnostics. `adapter-health.ts` judges the adapters.
 */
import { createAdapterHealth } from './adapter-health.ts';
import type { HealthBoard } from './health-board.ts';
import { pause } from '../lib/delay.ts';
import { PortError, type Clock, type Log } from '../ports.ts';
import { SilenceError, type Presence, type PresenceOptions } from '../presence/index.ts';
import type { Restart } from '../lib/supervise.ts';

export interface RestartReport {
  /** Wall clock, milliseconds since 1970. */
  readonly atMs: number;
  readonly service: string;
  readonly cause: string;
  readonly delayMs: number;
}

/** The problems of this node so far, latest last. Times are wall clock, milliseconds since 1970. */
export interface NetworkHistory {
  readonly restarts: readonly RestartReport[];
  readonly stalls: readonly { readonly atMs: number; readonly lateMs: number }[];
  readonly clockJumps: readonly { readonly atMs: number; readonly byMs: number }[];
  readonly ownKeyHeardFrom: string | undefined;
}

export interface NetworkHealth {
  restarted(restart: Restart): void;
  /** Records that presence is ready; called again after each restart. */
  ready(): void;
  /** Records a datagram with a valid signature. */
  heard(): void;
  /** Records a stall of the process. @param lateMs how late the timer ran, in milliseconds */
  stalled(lateMs: number): void;
  /**
   * Records that another process signs with our key.
   * @param from the endpoint that it was heard from
   */
  ownKeyHeard(from: string): void;
  history(): NetworkHistory;
  /** Reviews the network regularly until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Reviews the network now. */
  review(): void;
}

/** Restarts, stalls and clock jumps kept for the diagnostics, of each. */
const maxRemembered = 50;
const reviewEveryMs = 1_000;
/** Datagrams dropped, or with wrong signatures, within one review. More than this is a flood. */
const floodDropsPerReview = 50;
/** A flood, or the use of forged addresses, is over after this time without another. */
const floodOverAfterMs = 10_000;
/** Answers withheld within one review. Fewer can be due to a host with very many nodes. */
const withheldPerReview = 20;

/** The key is no longer in use elsewhere after this time without hearing its other user. */
const ownKeyOverAfterMs = 35_000;

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly health: HealthBoard;
  /** Called when the computer slept, or its clock was set. */
  readonly onClockJump: () => void;
  readonly presence: Pick<Presence, 'addresses' | 'leftOut' | 'counters' | 'isDoubtful'>;
}

export function createNetworkHealth(
  { clock, log, health, presence, onClockJump }: Deps,
  options: PresenceOptions,
): NetworkHealth {
  const restarts: RestartReport[] = [];
  const stalls: { atMs: number; lateMs: number }[] = [];
  const clockJumps: { atMs: number; byMs: number }[] = [];
  let clockOffsetMs = clock.wallMs() - clock.monotonicMs();
  let ownKeyHeardFrom: string | undefined;
  let rateDropsBefore = 0;
  let refusedBefore = 0;
  /** A refused candidate returns with its next beacon. */
  let lastRefusalMs = -Infinity;
  let lastFloodMs = -Infinity;
  let withheldBefore = 0;
  let lastForgeryMs = -Infinity;
  let lastOwnKeyMs = -Infinity;
  let isUp = false;
  const reviewAdapters = createAdapterHealth({ health, presence }, options);

  return {
    restarted({ service, error, delayMs }) {
      isUp = false;
      const cause = describe(error);
      remember(restarts, { atMs: clock.wallMs(), service, cause, delayMs: Math.round(delayMs) });
      log.write('warning', 'networking is restarted', { service, cause, delayMs: Math.round(delayMs) });
      if (error instanceof SilenceError) health.raise('network-silent');
      else if (error instanceof PortError && error.code === 'EADDRINUSE') health.raise('port-taken', { port: options.port });
      else health.raise('network-restarting', { cause });
    },
    ready() {
      isUp = true;
      health.clear('port-taken');
      health.clear('network-restarting');
      review();
    },
    stalled(lateMs) {
      remember(stalls, { atMs: clock.wallMs(), lateMs: Math.round(lateMs) });
      log.write('warning', 'the process stood still', { lateMs: Math.round(lateMs) });
    },
    ownKeyHeard(from) {
      lastOwnKeyMs = clock.monotonicMs();
      ownKeyHeardFrom = from;
      health.raise('key-in-use');
    },
    heard: () => health.clear('network-silent'),
    history: () => ({ restarts: [...restarts], stalls: [...stalls], clockJumps: [...clockJumps], ownKeyHeardFrom }),
    async run(signal) {
      while (!signal.aborted) {
        watchClock();
        if (isUp) review();
        await pause(clock, reviewEveryMs, signal);
      }
    },
    review,
  };

  /** Detects a sleep or a clock that was set. Otherwise both clocks differ by microseconds only. */
  function watchClock(): void {
    const offsetMs = clock.wallMs() - clock.monotonicMs();
    const byMs = Math.round(offsetMs - clockOffsetMs);
    clockOffsetMs = offsetMs;
    if (Math.abs(byMs) < options.clockJumpMs) return;
    remember(clockJumps, { atMs: clock.wallMs(), byMs });
    log.write('info', 'the wall clock jumped', { byMs });
    onClockJump();
  }

  function review(): void {
    const nowMs = clock.monotonicMs();
    reviewAdapters(nowMs, isUp);
    if (presence.isDoubtful()) health.raise('looks-offline');
    else health.clear('looks-offline');
    if (nowMs - lastOwnKeyMs >= ownKeyOverAfterMs) {
      ownKeyHeardFrom = undefined;
      health.clear('key-in-use');
    }

    reviewFlow(nowMs);
  }

  function reviewFlow(nowMs: number): void {
    const counters = presence.counters();
    // Datagrams of another team are no flood, in any number.
    const { sealed: _, ...flood } = counters.dropped;
    const rateDrops = Object.values(flood).reduce((sum, dropped) => sum + dropped, counters.badSignature);
    if (rateDrops - rateDropsBefore > floodDropsPerReview) lastFloodMs = nowMs;
    rateDropsBefore = rateDrops;
    if (nowMs - lastFloodMs < floodOverAfterMs) health.raise('flooded');
    else health.clear('flooded');

    if (counters.withheld - withheldBefore > withheldPerReview) lastForgeryMs = nowMs;
    withheldBefore = counters.withheld;
    if (nowMs - lastForgeryMs < floodOverAfterMs) health.raise('forged-addresses');
    else health.clear('forged-addresses');

    if (counters.refusedPeers > refusedBefore) lastRefusalMs = nowMs;
    refusedBefore = counters.refusedPeers;
    if (nowMs - lastRefusalMs < 2 * options.maxBeaconIntervalMs) health.raise('list-full', { limit: options.maxPeers });
    else health.clear('list-full');
  }
}

function remember<Entry>(list: Entry[], entry: Entry): void {
  list.push(entry);
  if (list.length > maxRemembered) list.shift();
}

function describe(error: unknown): string {
  if (error instanceof PortError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
