/**
 * Which changes of a peer are news for other areas: a reason to dial it again. Also which
 * addresses are those of listed peers.
 */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createRegistryFixture, from, observation } from '../../../../test/fixtures/registry.ts';
import { sampleAnnouncement } from '../../../../test/fixtures/sample-datagrams.ts';
import { createOnlinePeers } from './online-peers.ts';
import type { PeerRecord } from './registry/peer-record.ts';

/** @returns a function that answers how often the listener was called since */
function follow(fixture: ReturnType<typeof createRegistryFixture>): () => number {
  let calls = 0;
  createOnlinePeers(fixture).onAppear((peerId) => void (peerId === 'ana' && (calls += 1)));
  return () => {
    const count = calls;
    calls = 0;
    return count;
  };
}

test('[SESS-13] a peer that appears is news, and one that returns too', () => {
  const fixture = createRegistryFixture();
  const news = follow(fixture);
  fixture.registry.see(observation('ana', 1));
  const first = news();
  fixture.registry.remove('ana', 'goodbye');
  const gone = news();
  fixture.registry.see(observation('ana', 2));
  expect([first, gone, news()]).toEqual([1, 0, 1]);
});

test.each([
  ['a name', observation('ana', 2, { name: 'Ana R' })],
  ['another port for sessions', observation('ana', 2, { announcement: sampleAnnouncement({ name: 'ana', tcpPort: 9 }) })],
  ['a status', observation('ana', 2, { announcement: sampleAnnouncement({ name: 'ana', status: 'busy' }) })],
  ['another incarnation', observation('ana', 1, { incarnation: 101 })],
  ['an address', observation('ana', 2, { source: from('10.0.0.2') })],
])('[SESS-13] %s that the peer announces is news once', (_what, announced) => {
  const fixture = createRegistryFixture();
  fixture.registry.see(observation('ana', 1));
  const news = follow(fixture);
  fixture.registry.see(announced);
  const first = news();
  fixture.registry.see({ ...announced, sequence: 3 });
  expect([first, news()]).toEqual([1, 0]);
});

test('[SESS-13] a beacon with nothing new is no news, nor a doubt of ours, nor an address that expired', async () => {
  const fixture = createRegistryFixture();
  const { clock, registry } = fixture;
  const news = follow(fixture);
  registry.see(observation('ana', 1));
  registry.see(observation('ana', 1, { source: from('10.0.0.2') }));
  news();
  registry.see(observation('ana', 2));
  registry.setPresence('ana', 'suspect');
  registry.setPresence('ana', 'one-way');
  const doubted = news();
  for (let sequence = 3; (registry.get('ana')?.addresses.length ?? 0) > 1 && sequence < 99; sequence += 1) {
    await clock.advance(4_000);
    registry.see(observation('ana', sequence, { presence: 'one-way' }));
  }
  expect([doubted, news(), registry.get('ana')?.addresses.length]).toEqual([0, 0, 1]);
});

test('[SESS-13] a peer that is heard again after a doubt is news', () => {
  const fixture = createRegistryFixture();
  fixture.registry.see(observation('ana', 1));
  const news = follow(fixture);
  fixture.registry.setPresence('ana', 'suspect');
  const doubted = news();
  fixture.registry.see(observation('ana', 2));
  expect([doubted, news()]).toEqual([0, 1]);
});

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
