/** The registry: entries, keys, expiry, addresses and limits. */
import { describe, expect, test } from 'vitest';
import { samplePublicKey } from '../../../../../test/fixtures/sample-peer.ts';
import { expiryMs, startMs, createRegistryFixture, from, observation } from '../../../../../test/fixtures/registry.ts';

describe('entries', () => {
  test('[REG-1] a listed peer can be looked up until it leaves', () => {
    const { registry, emittedEvents } = createRegistryFixture();
    expect(registry.see(observation('ana'))).toBe('joined');
    expect(registry.get('ana')).toMatchObject({
      peerId: 'ana',
      lastSeenMs: startMs,
      presence: 'online',
      announcement: { name: 'ana' },
    });
    expect(registry.remove('ana', 'goodbye')).toBe(true);
    expect(registry.get('ana')).toBeUndefined();
    expect(registry.remove('ana', 'goodbye')).toBe(false);
    expect(emittedEvents()).toEqual(['ana joined', 'ana left: goodbye']);
  });

  test('[REG-1] an empty registry lists no peer', () => {
    const { registry } = createRegistryFixture();
    expect([registry.get('ana'), registry.size, registry.list(), registry.departed()]).toEqual([undefined, 0, [], []]);
  });

  test('[REG-2] another observation updates the peer', async () => {
    const { clock, registry, names, emittedEvents } = createRegistryFixture();
    registry.see(observation('ana', 1));
    await clock.advance(4_000);
    expect(registry.see(observation('ana', 2, { name: 'Ana R' }))).toBe('updated');
    expect(names()).toEqual(['Ana R']);
    expect(registry.get('ana')).toMatchObject({ sequence: 2, lastSeenMs: startMs + 4_000, lastHeardMonotonicMs: 4_000 });
    expect(emittedEvents()).toEqual(['ana joined', 'ana updated']);
  });

  test('[REG-2] a peer that repeats itself is seen, not updated', async () => {
    const { clock, registry, emittedEvents } = createRegistryFixture();
    registry.see(observation('ana', 1));
    await clock.advance(4_000);
    expect(registry.see(observation('ana', 2))).toBe('seen');
    expect(registry.get('ana')?.lastSeenMs).toBe(startMs + 4_000);
    expect(emittedEvents()).toEqual(['ana joined', 'ana seen']);
  });

  test('[REG-2] an older observation never replaces a newer one, but is a sign of life', async () => {
    const { clock, registry, names } = createRegistryFixture();
    registry.see(observation('ana', 5, { name: 'newer' }));
    await clock.advance(30_000);
    registry.see(observation('ana', 4, { name: 'older' }));
    registry.see(observation('ana', 9, { name: 'an earlier start', incarnation: 99 }));
    expect(names()).toEqual(['newer']);
    expect(registry.get('ana')).toMatchObject({ incarnation: 100, sequence: 5, lastSeenMs: startMs + 30_000 });
  });

  test('[REG-2] a new incarnation replaces the earlier one, with any sequence', () => {
    const { registry, names } = createRegistryFixture();
    registry.see(observation('ana', 500));
    expect(registry.see(observation('ana', 1, { incarnation: 101, name: 'restarted' }))).toBe('updated');
    expect(names()).toEqual(['restarted']);
    expect(registry.get('ana')).toMatchObject({ incarnation: 101, sequence: 1 });
  });

  test('[REG-2] an observation without an announcement refreshes a peer and lists none', () => {
    const { registry, names } = createRegistryFixture();
    const { announcement: _, ...bare } = observation('ana', 2);
    expect(registry.see(bare)).toBe('refused');
    registry.see(observation('ana', 1));
    expect(registry.see(bare)).toBe('seen');
    expect(names()).toEqual(['ana']);
  });

  test('[REG-3] peers do not affect each other', async () => {
    const { clock, registry, emittedEvents } = createRegistryFixture();
    for (const peerId of ['ana', 'bo', 'caro']) registry.see(observation(peerId));
    await clock.advance(20_000);
    registry.see(observation('bo', 2, { name: 'Bo' }));
    registry.remove('caro', 'goodbye');
    await clock.advance(20_000);
    expect(registry.list().map(({ peerId }) => peerId)).toEqual(['bo']);
    expect(emittedEvents()).toEqual([
      'ana joined',
      'bo joined',
      'caro joined',
      'bo updated',
      'caro left: goodbye',
      'ana left: expired',
    ]);
  });

  test('[REG-6] our own peer ID is never listed', () => {
    const { clock, registry, emittedEvents } = createRegistryFixture();
    expect(registry.see(observation('me'))).toBe('refused');
    registry.noteAddress('me', from('10.0.0.9'));
    expect([registry.size, registry.get('me'), emittedEvents(), clock.pendingTimers()]).toEqual([0, undefined, [], 0]);
  });

  test('[FLOW-4] an entry does not keep its datagram in memory', () => {
    const { registry } = createRegistryFixture();
    const datagram = new Uint8Array(1_200);
    registry.see(observation('ana', 1, { publicKey: datagram.subarray(6, 39) }));
    expect(registry.get('ana')?.publicKey.buffer.byteLength).toBe(33);
  });
});

describe('public keys', () => {
  test('[REG-1, FLOW-2] of listed peers are known, and no others', () => {
    const { registry } = createRegistryFixture();
    const [ana, bo] = [samplePublicKey('ana'), samplePublicKey('bo')];
    registry.see(observation('ana', 1, { publicKey: ana }));
    registry.see(observation('ana', 2, { publicKey: ana, incarnation: 101 }));
    expect([registry.peerIdOf(ana.slice()), registry.peerIdOf(bo)]).toEqual(['ana', undefined]);
    registry.remove('ana', 'goodbye');
    expect(registry.peerIdOf(ana)).toBeUndefined();
  });
});

describe('expiry', () => {
  test('[REG-4] a silent peer expires after 35 s, without a lookup', async () => {
    const { clock, registry, emittedEvents } = createRegistryFixture();
    registry.see(observation('ana'));
    await clock.advance(expiryMs - 1);
    expect(registry.get('ana')).toBeDefined();
    await clock.advance(1);
    expect(registry.get('ana')).toBeUndefined();
    expect(emittedEvents()).toEqual(['ana joined', 'ana left: expired']);
  });

  test('[REG-4] expiry uses the monotonic clock: a jump of the wall clock neither removes nor keeps a peer', async () => {
    const { clock, registry } = createRegistryFixture();
    registry.see(observation('ana'));
    clock.jumpWall(3_600_000);
    await clock.advance(expiryMs - 1);
    expect(registry.size).toBe(1);
    clock.jumpWall(-7_200_000);
    await clock.advance(1);
    expect(registry.size).toBe(0);
  });

  test('[REG-4] one timer serves a thousand entries, and each expires at its own time', async () => {
    const { clock, registry } = createRegistryFixture();
    for (let index = 0; index < 1_000; index += 1) {
      registry.see(observation(`peer ${index}`));
      await clock.advance(10);
    }
    expect(clock.pendingTimers()).toBe(1);
    const left: number[] = [];
    registry.subscribe((event) => event.type === 'left' && left.push(clock.monotonicMs()));
    await clock.advance(expiryMs);
    expect(left).toEqual(Array.from({ length: 1_000 }, (_, index) => index * 10 + expiryMs));
    expect(clock.pendingTimers()).toBe(0);
  });

  test('[REG-4] a peer listed after all others expired expires too', async () => {
    const { clock, registry } = createRegistryFixture();
    registry.see(observation('ana'));
    await clock.advance(expiryMs + 60_000);
    registry.see(observation('bo'));
    expect(clock.pendingTimers()).toBe(1);
    await clock.advance(expiryMs);
    expect(registry.size).toBe(0);
  });

  test('[REG-5] an update just before expiry keeps the peer, with the new value', async () => {
    const { clock, registry, names } = createRegistryFixture();
    registry.see(observation('ana', 1));
    await clock.advance(expiryMs - 1);
    registry.see(observation('ana', 2, { name: 'just in time' }));
    await clock.advance(expiryMs - 1);
    expect(names()).toEqual(['just in time']);
    await clock.advance(1);
    expect(names()).toEqual([]);
  });

  test('[REG-5] an update at the instant of expiry keeps the peer if it runs first, else lists it again', async () => {
    for (const updateFirst of [true, false]) {
      const { clock, registry, names, emittedEvents } = createRegistryFixture();
      const update = (): void => void registry.see(observation('ana', 2, { name: 'newer' }));
      if (updateFirst) clock.setTimer(update, expiryMs);
      registry.see(observation('ana', 1));
      if (!updateFirst) clock.setTimer(() => clock.setTimer(update, 0), expiryMs);
      await clock.advance(expiryMs);
      expect(names()).toEqual(['newer']);
      const expected = updateFirst ? ['ana joined', 'ana updated'] : ['ana joined', 'ana left: expired', 'ana joined'];
      expect(emittedEvents()).toEqual(expected);
      await clock.advance(expiryMs);
      expect(registry.size).toBe(0);
    }
  });

  test('[REG-4, SUP-4] closing leaves no timer, and later entries start none', () => {
    const { clock, registry } = createRegistryFixture();
    registry.see(observation('ana'));
    registry.close();
    registry.see(observation('bo'));
    expect([clock.pendingTimers(), registry.size]).toEqual([0, 2]);
  });
});

describe('addresses', () => {
  const addressesOf = (registry: ReturnType<typeof createRegistryFixture>['registry']): readonly string[] | undefined =>
    registry.get('ana')?.addresses.map(({ address }) => address);

  test('[REG-7] a peer with several addresses is one entry with all of them', () => {
    const { registry, emittedEvents } = createRegistryFixture();
    registry.see(observation('ana', 1, { source: from('10.0.0.1') }));
    registry.noteAddress('ana', from('192.168.0.1'));
    registry.noteAddress('ana', from('192.168.0.1'));
    registry.noteAddress('nobody', from('192.168.0.1'));
    expect(registry.size).toBe(1);
    expect(addressesOf(registry)?.toSorted()).toEqual(['10.0.0.1', '192.168.0.1']);
    expect(emittedEvents()).toEqual(['ana joined', 'ana updated']);
  });

  test('[REG-7] an address that repeats every beacon stays, and is emitted once', async () => {
    const { clock, registry, emittedEvents } = createRegistryFixture();
    for (let sequence = 1; sequence <= 40; sequence += 1) {
      registry.see(observation('ana', sequence, { source: from('10.0.0.1') }));
      registry.noteAddress('ana', from('192.168.0.1'));
      expect(addressesOf(registry)?.toSorted()).toEqual(['10.0.0.1', '192.168.0.1']);
      await clock.advance(5_000);
    }
    expect(emittedEvents().filter((event) => event === 'ana updated')).toHaveLength(1);
  });

  test('[HS-10] of a one-way peer are forgotten once it answers, except where it answered', () => {
    const { registry } = createRegistryFixture();
    registry.see(observation('ana', 1, { source: from('10.0.0.66'), presence: 'one-way' }));
    registry.see(observation('ana', 2, { source: from('10.0.0.1'), presence: 'online', isProof: true }));
    expect(addressesOf(registry)).toEqual(['10.0.0.1']);
    registry.noteAddress('ana', from('10.0.0.2'));
    registry.setPresence('ana', 'one-way');
    registry.setPresence('ana', 'online', from('10.0.0.1'));
    expect([addressesOf(registry), registry.get('ana')?.lastAddress.address]).toEqual([['10.0.0.1'], '10.0.0.1']);
  });
});

describe('limits', () => {
  test('[REG-8] departed peers are remembered, latest first, with their last time and reason', async () => {
    const { clock, registry } = createRegistryFixture();
    registry.see(observation('ana'));
    await clock.advance(1_000);
    registry.see(observation('bo'));
    await clock.advance(2_000);
    registry.remove('bo', 'goodbye');
    await clock.advance(expiryMs);
    const departed = registry.departed().map(({ record, reason }) => [record.peerId, reason, record.lastSeenMs - startMs]);
    expect(departed).toEqual([
      ['ana', 'expired', 0],
      ['bo', 'goodbye', 1_000],
    ]);
  });

  test('[REG-8] a peer that returns is no longer departed', () => {
    const { registry } = createRegistryFixture();
    registry.see(observation('ana'));
    registry.remove('ana', 'goodbye');
    registry.see(observation('ana', 1, { incarnation: 101 }));
    expect([registry.departed(), registry.size]).toEqual([[], 1]);
  });

  test('[REG-8] departed peers are limited; the earliest is forgotten, and an event reports it', () => {
    const { registry, emittedEvents } = createRegistryFixture({ maxDeparted: 3 });
    for (let index = 0; index < 5; index += 1) {
      registry.see(observation(`peer ${index}`));
      registry.remove(`peer ${index}`, 'goodbye');
    }
    expect(registry.departed().map(({ record }) => record.peerId)).toEqual(['peer 4', 'peer 3', 'peer 2']);
    expect(emittedEvents().filter((event) => event.endsWith('forgotten'))).toEqual(['peer 0 forgotten', 'peer 1 forgotten']);
  });

  test('[REG-9] a full registry refuses candidates and still updates its peers', async () => {
    const { clock, registry, names } = createRegistryFixture({ maxPeers: 2 });
    registry.see(observation('ana'));
    registry.see(observation('bo'));
    expect(registry.see(observation('caro'))).toBe('refused');
    expect(registry.see(observation('ana', 2, { name: 'Ana' }))).toBe('updated');
    expect(registry.see(observation('bo', 1, { incarnation: 101, name: 'Bo' }))).toBe('updated');
    expect(names()).toEqual(['Ana', 'Bo']);
    registry.remove('ana', 'goodbye');
    expect(registry.see(observation('caro'))).toBe('joined');
    await clock.advance(expiryMs);
    expect(registry.size).toBe(0);
  });
});
