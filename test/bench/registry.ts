/**
 * Bench: the peer registry alone, with 1, 1,000 and 100,000 entries: the cost of a new peer, of a
 * refresh, and of the expiry of all, beside the same writes to a bare `Map`. The clock is virtual.
 *
 * Usage: node test/bench/registry.ts
 */
import { createExpiringRegistry } from '../../src/main/core/presence/registry/registry.ts';
import { defaultPresenceOptions } from '../../src/main/core/presence/options.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { observation } from '../fixtures/registry.ts';

const sizes = [1, 1_000, 100_000];
/** Refreshes measured at each size. */
const refreshes = 200_000;
/** The first ones run before the compiler has seen the code. */
const warmUp = 20_000;

for (const size of sizes) {
  const clock = createFakeClock();
  const registry = createExpiringRegistry({ clock }, { ...defaultPresenceOptions, maxPeers: size, ownPeerId: 'own' });
  const names = Array.from({ length: size }, (_, index) => `peer-${index}`);
  const first = names.map((name) => observation(name, 1));
  const later = names.map((name) => observation(name, 2));

  const enteredMs = time(() => first.forEach((one) => registry.see(one)));
  const refresh = (count: number): void => {
    for (let index = 0; index < count; index += 1) registry.see(later[index % size] as (typeof later)[number]);
  };
  refresh(warmUp);
  const refreshedMs = time(() => refresh(refreshes));

  const bare = new Map<string, number>();
  const write = (count: number): void => {
    for (let index = 0; index < count; index += 1) bare.set(names[index % size] as string, index);
  };
  write(warmUp);
  const writtenMs = time(() => write(refreshes));

  const startedMs = performance.now();
  await clock.advance(2 * defaultPresenceOptions.expiryMs);
  const expiredMs = performance.now() - startedMs;
  if (registry.size !== 0) throw new Error(`${registry.size} of ${size} did not expire`);
  registry.close();

  const each = (totalMs: number, count: number): string => `${((1_000 * totalMs) / count).toFixed(2)} µs`;
  console.log(
    `figure: ${size} peers = ${each(enteredMs, size)} to enter, ${each(refreshedMs, refreshes)} to refresh ` +
      `(a bare Map ${each(writtenMs, refreshes)}), ${each(expiredMs, size)} to expire`,
  );
}

function time(work: () => void): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}
