import { expect, test } from 'vitest';
import { fakeDiagnostics, fakeInterface, fakeNetwork, fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import type { Diagnostics } from '../../../shared/contract/diagnostics.ts';
import { adaptersOf, checksOf, dropsOf, eventsOf, ownAddressesOf, peersToNote } from './report-view.ts';

function peer(number: number, change: Partial<Diagnostics['peers'][number]> = {}): Diagnostics['peers'][number] {
  return {
    peerId: fakePeerId(number),
    name: `Peer ${number}`,
    host: `host-${number}`,
    presence: 'online',
    unicastOnly: false,
    multicastHeardMsAgo: 1_000,
    addresses: [],
    lastSeenMs: 0,
    ...change,
  };
}

test('describes the checks in sentences, and only those that passed', () => {
  const well = fakeDiagnostics({
    peers: [peer(1), peer(2)],
    interfaces: [fakeInterface, { ...fakeInterface, name: 'wlan0' }],
  });
  const harried = fakeDiagnostics({
    interfaces: [{ ...fakeInterface, ownBeaconHeardMsAgo: null }],
    counters: { badSignature: 1 },
  });
  expect([checksOf(well), checksOf(harried)]).toEqual([
    [
      'Joined on eth0 and wlan0',
      'Own beacons come back, the last 1 s ago',
      '2 people are reachable both ways',
      'Nothing was restarted or dropped',
    ],
    ['Joined on eth0', 'No one else is reachable yet'],
  ]);
});

test('lists adapters in use and excluded ones, each with all its addresses', () => {
  const diagnostics = fakeDiagnostics({
    interfaces: [fakeInterface, { ...fakeInterface, name: 'tun0' }, { ...fakeInterface, address: 'fe80::1', family: 'ipv6' }],
    network: { ...fakeNetwork, excludedInterfaces: ['tun0', 'docker0'] },
  });
  expect(
    adaptersOf(diagnostics).map(({ name, isUsed, addresses }) => [name, isUsed, addresses.map(({ address }) => address)]),
  ).toEqual([
    ['docker0', false, []],
    ['eth0', true, ['10.0.0.5', 'fe80::1']],
    ['tun0', false, []],
  ]);
});

test('an adapter is deaf when none of its addresses hears its beacon, not when one is quiet', () => {
  const deafness = (...ages: (number | null)[]): boolean | undefined => {
    const interfaces = ages.map((ownBeaconHeardMsAgo) => ({ ...fakeInterface, ownBeaconHeardMsAgo }));
    return adaptersOf(fakeDiagnostics({ interfaces }))[0]?.isDeaf;
  };
  expect([deafness(900_000, 2_000), deafness(null, 2_000), deafness(36_000), deafness(null)]).toEqual([false, false, true, true]);
});

test('lists peers reached in unusual ways, one-way first', () => {
  const peers = [
    peer(1),
    peer(2, { unicastOnly: true }),
    peer(3, { presence: 'one-way', unicastOnly: true }),
    peer(4, { presence: 'suspect' }),
  ];
  expect(peersToNote(fakeDiagnostics({ peers })).map(({ peerId, text }) => [peerId, text])).toEqual([
    [fakePeerId(3), "They can't receive from you"],
    [fakePeerId(2), 'Reached directly, not by multicast'],
  ]);
});

test('merges restarts, stalls and clock jumps into one list, latest first', () => {
  const events = eventsOf(
    fakeDiagnostics({
      restarts: [{ atMs: 10, service: 'sockets', cause: 'ENODEV: gone', delayMs: 4_000 }],
      stalls: [{ atMs: 30, lateMs: 61_000 }],
      clockJumps: [{ atMs: 20, byMs: -3_600_000 }],
    }),
  );
  expect(events.map(({ title, cause }) => `${title}: ${cause}`)).toEqual([
    'Frozen for 1 min: This computer slept or was very busy',
    'Clock jumped back by 1 h: This computer slept, or its clock was set',
    'Networking was restarted (sockets): ENODEV: gone, after a pause of 4 s',
  ]);
});

test('counts drops by named reason, most frequent first; an unknown reason shows its code', () => {
  const counters = {
    received: 99,
    dropped: { foreign: 2, oversized: 0, 'new-reason': 7 },
    malformed: { short: 1, magic: 3 },
    badSignature: 5,
    replayed: 1,
  };
  expect(dropsOf({ counters }).map(({ reason, count }) => `${count} ${reason}`)).toEqual([
    '7 new-reason',
    '5 with a wrong signature',
    '4 malformed',
    '2 not from Hallway',
    '1 already received',
  ]);
});

test('offers only those of our addresses that are useful to others', () => {
  const interfaces = [
    fakeInterface,
    { ...fakeInterface, address: 'fe80::1' },
    { ...fakeInterface, address: 'fd00::5' },
    { ...fakeInterface, address: '10.0.9.9', joined: false },
    { ...fakeInterface, address: '10.0.9.8', failure: 'EADDRNOTAVAIL' },
  ];
  expect(ownAddressesOf(fakeDiagnostics({ interfaces, unicastPort: 50_296 }))).toEqual(['10.0.0.5:50296', '[fd00::5]:50296']);
});
