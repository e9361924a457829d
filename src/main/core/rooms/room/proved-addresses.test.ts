import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { PeerRecord } from '../../presence/index.ts';
import { createProvedAddresses } from './proved-addresses.ts';

function peer(presence: PeerRecord['presence'], address: string): Pick<PeerRecord, 'presence' | 'addresses'> {
  return { presence, addresses: [{ family: 'ipv4', address, port: 1 }] };
}

it('[ROOM-82] the addresses of peers that proved them count, and are read once a second', async () => {
  const clock = createFakeClock();
  let reads = 0;
  const isProved = createProvedAddresses(clock, () => {
    reads += 1;
    return [peer('online', '10.0.0.1'), peer('suspect', '10.0.0.2'), peer('one-way', '10.0.0.3')];
  });
  expect(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map(isProved)).toEqual([true, true, false, false]);
  for (let index = 0; index < 1_000; index += 1) isProved(`10.1.0.${index}`);
  expect(reads).toBe(1);
  await clock.advance(1_000);
  expect([isProved('10.0.0.1'), reads]).toEqual([true, 2]);
});
