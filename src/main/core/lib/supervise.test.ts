import { getEventListeners } from 'node:events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { pause, untilAborted } from './delay.ts';
import { backOffMs, supervise, type Restart, type Service } from './supervise.ts';

interface TestService extends Service {
  fail(error: unknown): void;
  /** Ends the service without an error, which counts as a failure. */
  end(): void;
}

interface Behaviour {
  /** Waits for `becomeReady` instead of being ready at once. */
  readonly slow?: boolean;
  readonly throwsAtStart?: () => boolean;
  readonly throwsAtStop?: boolean;
}

function createSuperviseFixture() {
  const clock = createFakeClock();
  const log: string[] = [];
  const restarts: (Restart & { readonly atMs: number })[] = [];
  const stopping = new AbortController();
  const becomeReady = new Map<string, () => void>();
  let readyCount = 0;
  let ended = false;

  function service(
    name: string,
    { slow = false, throwsAtStart = () => false, throwsAtStop = false }: Behaviour = {},
  ): TestService {
    let finish: { resolve(): void; reject(error: unknown): void } | undefined;
    return {
      name,
      async run({ signal, ready }) {
        log.push(`+${name}`);
        if (throwsAtStart()) throw new Error(`${name} cannot start`);
        if (slow) becomeReady.set(name, ready);
        else ready();
        const interrupted = new Promise<void>((resolve, reject) => (finish = { resolve, reject }));
        try {
          await Promise.race([untilAborted(signal), interrupted]);
        } finally {
          log.push(`-${name}`);
        }
        if (throwsAtStop && signal.aborted) throw new Error(`${name} cannot stop`);
      },
      fail: (error) => finish?.reject(error),
      end: () => finish?.resolve(),
    };
  }

  return {
    clock,
    log,
    restarts,
    stopping,
    becomeReady,
    service,
    readyCount: () => readyCount,
    hasEnded: () => ended,
    async start(services: readonly Service[], chance = 0) {
      const random = { fraction: () => chance, bytes: (sizeBytes: number) => new Uint8Array(sizeBytes) };
      const deps = {
        clock,
        random,
        onReady: () => void (readyCount += 1),
        onRestart: (restart: Restart) => void restarts.push({ ...restart, atMs: clock.monotonicMs() }),
      };
      void supervise(services, deps, stopping.signal).then(() => (ended = true));
      await clock.advance(0);
    },
    async stop() {
      stopping.abort();
      await clock.advance(0);
    },
  };
}

describe('supervision', () => {
  test('[SUP-1] services start in order, each when the previous one is ready', async () => {
    const { clock, log, service, start, becomeReady, readyCount } = createSuperviseFixture();
    await start([service('one', { slow: true }), service('two', { slow: true }), service('three')]);
    await clock.advance(10_000);
    expect([log, readyCount()]).toEqual([['+one'], 0]);
    becomeReady.get('one')?.();
    await clock.advance(0);
    expect([log, readyCount()]).toEqual([['+one', '+two'], 0]);
    becomeReady.get('two')?.();
    await clock.advance(0);
    expect([log, readyCount()]).toEqual([['+one', '+two', '+three'], 1]);
  });

  test('[SUP-1] a service that fails restarts all, in order', async () => {
    const { clock, log, service, start, readyCount } = createSuperviseFixture();
    const [one, two, three] = [service('one'), service('two'), service('three')];
    await start([one, two, three]);
    log.length = 0;
    two.fail(new Error('broken'));
    await clock.advance(0);
    expect(log.toSorted()).toEqual(['-one', '-three', '-two']);
    await clock.advance(1_000);
    expect(log.slice(3)).toEqual(['+one', '+two', '+three']);
    expect(readyCount()).toBe(2);
  });

  test('[SUP-1] a service that fails during its start keeps later ones from starting', async () => {
    const { clock, log, service, start, restarts, readyCount } = createSuperviseFixture();
    let failures = 2;
    await start([service('one'), service('two', { throwsAtStart: () => (failures -= 1) >= 0 }), service('three')]);
    expect([log, readyCount(), restarts.length]).toEqual([['+one', '+two', '-one'], 0, 1]);
    await clock.advance(10_000);
    expect(log.slice(3)).toEqual(['+one', '+two', '-one', '+one', '+two', '+three']);
    expect(readyCount()).toBe(1);
  });

  test('[SUP-1] a service that ends without an abort counts as failed', async () => {
    const { clock, service, start, restarts } = createSuperviseFixture();
    const one = service('one');
    await start([one]);
    one.end();
    await clock.advance(0);
    expect(restarts).toMatchObject([{ service: 'one', error: new Error('ended without being told to') }]);
  });

  test('[SUP-3] each restart is reported once: the service that failed first, the cause and the delay', async () => {
    const { clock, service, start, restarts } = createSuperviseFixture();
    const [one, two] = [service('one', { throwsAtStop: true }), service('two')];
    await start([one, two], 0.5);
    const cause = new Error('broken');
    two.fail(cause);
    await clock.advance(0);
    expect(restarts).toEqual([{ service: 'two', error: cause, delayMs: 875, atMs: 0 }]);
  });

  test('[SUP-2] the delay grows from 1 s to 60 s', async () => {
    const { clock, service, start, restarts } = createSuperviseFixture();
    await start([service('one', { throwsAtStart: () => true })], 0.999_999_999);
    await clock.advance(600_000);
    expect(restarts.slice(0, 9).map(({ delayMs }) => Math.round(delayMs))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
    const waits = restarts.slice(1).map(({ atMs }, index) => Math.round(atMs - (restarts[index]?.atMs ?? 0)));
    expect(waits.slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  test('[SUP-2] the delay has up to 25 % jitter, for any number of failures', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, chance) => {
        const ceilingMs = Math.min(60_000, 1_000 * 2 ** failures);
        const delayMs = backOffMs(failures, chance);
        expect(delayMs).toBeGreaterThanOrEqual(ceilingMs * 0.75);
        expect(delayMs).toBeLessThanOrEqual(ceilingMs);
      }),
    );
    expect(backOffMs(3, 0)).not.toBe(backOffMs(3, 0.9));
  });

  test('[SUP-2] 30 s without a failure reset the delay, a shorter time does not', async () => {
    const { clock, service, start, restarts } = createSuperviseFixture();
    const one = service('one');
    await start([one]);
    const failAfter = async (ms: number): Promise<number> => {
      await clock.advance(ms);
      one.fail(new Error('broken'));
      await clock.advance(0);
      const delayMs = restarts.at(-1)?.delayMs ?? 0;
      await clock.advance(delayMs);
      return delayMs;
    };
    const delays = [
      await failAfter(10),
      await failAfter(10),
      await failAfter(29_999),
      await failAfter(30_000),
      await failAfter(10),
    ];
    expect(delays).toEqual([750, 1_500, 3_000, 750, 1_500]);
  });

  test('[SUP-4] an abort stops all services, waits for them and restarts none', async () => {
    const { log, clock, service, start, stop, restarts, hasEnded } = createSuperviseFixture();
    await start([service('one'), service('two')]);
    expect(hasEnded()).toBe(false);
    await stop();
    expect([hasEnded(), log.slice(2).toSorted(), restarts, clock.pendingTimers()]).toEqual([true, ['-one', '-two'], [], 0]);
  });

  test('[SUP-3, SUP-4] a service that fails while it stops is neither restarted nor reported', async () => {
    const { clock, service, start, stop, restarts, hasEnded } = createSuperviseFixture();
    await start([service('one', { throwsAtStop: true })]);
    await stop();
    expect([hasEnded(), clock.pendingTimers(), restarts]).toEqual([true, 0, []]);
  });

  test('[SUP-4] an abort during a start ends it, and later services do not start', async () => {
    const { log, service, start, stop, becomeReady, hasEnded, readyCount } = createSuperviseFixture();
    await start([service('one'), service('two', { slow: true }), service('three')]);
    await stop();
    becomeReady.get('two')?.();
    expect([hasEnded(), readyCount(), log]).toEqual([true, 0, expect.not.arrayContaining(['+three'])]);
  });

  test('[SUP-4] an abort during the delay ends it at once', async () => {
    const { clock, log, service, start, stop, hasEnded } = createSuperviseFixture();
    await start([service('one', { throwsAtStart: () => true })]);
    await clock.advance(300);
    expect([hasEnded(), clock.pendingTimers()]).toEqual([false, 1]);
    await stop();
    expect([hasEnded(), clock.pendingTimers(), log]).toEqual([true, 0, ['+one']]);
  });

  test('[SUP-4] a signal that is already aborted starts nothing', async () => {
    const { log, service, start, stopping, hasEnded } = createSuperviseFixture();
    stopping.abort();
    await start([service('one')]);
    expect([hasEnded(), log]).toEqual([true, []]);
  });

  test('[SUP-4] a hundred restarts leave no listener on the signal and no timer', async () => {
    const { clock, service, start, stop, stopping, restarts } = createSuperviseFixture();
    await start([service('one', { throwsAtStart: () => true })]);
    await clock.advance(6_000_000);
    expect(restarts.length).toBeGreaterThan(100);
    // the listener of the pause
    expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(1);
    await stop();
    expect([getEventListeners(stopping.signal, 'abort').length, clock.pendingTimers()]).toEqual([0, 0]);
  });
});

describe('a delay', () => {
  test('[SUP-4] ends by time or by abort, and leaves neither timer nor listener', async () => {
    const clock = createFakeClock();
    const stopping = new AbortController();
    const ended: string[] = [];
    void pause(clock, 1_000, stopping.signal).then(() => ended.push('short'));
    void pause(clock, 60_000, stopping.signal).then(() => ended.push('long'));
    await clock.advance(1_000);
    expect([ended, getEventListeners(stopping.signal, 'abort').length]).toEqual([['short'], 1]);
    stopping.abort();
    await clock.advance(0);
    await pause(clock, 60_000, stopping.signal);
    await untilAborted(stopping.signal);
    expect([ended, clock.pendingTimers(), getEventListeners(stopping.signal, 'abort').length]).toEqual([['short', 'long'], 0, 0]);
  });
});
