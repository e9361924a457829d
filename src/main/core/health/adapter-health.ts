/**
 * The health entries about adapters: none, failing ones, ones that are left out, and a neighbour
 * table without room (rules MEM-4, MEM-5, SOCK-5, SOCK-8).
 */
import type { HealthBoard } from './health-board.ts';
import type { Presence, PresenceOptions } from '../presence/index.ts';

interface Deps {
  readonly health: HealthBoard;
  readonly presence: Pick<Presence, 'addresses' | 'leftOut'>;
}

/**
 * Failed sends, none of them a minute after the one before, that tell that the table is full. Fewer
 * may have another cause.
 */
const failuresThatTell = 5;
const tableIsFineAfterMs = 60_000;

/**
 * @returns a function that reviews the adapters: the time in monotonic milliseconds, and whether
 * networking is up
 */
export function createAdapterHealth(
  { health, presence }: Deps,
  options: Pick<PresenceOptions, 'interfaceFailureGraceMs' | 'maxSenders'>,
): (nowMs: number, isUp: boolean) => void {
  let failuresBefore = 0;
  let failures = 0;
  let lastFailureMs = -Infinity;

  return (nowMs, isUp) => {
    const addresses = presence.addresses();
    if (isUp && addresses.length === 0) health.raise('no-network');
    else health.clear('no-network');

    const failing = addresses.filter(({ failure }) => failure && nowMs - failure.sinceMs >= options.interfaceFailureGraceMs);
    const adapters = failing.map(({ interface: { name, address }, failure }) => `${name} (${address}: ${failure?.code})`);
    if (adapters.length > 0) health.raise('interface-failed', { adapters });
    else health.clear('interface-failed');

    const names = presence.leftOut();
    if (names.length > 0) health.raise('adapters-left-out', { names, count: names.length, limit: options.maxSenders });
    else health.clear('adapters-left-out');

    reviewTable(nowMs);
  };

  function reviewTable(nowMs: number): void {
    const total = presence.addresses().reduce((sum, { tableFullFailures }) => sum + tableFullFailures, 0);
    if (nowMs - lastFailureMs >= tableIsFineAfterMs) failures = 0;
    // An adapter that disappears takes its count along.
    const recent = Math.max(0, total - failuresBefore);
    failuresBefore = total;
    if (recent > 0) lastFailureMs = nowMs;
    failures += recent;
    if (failures >= failuresThatTell) health.raise('neighbour-table-full');
    else health.clear('neighbour-table-full');
  }
}
