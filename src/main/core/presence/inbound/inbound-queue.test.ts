import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { sampleAnnouncement } from '../../../../../test/fixtures/sample-datagrams.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { createSimSignatures } from '../../../../../test/fakes/sim-identity.ts';
import { encodeDatagram } from '../wire/datagram.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import { createInboundQueue } from './inbound-queue.ts';
import { defaultPresenceOptions, type PresenceOptions } from '../options.ts';

const signatures = createSimSignatures();

function beaconOf(name: string, sequence = 1): Uint8Array {
  const body = { kind: 'beacon', announcement: sampleAnnouncement({ name }) } as const;
  return encodeDatagram({ incarnation: 1, sequence }, body, signatures.identity(name));
}

function from(address: string): Arrival {
  return { family: 'ipv4', address, port: 50_000, via: 'group' };
}

/** @param known names of listed peers; their keys count as known */
function createInboundQueueFixture(known: readonly string[] = [], change: Partial<PresenceOptions> = {}, mayCheck = () => true) {
  const clock = createFakeClock();
  const knownIds = new Set(known.map((name) => signatures.identity(name).peerId));
  const handled: { readonly bytes: Uint8Array; readonly source: Arrival; readonly atMs: number }[] = [];
  const queue = createInboundQueue(
    {
      clock,
      knownPeerOf(publicKey) {
        const peerId = signatures.peerIdOf(publicKey);
        return peerId !== undefined && knownIds.has(peerId) ? peerId : undefined;
      },
      mayCheck,
      handle: (bytes, source) => handled.push({ bytes, source, atMs: clock.monotonicMs() }),
    },
    { ...defaultPresenceOptions, ...change },
  );
  return { clock, queue, handled };
}

const dropped = (queue: ReturnType<typeof createInboundQueueFixture>['queue']): Record<string, number> =>
  Object.fromEntries(Object.entries(queue.drops).filter(([, count]) => count > 0));

describe('the inbound queue', () => {
  test('[FLOW-1] datagrams are handled in order with their source, each in its own turn of the event loop', async () => {
    const { clock, queue, handled } = createInboundQueueFixture(['ana']);
    const beacons = [1, 2, 3].map((sequence) => beaconOf('ana', sequence));
    for (const beacon of beacons) queue.offer(beacon, from('10.0.0.1'));
    expect([handled.length, queue.length, clock.pendingTimers()]).toEqual([0, 3, 1]);
    await clock.advance(0);
    expect(handled).toEqual(beacons.map((bytes) => ({ bytes, source: from('10.0.0.1'), atMs: 0 })));
    expect([queue.length, clock.pendingTimers(), dropped(queue)]).toEqual([0, 0, {}]);
  });

  test('[FLOW-1] known peers go first', async () => {
    const { clock, queue, handled } = createInboundQueueFixture(['ana']);
    for (let unknownPeer = 0; unknownPeer < 100; unknownPeer += 1)
      queue.offer(beaconOf(`stranger ${unknownPeer}`), from(`10.1.0.${unknownPeer}`));
    queue.offer(beaconOf('ana'), from('10.0.0.1'));
    await clock.advance(0);
    expect(handled[0]?.bytes).toEqual(beaconOf('ana'));
    expect(handled).toHaveLength(101);
  });

  test('[FLOW-1] at most 1,024 datagrams wait in a lane; others are dropped and counted', async () => {
    const { clock, queue, handled } = createInboundQueueFixture(['ana'], {
      maxPerPeerPerSecond: 1e6,
      maxPerSourcePerSecond: 1e6,
      maxUnknownPerSecond: 1e6,
    });
    const [known, unknown] = [beaconOf('ana'), beaconOf('stranger')];
    for (let count = 0; count < 1_500; count += 1) queue.offer(unknown, from('10.1.0.1'));
    expect(queue.length).toBe(1_024);
    for (let count = 0; count < 1_500; count += 1) queue.offer(known, from('10.0.0.1'));
    expect(queue.length).toBe(2_048);
    expect(dropped(queue)).toEqual({ 'queue-full': 952 });
    await clock.advance(0);
    expect(handled).toHaveLength(2_048);
  });

  test('[FLOW-1] other work gets a turn after every 64 datagrams', async () => {
    const { clock, queue, handled } = createInboundQueueFixture(['ana'], { maxPerPeerPerSecond: 1e6 });
    for (let count = 0; count < 200; count += 1) queue.offer(beaconOf('ana', count + 1), from('10.0.0.1'));
    const seenByOthers: number[] = [];
    const look = (): void => {
      seenByOthers.push(handled.length);
      if (handled.length < 200) clock.setTimer(look, 0);
    };
    clock.setTimer(look, 0);
    await clock.advance(0);
    expect(seenByOthers).toEqual([64, 128, 192, 200]);
  });

  test('[FLOW-1] clearing drops the waiting datagrams, and later ones are handled', async () => {
    const { clock, queue, handled } = createInboundQueueFixture();
    queue.offer(beaconOf('ana'), from('10.0.0.1'));
    queue.clear();
    expect([queue.length, clock.pendingTimers()]).toEqual([0, 0]);
    queue.offer(beaconOf('bo'), from('10.0.0.2'));
    await clock.advance(0);
    expect(handled.map(({ bytes }) => bytes)).toEqual([beaconOf('bo')]);
  });

  test('[FLOW-5, WIRE-3] oversized, foreign and short datagrams are dropped unread, and counted', async () => {
    const { clock, queue, handled } = createInboundQueueFixture();
    queue.offer(new Uint8Array(1_201), from('10.0.0.1'));
    queue.offer(new Uint8Array(300), from('10.0.0.1'));
    queue.offer(new Uint8Array(0), from('10.0.0.1'));
    queue.offer(beaconOf('ana').subarray(0, 60), from('10.0.0.1'));
    await clock.advance(0);
    expect([handled, dropped(queue)]).toEqual([[], { oversized: 1, foreign: 3 }]);
  });

  test('[FLOW-2] an unknown address gets its burst, then its rate, whatever keys its datagrams claim', async () => {
    const { clock, queue } = createInboundQueueFixture();
    let offered = 0;
    const offer = (count: number): void => {
      for (let index = 0; index < count; index += 1) queue.offer(beaconOf(`stranger ${(offered += 1) % 50}`), from('10.1.0.1'));
    };
    offer(1_000);
    expect(dropped(queue)).toEqual({ 'source-rate': 600 });
    await clock.advance(1_000);
    offer(1_000);
    expect(dropped(queue)).toEqual({ 'source-rate': 1_400 });
  });

  test('[FLOW-2] all unknown addresses together share a burst and a rate', async () => {
    const { clock, queue } = createInboundQueueFixture([], { maxQueued: 100_000 });
    for (let index = 0; index < 5_000; index += 1) queue.offer(beaconOf('stranger'), from(`10.1.${index >> 8}.${index & 255}`));
    expect(dropped(queue)).toEqual({ 'unknown-rate': 3_000 });
    await clock.advance(500);
    for (let index = 0; index < 5_000; index += 1) queue.offer(beaconOf('stranger'), from(`10.2.${index >> 8}.${index & 255}`));
    expect(dropped(queue)).toEqual({ 'unknown-rate': 7_500 });
  });

  test('[FLOW-2] a known peer that floods is throttled, and no other peer', async () => {
    const { clock, queue, handled } = createInboundQueueFixture(['ana', 'bo']);
    for (let count = 0; count < 1_000; count += 1) queue.offer(beaconOf('ana', count + 1), from('10.0.0.1'));
    queue.offer(beaconOf('bo'), from('10.0.0.2'));
    await clock.advance(0);
    expect([handled.length, dropped(queue)]).toEqual([101, { 'peer-rate': 900 }]);
  });

  test('[FLOW-9] a datagram that may not be checked is dropped and counted, and a known peer is not asked for', async () => {
    const { clock, queue, handled } = createInboundQueueFixture(['ana'], {}, () => false);
    queue.offer(beaconOf('stranger'), from('10.1.0.1'));
    queue.offer(beaconOf('ana'), from('10.0.0.1'));
    await clock.advance(0);
    expect([handled.length, dropped(queue)]).toEqual([1, { 'new-key-rate': 1 }]);
  });

  test('[FLOW-10] an address with many known peers cannot use up the lane of the others', async () => {
    const attackers = Array.from({ length: 300 }, (_, index) => `listed ${index}`);
    const { clock, queue, handled } = createInboundQueueFixture([...attackers, 'ana', 'bo'], { maxQueued: 100_000 });
    const beacons = attackers.map((name) => beaconOf(name));
    let honest = 0;
    for (let passedMs = 0; passedMs < 20_000; passedMs += 100) {
      for (let count = 0; count < 900; count += 1) queue.offer(beacons[count % 300] ?? new Uint8Array(), from('10.9.0.1'));
      for (const [index, name] of ['ana', 'bo'].entries()) queue.offer(beaconOf(name, passedMs), from(`10.0.0.${index}`));
      honest += 2;
      await clock.advance(100);
    }
    const ofOthers = handled.filter(({ source }) => source.address !== '10.9.0.1').length;
    expect(ofOthers).toBe(honest);
    expect(handled.length - ofOthers).toBeLessThanOrEqual(3_000 + 20 * 1_000 + 200);
  });

  test('[FLOW-10] a thousand peers behind one address are not throttled, at rest and after a switch returned', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `peer ${index}`);
    const { clock, queue } = createInboundQueueFixture(names, { maxQueued: 100_000 });
    const beacons = names.map((name) => beaconOf(name));
    // Three beacons of each within 1.5 s, then one in 15 s, from two adapters.
    for (const pauseMs of [500, 1_000, 15_000, 15_000]) {
      for (let part = 0; part < 100; part += 1) {
        const some = beacons.slice(part * 10, part * 10 + 10);
        for (const beacon of [...some, ...some]) queue.offer(beacon, from('10.0.0.1'));
        await clock.advance(pauseMs / 100);
      }
    }
    expect(dropped(queue)).toEqual({});
  });

  test('[FLOW-3] 20,000 datagrams a second from unknown senders neither delay nor drop those of known peers', async () => {
    const { clock, queue, handled } = createInboundQueueFixture(['ana', 'bo', 'caro']);
    const random = createSeededRandom('flood');
    const unknownPeers = Array.from({ length: 500 }, (_, index) => beaconOf(`stranger ${index}`));
    const peers = ['ana', 'bo', 'caro'].map((name) => beaconOf(name));
    const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(6, 39)).toString('hex');
    const peerKeys = new Set(peers.map(keyOf));
    const offeredAt: number[] = [];
    let longest = 0;
    for (let passedMs = 0; passedMs < 10_000; passedMs += 10) {
      for (let count = 0; count < 200; count += 1) {
        const number = Math.floor(random.fraction() * 60_000);
        queue.offer(
          unknownPeers[number % 500] ?? new Uint8Array(),
          from(`10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`),
        );
      }
      if (passedMs % 100 === 0) {
        for (const beacon of peers) queue.offer(beacon, from('10.0.0.1'));
        offeredAt.push(...peers.map(() => clock.monotonicMs()));
      }
      longest = Math.max(longest, queue.length);
      await clock.advance(10);
    }
    const ofPeers = handled.filter(({ bytes }) => peerKeys.has(keyOf(bytes)));
    expect(ofPeers.map(({ atMs }) => atMs)).toEqual(offeredAt);
    expect(longest).toBeLessThanOrEqual(2 * 1_024);
    expect(queue.length).toBe(0);
    // The cost of unknown senders is bounded: a burst worth two seconds, and 1,000 datagrams a
    // second.
    expect(handled.length - ofPeers.length).toBeLessThanOrEqual(2_000 + 10 * 1_000);
    expect(handled.length + Object.values(queue.drops).reduce((sum, count) => sum + count, 0)).toBe(200_000 + offeredAt.length);
  }, 30_000);

  test('[FLOW-4] the table of source addresses is bounded and drops the least recently used', () => {
    const { queue } = createInboundQueueFixture([], { maxSources: 2, maxPerSourcePerSecond: 1, burstSeconds: 1 });
    const passes = (address: string): boolean => {
      const before = queue.drops['source-rate'];
      queue.offer(beaconOf('stranger'), from(address));
      return queue.drops['source-rate'] === before;
    };
    expect(['10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.3', '10.0.0.1', '10.0.0.2'].map(passes)).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
  });
});
