/**
 * A service runs until it is told to stop. supervise() keeps a group of them running one-for-all: when one fails, all are stopped
 * and started again after a growing pause (rules SUP-1 to SUP-4 of docs/spec/supervision.md).
 */
import { pause } from './delay.ts';
import type { Clock, Random } from '../ports.ts';

export interface Service {
  readonly name: string;
  /**
   * Opens what it needs, calls `ready()` once, works until `signal` aborts, and closes everything before it returns.
   * Throwing means "restart me".
   */
  run(context: { readonly signal: AbortSignal; readonly ready: () => void }): Promise<void>;
}

/** The pause before the first restart; doubled by each further one. */
const firstBackOffMs = 1_000;
const maxBackOffMs = 60_000;
/** A group that ran this long is healthy again: its next failure starts from the first pause. Less than the 35 s after which a deaf node restarts. */
const stableAfterMs = 30_000;

export interface Restart {
  /** The service that failed. */
  readonly service: string;
  readonly error: unknown;
  readonly delayMs: number;
}

interface SuperviseDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Called once per failure, before the pause. */
  readonly onRestart: (restart: Restart) => void;
  /** Called each time that all services are ready. */
  readonly onReady: () => void;
}

/** Runs the services, started in order, each after the one before is ready, until the signal aborts. Never throws. */
export async function supervise(services: readonly Service[], deps: SuperviseDeps, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const startedMs = deps.clock.monotonicMs();
    const failure = await runOnce(services, deps.onReady, signal);
    // What fails while it is being stopped is not started again.
    if (!failure || signal.aborted) return;
    if (deps.clock.monotonicMs() - startedMs >= stableAfterMs) failures = 0;
    const delayMs = backOffMs(failures, deps.random.fraction());
    failures += 1;
    deps.onRestart({ ...failure, delayMs });
    await pause(deps.clock, delayMs, signal);
  }
}

/** @param failures so far in a row @param chance in [0, 1); spreads restarts of many nodes that failed together */
export function backOffMs(failures: number, chance: number): number {
  const ceilingMs = Math.min(firstBackOffMs * 2 ** failures, maxBackOffMs);
  return ceilingMs * (0.75 + 0.25 * chance);
}

/** @returns what failed first; undefined when the outer signal ended it */
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
