import { describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createMaintenance, type Maintenance } from './maintenance.ts';

interface MaintenanceFixture {
  readonly clock: FakeClock;
  readonly maintenance: Maintenance;
  /** The work and its time. */
  readonly done: readonly (readonly [what: string, atMs: number])[];
}

/** @param slices that there are to index */
function createMaintenanceFixture(slices: number): MaintenanceFixture {
  const clock = createFakeClock();
  const done: (readonly [string, number])[] = [];
  let left = slices;
  const maintenance = createMaintenance({
    clock,
    indexSlice() {
      done.push(['index', clock.monotonicMs()]);
      left -= 1;
      // Its own write.
      maintenance.noteWrite();
      return left > 0;
    },
    checkpoint: () => void done.push(['checkpoint', clock.monotonicMs()]),
  });
  return { clock, maintenance, done };
}

describe('maintenance', () => {
  it('[STORE-2] indexes in slices when it is quiet, writes through, and rests', async () => {
    const { clock, maintenance, done } = createMaintenanceFixture(3);
    maintenance.noteWrite();
    await clock.advance(100);
    maintenance.noteWrite();
    await clock.advance(60_000);
    expect(done).toEqual([
      ['index', 350],
      ['index', 355],
      ['index', 360],
      ['checkpoint', 360],
    ]);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('[STORE-2] writes through every five seconds under steady load', async () => {
    const { clock, maintenance, done } = createMaintenanceFixture(Infinity);
    for (let round = 0; round < 200; round += 1) {
      maintenance.noteWrite();
      await clock.advance(100);
    }
    const checkpointsAtMs = done.filter(([what]) => what === 'checkpoint').map(([, atMs]) => atMs);
    const gapsMs = checkpointsAtMs.map((atMs, index) => atMs - (checkpointsAtMs[index - 1] ?? 0));
    expect(checkpointsAtMs.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...gapsMs)).toBeLessThanOrEqual(5_250);
    expect(done.filter(([what]) => what === 'index')).toHaveLength(checkpointsAtMs.length);
    maintenance.close();
    expect(clock.pendingTimers()).toBe(0);
  });

  it('[STORE-2] writes through every five seconds while there is much to index, and comes to an end', async () => {
    const { clock, maintenance, done } = createMaintenanceFixture(3_000);
    maintenance.noteWrite();
    await clock.advance(60_000);
    const checkpointsAtMs = done.filter(([what]) => what === 'checkpoint').map(([, atMs]) => atMs);
    expect(done.filter(([what]) => what === 'index')).toHaveLength(3_000);
    expect(checkpointsAtMs.length).toBeGreaterThanOrEqual(2);
    expect(done.at(-1)?.[0]).toBe('checkpoint');
    expect(clock.pendingTimers()).toBe(0);
  });
});
