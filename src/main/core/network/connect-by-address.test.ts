import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { connectTo, type ConnectResult } from './connect-by-address.ts';
import type { Endpoint, Resolver } from '../ports.ts';
import { formatEndpoint, type PeerRecord, type Presence } from '../presence/index.ts';

const noNames: Resolver = { lookup: () => Promise.resolve([]) };

function createConnectByAddressFixture(resolver: Resolver = noNames, mayRemember = true) {
  const clock = createFakeClock();
  const called: Endpoint[] = [];
  const here: PeerRecord[] = [];
  const presence: Pick<Presence, 'connect' | 'registry' | 'isOwnEndpoint'> = {
    connect: (endpoint) => mayRemember && called.push(endpoint) > 0,
    registry: { list: () => here } as unknown as Presence['registry'],
    isOwnEndpoint: (endpoint) => formatEndpoint(endpoint) === '10.0.0.1:50000',
  };
  return {
    clock,
    called,
    /** Lists a peer heard from another port than the one that it announces. */
    enter: (address: string, unicastPort: number) =>
      here.push({
        peerId: `id of ${address}`,
        addresses: [{ family: 'ipv4', address, port: 4_255, via: 'group' }],
        announcement: { unicastPort },
      } as unknown as PeerRecord),
    async connect(address: string, whileWaiting: () => void = () => undefined): Promise<ConnectResult> {
      const result = connectTo(address, { clock, resolver, presence });
      await clock.advance(500);
      whileWaiting();
      await clock.advance(3_000);
      return result;
    },
  };
}

describe('[CALL-2] a manual address', () => {
  it('gets a beacon, and is found by the announced port once the peer answers', async () => {
    const fixture = createConnectByAddressFixture();
    const result = await fixture.connect('10.0.0.2:50001', () => {
      fixture.enter('10.0.0.3', 50_001);
      fixture.enter('10.0.0.2', 50_001);
    });
    expect(fixture.called).toEqual([{ family: 'ipv4', address: '10.0.0.2', port: 50_001 }]);
    expect(result).toEqual({ ok: true, peerId: 'id of 10.0.0.2' });
    expect(fixture.clock.pendingTimers()).toBe(0);
  });

  it('gives its peer at once if that is already listed', async () => {
    const fixture = createConnectByAddressFixture();
    fixture.enter('10.0.0.2', 50_001);
    expect(await fixture.connect('10.0.0.2:50001')).toMatchObject({ ok: true });
  });

  it('is resolved by host name', async () => {
    const names: Resolver = { lookup: (host) => Promise.resolve(host === 'bo' ? [{ family: 'ipv4', address: '10.0.0.2' }] : []) };
    const fixture = createConnectByAddressFixture(names);
    await fixture.connect('bo:50001');
    expect(fixture.called).toEqual([{ family: 'ipv4', address: '10.0.0.2', port: 50_001 }]);
    expect(await fixture.connect('cleo:50001')).toEqual({
      ok: false,
      code: 'unknown-host',
      values: { host: 'cleo' },
    });
  });

  it('is stored even if no peer answers', async () => {
    const fixture = createConnectByAddressFixture();
    expect(await fixture.connect('10.0.0.2:50001')).toMatchObject({ ok: false, code: 'no-answer' });
    expect(fixture.called).toHaveLength(1);
  });

  it('is refused beyond the limit', async () => {
    expect(await createConnectByAddressFixture(noNames, false).connect('10.0.0.2:50001')).toMatchObject({
      ok: false,
      code: 'too-many',
    });
  });

  it.each([
    ['nonsense', 'unreadable'],
    ['10.0.0.1:50000', 'own'],
    ['224.0.0.187:4255', 'notUnicast'],
    ['255.255.255.255:50000', 'notUnicast'],
    ['10.0.0.2:53', 'notUnicast'],
    ['[ff12::4255]:50000', 'notUnicast'],
    ['[fe80::2]:50000', 'noZone'],
  ])('is refused and not stored if no peer can be there: %s', async (address, reason) => {
    const fixture = createConnectByAddressFixture();
    expect(await fixture.connect(address)).toMatchObject({ ok: false, code: 'bad-address', values: { reason, address } });
    expect(fixture.called).toEqual([]);
  });
});
