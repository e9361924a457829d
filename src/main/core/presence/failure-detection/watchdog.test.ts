import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createWatchdog, SilenceError } from './watchdog.ts';

function createWatchdogFixture() {
  const clock = createFakeClock();
  let connected = true;
  const watchdog = createWatchdog({ clock, isConnected: () => connected }, { silenceMs: 35_000 });
  const stopping = new AbortController();
  let outcome: unknown = 'running';
  return {
    clock,
    watchdog,
    stopping,
    setConnected: (value: boolean) => void (connected = value),
    outcome: () => outcome,
    async start() {
      outcome = 'running';
      void watchdog.run({ signal: stopping.signal, ready: () => undefined }).then(
        () => (outcome = 'stopped'),
        (error: unknown) => (outcome = error),
      );
      await clock.advance(0);
    },
  };
}

describe('the watchdog', () => {
  test('[DOG-1] fails after 35 s without a datagram, with the reason', async () => {
    const { clock, start, outcome } = createWatchdogFixture();
    await start();
    await clock.advance(34_999);
    expect(outcome()).toBe('running');
    await clock.advance(1);
    expect(outcome()).toBeInstanceOf(SilenceError);
    expect((outcome() as Error).message).toContain('35 s');
    expect(clock.pendingTimers()).toBe(0);
  });

  test('[DOG-1] restarts its wait with every datagram', async () => {
    const { clock, watchdog, start, outcome } = createWatchdogFixture();
    await start();
    for (let count = 0; count < 10; count += 1) {
      await clock.advance(34_000);
      watchdog.heard();
    }
    expect(outcome()).toBe('running');
    await clock.advance(34_999);
    expect(outcome()).toBe('running');
    await clock.advance(1);
    expect(outcome()).toBeInstanceOf(SilenceError);
  });

  test('[DOG-2] does not fail without a network', async () => {
    const { clock, start, outcome, setConnected } = createWatchdogFixture();
    setConnected(false);
    await start();
    await clock.advance(3_600_000);
    expect(outcome()).toBe('running');
  });

  test('[DOG-2] begins a whole wait of 35 s when a network appears', async () => {
    const { clock, start, outcome, setConnected } = createWatchdogFixture();
    setConnected(false);
    await start();
    await clock.advance(100_000);
    setConnected(true);
    await clock.advance(33_000);
    expect(outcome()).toBe('running');
    await clock.advance(3_000);
    expect(outcome()).toBeInstanceOf(SilenceError);
  });

  test('[DOG-1, SUP-1] waits 35 s again after a restart', async () => {
    const { clock, start, outcome } = createWatchdogFixture();
    await start();
    await clock.advance(35_000);
    await start();
    await clock.advance(34_999);
    expect(outcome()).toBe('running');
    await clock.advance(1);
    expect(outcome()).toBeInstanceOf(SilenceError);
  });

  test('[SUP-4] ends at once when stopped, and leaves no timer', async () => {
    const { clock, stopping, start, outcome } = createWatchdogFixture();
    await start();
    await clock.advance(1_500);
    stopping.abort();
    await clock.advance(0);
    expect([outcome(), clock.pendingTimers()]).toEqual(['stopped', 0]);
  });
});
