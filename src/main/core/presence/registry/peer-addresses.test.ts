import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { Endpoint } from '../../ports.ts';
import { defaultPresenceOptions, type PresenceOptions } from '../options.ts';
import { createPeerAddresses } from './peer-addresses.ts';

function createPeerAddressesFixture(change: Partial<PresenceOptions> = {}) {
  const clock = createFakeClock();
  const addresses = createPeerAddresses(clock, { ...defaultPresenceOptions, ...change });
  return { clock, addresses, listed: () => addresses.list().map(({ address }) => address) };
}

function at(address: string): Endpoint {
  return { family: 'ipv4', address, port: 50_000 };
}

test('[REG-7] addresses of the latest datagram come first, in the order of their first datagram', () => {
  const { addresses, listed } = createPeerAddressesFixture();
  for (const [address, sequence] of [
    ['10.0.0.1', 1],
    ['10.0.0.2', 1],
    ['10.0.0.3', 2],
    ['10.0.0.2', 2],
  ] as const) {
    addresses.note(at(address), sequence);
  }
  expect(listed()).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.1']);
  addresses.forgetAll();
  expect(listed()).toEqual([]);
});

test('[REG-7] an address that was not heard for 35 s is dropped', async () => {
  const { clock, addresses, listed } = createPeerAddressesFixture();
  addresses.note(at('10.0.0.1'), 1);
  await clock.advance(20_000);
  addresses.note(at('10.0.0.2'), 2);
  expect(listed()).toEqual(['10.0.0.2', '10.0.0.1']);
  await clock.advance(15_000);
  addresses.note(at('10.0.0.2'), 3);
  expect(listed()).toEqual(['10.0.0.2']);
});

test('[PROBE-7] addresses that were silent for a given time are listed', async () => {
  const { clock, addresses } = createPeerAddressesFixture();
  addresses.note(at('10.0.0.1'), 1);
  await clock.advance(10_000);
  addresses.note(at('10.0.0.2'), 2);
  const unheard = (durationMs: number): readonly string[] => addresses.unheardFor(durationMs).map(({ address }) => address);
  expect([unheard(10_001), unheard(10_000), unheard(0)]).toEqual([[], ['10.0.0.1'], ['10.0.0.1', '10.0.0.2']]);
});

test('[REG-7, FLOW-4] addresses are limited, and the one silent longest makes room', async () => {
  const { clock, addresses, listed } = createPeerAddressesFixture({ maxAddressesPerPeer: 3 });
  for (let host = 1; host <= 20; host += 1) {
    addresses.note(at(`10.0.0.${host}`), host);
    await clock.advance(1);
  }
  expect(listed()).toEqual(['10.0.0.20', '10.0.0.19', '10.0.0.18']);
});
