import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createOnlinePeers } from './online-peers.ts';
import type { PeerRecord } from './registry/peer-record.ts';

test('[TLS-10] the addresses of listed peers are known, and followed within a second', async () => {
  const clock = createFakeClock();
  const record = (...addresses: readonly string[]): PeerRecord =>
    ({ addresses: addresses.map((address) => ({ family: 'ipv4', address, port: 4_000 })) }) as unknown as PeerRecord;
  let listed = [record('10.0.0.1', '10.0.0.2'), record('fe80::1%eth0')];
  const online = createOnlinePeers({
    clock,
    registry: { get: () => undefined, list: () => listed, subscribe: () => () => undefined },
  });
  const isAt = (): readonly boolean[] => ['10.0.0.1', '10.0.0.2', 'fe80::1%eth0', '10.0.0.3'].map(online.isAt);
  expect(isAt()).toEqual([true, true, true, false]);
  listed = [record('10.0.0.3')];
  await clock.advance(1_000);
  expect(isAt()).toEqual([false, false, false, true]);
});
