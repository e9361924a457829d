/**
 * What a node may not leave behind when it stops: timers, sockets and memberships in its simulated world. Pending deliveries of
 * datagrams are timers too, so let the network settle (advance the clock) before asking.
 */
import { deepStrictEqual } from 'node:assert/strict';
import type { FakeClock } from './fake-clock.ts';
import type { SimHost } from './sim-lan.ts';

export interface WorldToCheck {
  readonly clock: FakeClock;
  readonly hosts: readonly SimHost[];
  /** Timers that are not the nodes' own, such as those of the test; 0 unless told otherwise. */
  readonly expectedTimers?: number;
}

/** @throws AssertionError that shows everything that is left, by host */
export function assertNothingLeft({ clock, hosts, expectedTimers = 0 }: WorldToCheck): void {
  const left = hosts
    .map((host) => ({ host: host.name, openSockets: host.openSockets(), memberships: host.memberships() }))
    .filter(({ openSockets, memberships }) => openSockets > 0 || memberships.length > 0);
  deepStrictEqual(
    { timers: clock.pendingTimers(), hosts: left },
    { timers: expectedTimers, hosts: [] },
    'left behind in the simulated world',
  );
}
