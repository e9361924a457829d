/**
 * Runs a group of services one-for-all: if one fails, all are stopped and restarted after a growing
 * delay (rules SUP-1 to SUP-4 of docs/spec/supervision.md).
 */
import { pause } from './delay.ts';
import type { Clock, Random } from '../ports.ts';

export interface Service {
  readonly name: string;
  /**
   * Opens its resources, calls `ready()` once, and works until `signal` aborts. Closes everything
   * before it returns. Throwing, or returning before the abort, restarts the group.
   */
  run(context: { readonly signal: AbortSignal; readonly ready: () => void }): Promise<void>;
}

/** The delay before the first restart. Each further restart doubles it. */
const firstBackOffMs = 1_000;
const maxBackOffMs = 60_000;
/**
 * A group that ran this long is healthy: its next failure gets the first delay again. Less than the
 * 35 s after which the watchdog restarts a silent node.
 */
const stableAfterMs = 30_000;

export interface Restart {
  /** Name of the service that failed. */
  readonly service: string;
  readonly error: unknown;
  readonly delayMs: number;
}

interface SuperviseDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Called once per failure, before the delay. */
  readonly onRestart: (restart: Restart) => void;
  /** Called each time that all services are ready. */
  readonly onReady: () => void;
}

/**
 * Runs the services until the signal aborts. Starts them in order, each after the previous one is
 * ready. Never throws.
 */
export async function supervise(services: readonly Service[], deps: SuperviseDeps, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const startedMs = deps.clock.monotonicMs();
    const failure = await runOnce(services, deps.onReady, signal);
    // Ignore a failure during the stop.
    if (!failure || signal.aborted) return;
    if (deps.clock.monotonicMs() - startedMs >= stableAfterMs) failures = 0;
    const delayMs = backOffMs(failures, deps.random.fraction());
    failures += 1;
    deps.onRestart({ ...failure, delayMs });
    await pause(deps.clock, delayMs, signal);
  }
}

/**
 * Computes the delay before a restart.
 * @param failures number of earlier failures in a row
 * @param chance in [0, 1), which spreads the restarts of nodes that failed together
 * @returns milliseconds
 */
export function backOffMs(failures: number, chance: number): number {
  const ceilingMs = Math.min(firstBackOffMs * 2 ** failures, maxBackOffMs);
  return ceilingMs * (0.75 + 0.25 * chance);
}

/** @returns the first failure; undefined if the outer signal ended the run */
async function runOnce(
  services: readonly Service[],
  onReady: () => void,
  outer: AbortSignal,
): Promise<Pick<Restart, 'service' | 'error'> | undefined> {
  const group = new AbortController();
  const stop = (): void => group.abort();
  outer.addEventListener('abort', stop);
  if (outer.aborted) stop();
  let failure: Pick<Restart, 'service' | 'error'> | undefined;
  const running: Promise<void>[] = [];
  for (const service of services) {
    if (group.signal.aborted) break;
    await new Promise<void>((ready) => {
      const run = async (): Promise<void> => {
        try {
          await service.run({ signal: group.signal, ready });
          if (!group.signal.aborted) throw new Error('ended without being told to');
        } catch (error) {
          failure ??= { service: service.name, error };
          group.abort();
        }
        ready();
      };
      running.push(run());
    });
  }
  if (!group.signal.aborted) onReady();
  await Promise.all(running);
  outer.removeEventListener('abort', stop);
  return failure;
}
