import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { createBeaconScheduler } from './beacon-scheduler.ts';
import { defaultPresenceOptions, type PresenceOptions } from '../options.ts';

type Sent = readonly ['burst' | 'steady', number];

async function createBeaconingFixture(change: Partial<PresenceOptions> = {}) {
  const clock = createFakeClock();
  const sent: Sent[] = [];
  let population = 0;
  const beaconScheduler = createBeaconScheduler(
    {
      clock,
      random: createSeededRandom('beaconing'),
      population: () => population,
      send: (occasion) => sent.push([occasion, clock.monotonicMs()]),
    },
    { ...defaultPresenceOptions, ...change },
  );
  const stopping = new AbortController();
  let ready = false;
  let running: Promise<void> | undefined;
  return {
    clock,
    beaconScheduler,
    sent,
    setPopulation: (count: number) => void (population = count),
    isReady: () => ready,
    async start() {
      running = beaconScheduler.run({ signal: stopping.signal, ready: () => void (ready = true) });
      await clock.advance(0);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** The delays between consecutive beacons. */
function gaps(sent: readonly Sent[]): readonly number[] {
  return sent.slice(1).map(([, atMs], index) => atMs - (sent[index]?.[1] ?? 0));
}

describe('beaconing', () => {
  test('[CAD-3] a start sends a burst at 0, 0.5 and 1.5 s, and is ready after its first beacon', async () => {
    const { clock, sent, start, isReady } = await createBeaconingFixture();
    expect([sent, isReady()]).toEqual([[], false]);
    await start();
    expect([sent, isReady()]).toEqual([[['burst', 0]], true]);
    await clock.advance(3_000);
    expect(sent).toEqual([
      ['burst', 0],
      ['burst', 500],
      ['burst', 1_500],
    ]);
  });

  test('[CAD-2] after the burst a beacon follows every T ± 20 %, with new jitter each time', async () => {
    const { clock, sent, start } = await createBeaconingFixture();
    await start();
    await clock.advance(1_500);
    sent.splice(0, sent.length - 1);
    await clock.advance(3_600_000);
    expect(sent.slice(1).every(([occasion]) => occasion === 'steady')).toBe(true);
    const waits = gaps(sent);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(4_000);
    expect(Math.min(...waits)).toBeLessThan(4_100);
    expect(Math.max(...waits)).toBeLessThanOrEqual(6_000);
    expect(Math.max(...waits)).toBeGreaterThan(5_900);
    const mean = waits.reduce((sum, waitMs) => sum + waitMs, 0) / waits.length;
    expect(Math.abs(mean - 5_000)).toBeLessThan(100);
  });

  test('[CAD-1, CAD-2] the beacon interval grows with the population, up to 15 s', async () => {
    const { clock, sent, start, setPopulation } = await createBeaconingFixture();
    setPopulation(1_000);
    await start();
    await clock.advance(1_500);
    sent.splice(0, sent.length - 1);
    await clock.advance(3_600_000);
    expect(Math.max(...gaps(sent))).toBe(15_000);
    expect(Math.min(...gaps(sent))).toBeGreaterThanOrEqual(12_000);
  });

  test('[CAD-3] a change of adapters starts a burst at once, even during another burst', async () => {
    const { clock, beaconScheduler, sent, start } = await createBeaconingFixture();
    await start();
    await clock.advance(700);
    beaconScheduler.burst();
    await clock.advance(3_000);
    expect(sent.map(([, atMs]) => atMs)).toEqual([0, 500, 700, 1_200, 2_200]);
    expect(sent.every(([occasion]) => occasion === 'burst')).toBe(true);
  });

  test('[CAD-4] a change of the announcement sends a beacon at once', async () => {
    const { clock, beaconScheduler, sent, start } = await createBeaconingFixture();
    await start();
    await clock.advance(3_000);
    beaconScheduler.announceChange();
    await clock.advance(0);
    expect(sent.at(-1)).toEqual(['steady', 3_000]);
  });

  test('[CAD-4] a hundred changes in a second cause at most five beacons, and the last change is sent', async () => {
    const { clock, beaconScheduler, sent, start } = await createBeaconingFixture();
    await start();
    await clock.advance(3_000);
    const before = sent.length;
    for (let change = 0; change < 100; change += 1) {
      beaconScheduler.announceChange();
      await clock.advance(10);
    }
    const lastChangeMs = clock.monotonicMs() - 10;
    await clock.advance(250);
    const waits = gaps(sent.slice(before));
    expect(waits.every((waitMs) => waitMs >= 250)).toBe(true);
    expect(waits.length + 1).toBeLessThanOrEqual(5);
    expect(sent.at(-1)?.[1]).toBeGreaterThanOrEqual(lastChangeMs);
  });

  test('[CAD-3, CAD-4] a change during a burst does not cancel its remaining beacons', async () => {
    const { clock, beaconScheduler, sent, start } = await createBeaconingFixture();
    await start();
    await clock.advance(100);
    beaconScheduler.announceChange();
    await clock.advance(2_900);
    const bursts = sent.filter(([occasion]) => occasion === 'burst').map(([, atMs]) => atMs);
    expect(bursts).toEqual(expect.arrayContaining([0, 500, 1_500]));
  });

  test('[CAD-4] a change after the burst does not delay the steady beacons', async () => {
    const { clock, beaconScheduler, sent, start } = await createBeaconingFixture();
    await start();
    await clock.advance(3_000);
    beaconScheduler.announceChange();
    await clock.advance(60_000);
    expect(Math.max(...gaps(sent))).toBeLessThanOrEqual(6_000);
  });

  test('[SUP-4] a stop leaves no timer and sends nothing more', async () => {
    const { clock, beaconScheduler, sent, start, stop } = await createBeaconingFixture();
    beaconScheduler.burst();
    beaconScheduler.announceChange();
    await clock.advance(1_000);
    expect([sent, clock.pendingTimers()]).toEqual([[], 0]);
    await start();
    await clock.advance(200);
    await stop();
    const count = sent.length;
    beaconScheduler.burst();
    beaconScheduler.announceChange();
    await clock.advance(60_000);
    expect([sent.length, clock.pendingTimers()]).toEqual([count, 0]);
  });

  test('[SUP-1] a restart begins with a burst', async () => {
    const { clock, beaconScheduler, sent, start, stop } = await createBeaconingFixture();
    await start();
    await clock.advance(10_000);
    await stop();
    sent.length = 0;
    const again = new AbortController();
    const running = beaconScheduler.run({ signal: again.signal, ready: () => undefined });
    await clock.advance(1_500);
    expect(sent.map(([occasion]) => occasion)).toEqual(['burst', 'burst', 'burst']);
    again.abort();
    await running;
  });
});
