/**
 * The contract of the ports for time, random numbers, adapters and UDP. One suite covers the
 * simulated and the real ones.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeUdp } from './describe-udp.ts';
import type { PortsWorld } from './world.ts';

export function describePorts(name: string, makeWorld: () => Promise<PortsWorld> | PortsWorld): void {
  describe(`${name}: Udp`, () => {
    describeUdp(makeWorld);
  });
  describe(`${name}: Interfaces, Clock and Random`, () => {
    let world: PortsWorld;

    beforeEach(async () => {
      world = await makeWorld();
    });

    afterEach(() => world.close());

    test('the loopback adapter is listed as internal, and the adapter under test as it is', () => {
      const listed = world.ports.interfaces.list();
      expect(listed).toContainEqual(
        expect.objectContaining({ family: 'ipv4', address: '127.0.0.1', prefixLength: 8, internal: true }),
      );
      expect(listed).toContainEqual(world.adapter);
    });

    test('no address carries a zone', () => {
      for (const { address } of world.ports.interfaces.list()) expect(address).toMatch(/^[0-9a-f.:]+$/);
    });

    test('timers run by due time, then by creation, and never early', async () => {
      const { clock } = world.ports;
      const startMs = clock.monotonicMs();
      const ran: string[] = [];
      const early: string[] = [];
      const set = (label: string, delayMs: number): void => {
        clock.setTimer(() => {
          ran.push(label);
          if (clock.monotonicMs() - startMs < delayMs) early.push(label);
        }, delayMs);
      };
      set('late', 30);
      set('soon', 10.5);
      set('soon too', 10.5);
      set('at once', 0);
      expect(ran).toEqual([]);
      await world.until(() => ran.length === 4);
      expect({ ran, early }).toEqual({ ran: ['at once', 'soon', 'soon too', 'late'], early: [] });
    });

    test('a cancelled timer never runs; cancelling it again, or after it ran, does nothing', async () => {
      const { clock } = world.ports;
      const ran: string[] = [];
      const undos = [0, 5].map((delayMs) => clock.setTimer(() => ran.push(`undone ${delayMs}`), delayMs));
      const undoKept = clock.setTimer(() => ran.push('kept'), 10);
      for (const undo of [...undos, ...undos]) undo();
      await world.until(() => ran.length > 0);
      undoKept();
      expect(ran).toEqual(['kept']);
    });

    test('a timer may cancel another one due at the same moment', async () => {
      const { clock } = world.ports;
      const ran: string[] = [];
      const undos: (() => void)[] = [];
      clock.setTimer(() => {
        ran.push('first');
        for (const undo of undos) undo();
      }, 0);
      undos.push(clock.setTimer(() => ran.push('second'), 0));
      clock.setTimer(() => ran.push('third'), 5);
      await world.until(() => ran.includes('third'));
      expect(ran).toEqual(['first', 'third']);
    });

    test('a timer of 0 set within a timer runs on a later turn, so that others get theirs', async () => {
      const { clock } = world.ports;
      const ran: string[] = [];
      clock.setTimer(() => {
        ran.push('outer');
        clock.setTimer(() => ran.push('inner'), 0);
      }, 0);
      clock.setTimer(() => ran.push('neighbour'), 0);
      await world.until(() => ran.length === 3);
      expect(ran).toEqual(['outer', 'neighbour', 'inner']);
    });

    test('a past delay counts as 0, and a delay that is not a number is a bug', async () => {
      const { clock } = world.ports;
      const ran: string[] = [];
      clock.setTimer(() => ran.push('overdue'), -5);
      clock.setTimer(() => ran.push('at once'), 0);
      await world.until(() => ran.length === 2);
      expect(ran).toEqual(['overdue', 'at once']);
      for (const wrong of [Number.NaN, Infinity]) expect(() => clock.setTimer(() => undefined, wrong)).toThrow(RangeError);
    });

    test('the monotonic clock never goes back, and the wall clock counts whole milliseconds since 1970', async () => {
      const { clock } = world.ports;
      const readings: number[] = [];
      for (const delayMs of [0, 1, 2]) clock.setTimer(() => readings.push(clock.monotonicMs()), delayMs);
      await world.until(() => readings.length === 3);
      expect(readings).toEqual([...readings].sort((one, other) => one - other));
      expect(Number.isInteger(clock.wallMs())).toBe(true);
      expect(clock.wallMs()).toBeGreaterThan(Date.UTC(2025, 0, 1));
    });

    test('fractions are in [0, 1) and spread over it', () => {
      const fractions = Array.from({ length: 1_000 }, () => world.ports.random.fraction());
      expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
      expect(new Set(fractions.map((fraction) => Math.floor(fraction * 10))).size).toBe(10);
    });

    test('random bytes have the requested length, differ each time, and use all values', () => {
      const { random } = world.ports;
      expect([0, 1, 5, 16].map((size) => random.bytes(size).length)).toEqual([0, 1, 5, 16]);
      expect(random.bytes(16)).not.toEqual(random.bytes(16));
      expect(new Set(random.bytes(10_000)).size).toBe(256);
    });
  });
}
