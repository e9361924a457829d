import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { samplePeerRecord } from '../../../../../test/fixtures/sample-peer.ts';
import { createAddressRefresh } from './address-refresh.ts';
import { createExpiringRegistry } from '../registry/registry.ts';
import { defaultPresenceOptions, type PresenceOptions } from '../options.ts';

function createAddressRefreshFixture({
  answers = false,
  ...change
}: Partial<PresenceOptions> & { readonly answers?: boolean } = {}) {
  const clock = createFakeClock();
  const options = { ...defaultPresenceOptions, ...change };
  const registry = createExpiringRegistry({ clock }, { ...options, ownPeerId: 'm' });
  const asked: { readonly peerId: string; readonly address: string; readonly atMs: number }[] = [];
  const refresh = createAddressRefresh(
    {
      clock,
      registry,
      isUnicastOnly: ({ lastMulticastMs }) => lastMulticastMs === undefined,
      ask({ peerId }, address) {
        asked.push({ peerId, address: address.address, atMs: clock.monotonicMs() });
        if (answers) hear(peerId, address.address);
      },
    },
    options,
  );
  let sequence = 1;

  function hear(peerId: string, address: string, via: 'group' | 'unicast' = 'unicast', presence?: 'suspect'): void {
    sequence += 1;
    const source = { family: 'ipv4', address, port: 50_000, via } as const;
    registry.see({ ...samplePeerRecord(peerId, { sequence, ...(presence && { presence }) }), source });
  }

  const stopping = new AbortController();
  return {
    clock,
    registry,
    asked,
    hear,
    stop: () => stopping.abort(),
    run: () => refresh.run({ signal: stopping.signal, ready: () => undefined }),
    /** Advances time by `seconds`; the peer sends one datagram from that address each second. */
    async hearOften(peerId: string, address: string, seconds: number, via?: 'group'): Promise<void> {
      for (let passed = 0; passed < seconds; passed += 1) {
        hear(peerId, address, via);
        await clock.advance(1_000);
      }
    },
  };
}

describe('an address of a unicast-only peer', () => {
  test('[PROBE-7] is probed after 17.5 s of silence, each second until it is dropped', async () => {
    const { hear, hearOften, asked, registry, run } = createAddressRefreshFixture();
    hear('ana', '10.1.0.2');
    void run();
    await hearOften('ana', '10.0.0.2', 60);
    const moments = asked.map(({ atMs }) => atMs);
    expect(moments).toEqual(Array.from({ length: 18 }, (_, index) => 18_000 + index * 1_000));
    expect(new Set(asked.map(({ address }) => address))).toEqual(new Set(['10.1.0.2']));
    expect(registry.get('ana')?.addresses.map(({ address }) => address)).toEqual(['10.0.0.2']);
  });

  test('[PROBE-7, REG-7] stays known while it answers one PING in 18 s', async () => {
    const { hear, hearOften, asked, registry, run } = createAddressRefreshFixture({ answers: true });
    hear('ana', '10.1.0.2');
    void run();
    await hearOften('ana', '10.0.0.2', 300);
    expect(
      registry
        .get('ana')
        ?.addresses.map(({ address }) => address)
        .toSorted(),
    ).toEqual(['10.0.0.2', '10.1.0.2']);
    expect(asked).toHaveLength(16);
  });

  test('[PROBE-7] costs at most ten PINGs a second, however many peers are listed', async () => {
    const { clock, hear, asked, run } = createAddressRefreshFixture();
    for (let index = 0; index < 100; index += 1) hear(`peer ${index}`, `10.1.0.${index}`);
    void run();
    await clock.advance(20_000);
    expect(asked.map(({ atMs }) => atMs)).toEqual([18_000, 19_000, 20_000].flatMap((atMs) => Array<number>(10).fill(atMs)));
  });
});

describe('no PING goes to', () => {
  test('[PROBE-7] a peer that multicast reaches, or a suspect', async () => {
    const { clock, hear, hearOften, asked, run } = createAddressRefreshFixture();
    hear('ana', '10.1.0.2');
    hear('bo', '10.1.0.3', 'unicast', 'suspect');
    void run();
    await hearOften('ana', '10.0.0.2', 30, 'group');
    await clock.advance(1_000);
    expect(asked).toEqual([]);
  });

  test('[CALL-6] any peer from a passive node', async () => {
    const { hear, hearOften, asked, run } = createAddressRefreshFixture({ isPassive: () => true });
    hear('ana', '10.1.0.2');
    void run();
    await hearOften('ana', '10.0.0.2', 30);
    expect(asked).toEqual([]);
  });

  test('[SUP-4] any peer after a stop, and no timer is left', async () => {
    const { clock, registry, stop, run } = createAddressRefreshFixture();
    const running = run();
    stop();
    await running;
    registry.close();
    expect(clock.pendingTimers()).toBe(0);
  });
});
