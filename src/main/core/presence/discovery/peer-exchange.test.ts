import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { samplePeerRecord } from '../../../../../test/fixtures/sample-peer.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import type { Endpoint } from '../../ports.ts';
import { createPeerExchange } from './peer-exchange.ts';
import { isCallable } from '../../lib/endpoint.ts';
import { formatEndpoint } from '../../lib/endpoint.ts';
import { createExpiringRegistry } from '../registry/registry.ts';
import { defaultPresenceOptions, type PresenceOptions } from '../options.ts';
import type { PeerRecord } from '../registry/peer-record.ts';

function at(address: string, port = 50_000): Endpoint {
  return { family: address.includes(':') ? 'ipv6' : 'ipv4', address, port };
}

function createUnicastDiscoveryFixture(change: Partial<PresenceOptions> = {}) {
  const clock = createFakeClock();
  const options = { ...defaultPresenceOptions, ...change };
  const registry = createExpiringRegistry({ clock }, { ...options, expiryMs: 1e9, ownPeerId: 'm' });
  const called: string[] = [];
  const asked: { readonly peerId: string; readonly nonce: Uint8Array; readonly atMs: number }[] = [];
  const peerExchange = createPeerExchange(
    {
      clock,
      random: createSeededRandom('calls'),
      registry,
      isUnicastOnly: ({ lastMulticastMs }: PeerRecord) => lastMulticastMs === undefined,
      isOwnEndpoint: ({ address }) => address === '10.0.0.1',
      call: (endpoint) => called.push(`${formatEndpoint(endpoint)} @${Math.round(clock.monotonicMs())}`),
      askPeers: ({ peerId }, nonce) => asked.push({ peerId, nonce, atMs: clock.monotonicMs() }),
    },
    options,
  );
  const stopping = new AbortController();
  return {
    clock,
    registry,
    peerExchange,
    called,
    asked,
    stopping,
    /** Lists a peer that was heard at that address. */
    enter(
      name: string,
      address: string,
      via: 'group' | 'unicast' = 'unicast',
      presence: PeerRecord['presence'] = 'online',
    ): void {
      registry.see({ ...samplePeerRecord(name, { presence }), source: { ...at(address), via } });
    },
    run: () => peerExchange.run({ signal: stopping.signal, ready: () => undefined }),
    taken: () => called.splice(0),
  };
}

describe('a manual address', () => {
  test('[CALL-1, CALL-2] gets a beacon at once, and after 0.3 and 0.7 s until a peer there is listed', async () => {
    const { clock, peerExchange, enter, taken } = createUnicastDiscoveryFixture();
    peerExchange.addManual(at('10.0.0.7'));
    peerExchange.addManual(at('10.0.0.8'));
    await clock.advance(400);
    enter('ana', '10.0.0.7');
    await clock.advance(60_000);
    expect(taken()).toEqual([
      '10.0.0.7:50000 @0',
      '10.0.0.8:50000 @0',
      '10.0.0.7:50000 @300',
      '10.0.0.8:50000 @300',
      '10.0.0.8:50000 @700',
    ]);
    expect(clock.pendingTimers()).toBe(1); // the timer of the registry
  });

  test('[CALL-2] gets a beacon at a start, and every 30 s until a peer there is listed', async () => {
    const { clock, peerExchange, enter, taken, run } = createUnicastDiscoveryFixture();
    peerExchange.addManual(at('10.0.0.7'));
    await clock.advance(1_000);
    taken();
    void run();
    await clock.advance(29_000);
    expect(taken()).toEqual(['10.0.0.7:50000 @1000', '10.0.0.7:50000 @1300', '10.0.0.7:50000 @1700']);
    await clock.advance(30_000);
    expect(taken()).toEqual(['10.0.0.7:50000 @31000', '10.0.0.7:50000 @31300', '10.0.0.7:50000 @31700']);
    enter('ana', '10.0.0.7');
    await clock.advance(120_000);
    expect(taken()).toEqual([]);
  });

  test('[CALL-2] still gets beacons if the peer listed there uses another port', async () => {
    const { clock, peerExchange, enter, taken, run } = createUnicastDiscoveryFixture();
    enter('ana', '10.0.0.7');
    peerExchange.addManual(at('10.0.0.7', 50_001));
    void run();
    await clock.advance(40_000);
    expect(taken().length).toBeGreaterThan(4);
  });

  test('[CALL-1] gets three beacons, however soon another address follows', async () => {
    const { clock, peerExchange, taken } = createUnicastDiscoveryFixture();
    peerExchange.addManual(at('10.0.0.7'));
    await clock.advance(650);
    taken();
    peerExchange.addManual(at('10.0.0.8'));
    await clock.advance(5_000);
    expect(taken().filter((call) => call.startsWith('10.0.0.8'))).toEqual([
      '10.0.0.8:50000 @650',
      '10.0.0.8:50000 @950',
      '10.0.0.8:50000 @1350',
    ]);
  });

  test('[CALL-2] gets beacons from a passive node too', () => {
    const { peerExchange, taken } = createUnicastDiscoveryFixture({ isPassive: () => true });
    peerExchange.addManual(at('10.0.0.7'));
    expect(taken()).toEqual(['10.0.0.7:50000 @0']);
  });

  test('[CALL-2] is stored once and can be removed, and at most 256 are stored', () => {
    const { peerExchange } = createUnicastDiscoveryFixture();
    const results = Array.from({ length: 300 }, (_, index) => peerExchange.addManual(at(`10.0.1.1`, 2_000 + (index % 280))));
    expect([results.filter(Boolean).length >= 256, results.slice(0, 256).every(Boolean), results[270], results[280]]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(peerExchange.manual()).toHaveLength(256);
    peerExchange.removeManual(at('10.0.1.1', 2_000));
    expect([peerExchange.manual().length, peerExchange.addManual(at('10.0.1.2'))]).toEqual([255, true]);
  });

  test('[SUP-4] gets no beacon after a stop, and no timer is left', async () => {
    const { clock, peerExchange, taken, stopping, run } = createUnicastDiscoveryFixture();
    const running = run();
    peerExchange.addManual(at('10.0.0.7'));
    taken();
    stopping.abort();
    await running;
    await clock.advance(60_000);
    expect([taken(), clock.pendingTimers()]).toEqual([[], 0]);
  });
});

describe('peer exchange', () => {
  test('[CALL-3] asks at most three unicast-only peers that hear us, each every 30 s', async () => {
    const { clock, enter, asked, run } = createUnicastDiscoveryFixture();
    enter('near', '10.0.0.20', 'group');
    enter('deaf', '10.0.0.21', 'unicast', 'one-way');
    for (const name of ['ana', 'bo', 'caro', 'dan']) enter(name, `10.0.0.${name.length + 10}`);
    void run();
    await clock.advance(30_500);
    expect(asked.map(({ peerId, atMs }) => [peerId, atMs])).toEqual([
      ['ana', 1_000],
      ['bo', 1_000],
      ['caro', 1_000],
    ]);
    await clock.advance(1_000);
    expect(asked).toHaveLength(6);
    expect(new Set(asked.map(({ nonce }) => nonce.join())).size).toBe(6);
  });

  test('[CALL-3] answers with the IPv4 addresses of our online peers, without the asker', () => {
    const { peerExchange, enter, registry } = createUnicastDiscoveryFixture();
    enter('asker', '10.0.0.10');
    enter('ana', '10.0.0.11', 'group');
    enter('bo', '10.0.0.12');
    enter('deaf', '10.0.0.13', 'group', 'one-way');
    enter('lost', '10.0.0.14', 'group', 'suspect');
    enter('six', 'fe80::5%eth0', 'group');
    const asker = registry.get('asker') as PeerRecord;
    expect(peerExchange.peersFor(asker).map(formatEndpoint)).toEqual(['10.0.0.11:50000', '10.0.0.12:50000']);
  });

  test('[CALL-3] answers with at most a hundred addresses', () => {
    const { peerExchange, enter, registry } = createUnicastDiscoveryFixture();
    for (let index = 0; index < 150; index += 1) enter(`peer ${index}`, `10.0.1.${index}`);
    expect(peerExchange.peersFor(registry.get('peer 0') as PeerRecord)).toHaveLength(100);
  });

  async function createAskedFixture(change: Partial<PresenceOptions> = {}) {
    const its = createUnicastDiscoveryFixture(change);
    its.enter('ana', '10.0.0.11');
    void its.run();
    await its.clock.advance(1_000);
    return { ...its, nonce: its.asked[0]?.nonce ?? new Uint8Array(8) };
  }

  test('[CALL-3, CALL-4] sends beacons to addresses of unlisted peers, but not to ours or to listed ones', async () => {
    const { peerExchange, taken, nonce } = await createAskedFixture();
    peerExchange.introduced('ana', nonce, [at('10.0.0.1'), at('10.0.0.11'), at('10.0.0.12'), at('224.0.0.187')]);
    expect(taken()).toEqual(['10.0.0.12:50000 @1000']);
  });

  test('[CALL-4] ignores an answer that is unasked, late, from another peer or with a wrong nonce', async () => {
    const { clock, peerExchange, taken, nonce } = await createAskedFixture();
    const emitted = [at('10.0.0.12')];
    peerExchange.introduced('ana', nonce.with(3, (nonce[3] ?? 0) ^ 1), emitted);
    peerExchange.introduced('bo', nonce, emitted);
    peerExchange.introduced('ana', new Uint8Array(8), emitted);
    await clock.advance(31_000);
    peerExchange.introduced('ana', nonce, emitted);
    expect(taken()).toEqual([]);
  });

  test('[CALL-6] neither asks nor uses answers in a passive node', async () => {
    const { asked } = await createAskedFixture({ isPassive: () => true });
    expect(asked).toEqual([]);
  });

  test('[CALL-3] sends 20 unicast beacons a second after the first hundred', async () => {
    const { clock, peerExchange, enter, asked, taken } = await createAskedFixture({ introductionIntervalMs: 3_000 });
    for (const name of ['bo', 'caro']) enter(name, `10.0.0.${name.length + 11}`);
    const many = (part: number): readonly Endpoint[] => Array.from({ length: 90 }, (_, index) => at(`10.1.${part}.${index}`));
    const answerAll = (): void => {
      for (const { peerId, nonce } of asked.splice(0)) peerExchange.introduced(peerId, nonce, many((part += 1)));
    };
    let part = 0;
    await clock.advance(2_000);
    answerAll();
    expect(taken()).toHaveLength(100);
    for (let second = 0; second < 30; second += 1) {
      await clock.advance(1_000);
      answerAll();
    }
    const { length } = taken();
    expect(length).toBeGreaterThan(500);
    expect(length).toBeLessThanOrEqual(600);
  });

  test('[CALL-4] uses one answer to each question, and sends one beacon to each address', async () => {
    const { clock, peerExchange, asked, taken, nonce } = await createAskedFixture();
    const ports = Array.from({ length: 90 }, (_, index) => at('10.1.0.1', 2_000 + index));
    peerExchange.introduced('ana', nonce, ports);
    peerExchange.introduced('ana', nonce, [at('10.1.0.2')]);
    expect(taken()).toEqual(['10.1.0.1:2000 @1000']);
    await clock.advance(31_000);
    peerExchange.introduced('ana', asked.at(-1)?.nonce ?? nonce, ports.toReversed());
    expect(taken()).toEqual(['10.1.0.1:2089 @32000']);
  });
});

describe('an address that may get a beacon', () => {
  test('[CALL-4] belongs to one host, and its port to no well-known service', () => {
    const callable = ['10.0.0.2', '192.168.1.254', '127.0.0.1', '1.2.3.4', '223.255.255.254'].map((address) => at(address));
    expect(
      [...callable, at('10.0.0.2', 1_024), at('10.0.0.2', 65_535), at('fe80::1%eth0'), at('2001:db8::1')].filter(isCallable),
    ).toHaveLength(9);
    const never = [
      '224.0.0.1',
      '239.1.2.3',
      '240.0.0.1',
      '255.255.255.255',
      '10.0.0.255',
      '0.0.0.0',
      '0.1.2.3',
      'ff02::1',
      'FF12::4255%eth0',
      '::',
    ];
    expect(
      [...never.map((address) => at(address)), at('10.0.0.2', 0), at('10.0.0.2', 53), at('10.0.0.2', 1_023)].filter(isCallable),
    ).toEqual([]);
  });
});
