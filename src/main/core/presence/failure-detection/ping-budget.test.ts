import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { samplePeerRecord } from '../../../../../test/fixtures/sample-peer.ts';
import { createPingBudget } from './ping-budget.ts';

const limits = { pingsPerSecond: 100, pingsPerAddressPerSecond: 10, burstSeconds: 2, maxSources: 1_000 };

function record(index: number) {
  return samplePeerRecord(`peer ${index}`, { lastAddress: { family: 'ipv4', address: `10.0.0.${index}`, port: 50_000 } });
}

test('[PROBE-8] bounds the PINGs to one address, and all of them', async () => {
  const clock = createFakeClock();
  const budget = createPingBudget({ clock }, limits);
  const taken = (peers: number, each: number): number => {
    let count = 0;
    for (let index = 1; index <= peers; index += 1) {
      for (let ping = 0; ping < each; ping += 1) if (budget.take(record(index))) count += 1;
    }
    return count;
  };
  const counts = [taken(1, 100), taken(100, 5)];
  await clock.advance(1_000);
  counts.push(taken(1, 100), taken(100, 5));
  expect(counts).toEqual([20, 180, 10, 90]);
});
