/**
 * The network doctor on plain data. Networks that provoke its findings are in
 * test/sim/doctor.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { fakeDiagnostics, fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';
import type { Diagnostics, InterfaceReport } from '../../../../shared/contract/diagnostics.ts';
import { doctorReportSchema } from '../../../../shared/contract/diagnostics.ts';
import { describeFinding } from '../../../../shared/text/messages/describe-problem.ts';
import { examineNetwork } from './doctor.ts';

const nowMs = 1_760_000_000_000;
const [eth0] = fakeDiagnostics().interfaces as [InterfaceReport];

type PeerReport = Diagnostics['peers'][number];

function peer(number: number, change: Partial<PeerReport> = {}): PeerReport {
  return {
    peerId: fakePeerId(number),
    name: `Peer ${number}`,
    host: `host-${number}`,
    presence: 'online',
    unicastOnly: false,
    multicastHeardMsAgo: 1_000,
    addresses: [`10.0.0.${10 + number}:50000`],
    lastSeenMs: nowMs,
    ...change,
  };
}

function peers(count: number, change: Partial<PeerReport> = {}): PeerReport[] {
  return Array.from({ length: count }, (_, index) => peer(index + 1, change));
}

function examine(change: Partial<Diagnostics> = {}) {
  return examineNetwork(fakeDiagnostics({ atMs: nowMs, peers: [peer(1)], ...change })).findings;
}

/** The findings as `severity code`. */
function found(change: Partial<Diagnostics>): readonly string[] {
  return examine(change).map(({ severity, code }) => `${severity} ${code}`);
}

function textOf(change: Partial<Diagnostics>, code: string): string {
  const finding = examine(change).find((one) => one.code === code);
  if (!finding) return `no ${code}`;
  const { title, remedy } = describeFinding(finding);
  return `${title}. ${remedy}`;
}

const stoppedSending = { lastSendFailureMsAgo: 2_000, lastSendFailureTo: '224.0.0.187:4255', ownBeaconHeardMsAgo: null };

describe('the doctor', () => {
  test('[DOC-1] finds nothing in a sound network', () => {
    expect(examine()).toEqual([]);
  });

  test('[DOC-1] lists the most severe finding first, and includes each health entry once', () => {
    const health = ['no-network', 'flooded', 'identity-replaced', 'network-silent'].map((code) => ({
      code,
      severity: code === 'flooded' ? ('warning' as const) : ('error' as const),
      values: { asidePath: '/kept' },
      sinceMs: 1,
    }));
    const wrong = {
      interfaces: [
        { ...eth0, name: 'docker0' },
        { ...eth0, ownBeaconHeardMsAgo: null },
      ],
      health,
      ownKeyHeardFrom: 'x',
    };
    expect(found(wrong)).toEqual([
      'error key-in-use',
      'error no-network',
      'error identity-replaced',
      'warning no-loopback',
      'warning flooded',
      'info virtual-adapter',
    ]);
    expect(found({ health, interfaces: [] })).toEqual([
      'error no-network',
      'error identity-replaced',
      'error network-silent',
      'warning flooded',
    ]);
  });

  test('[DOC-1] gives a report that fits the contract, with a sentence and a remedy per finding', () => {
    const report = examineNetwork(fakeDiagnostics({ interfaces: [], peers: peers(3, { presence: 'one-way' }) }));
    expect(doctorReportSchema.parse(report)).toEqual(report);
    expect(report.findings.length).toBeGreaterThan(1);
    for (const { title, remedy } of report.findings.map(describeFinding)) {
      expect(title).toMatch(/^\S.*[^.]$/);
      expect(remedy).toMatch(/^\S.*\.$/);
    }
  });
});

describe('our own side', () => {
  test('[DOC-2] a missing adapter is found, with the excluded ones', () => {
    expect(found({ interfaces: [], peers: [] })).toEqual(['error no-network']);
    const network = { manualAddresses: [], excludedInterfaces: ['wlan0'], passive: false };
    expect(textOf({ interfaces: [], network }, 'no-network')).toContain('You excluded wlan0');
  });

  test('[DOC-2] an unusable adapter is a warning, and an error if it is the only one', () => {
    const broken = { ...eth0, joined: false, failure: 'ENOBUFS' };
    expect(found({ interfaces: [broken] })).toEqual(['error adapter-unusable']);
    expect(found({ interfaces: [eth0, { ...broken, name: 'eth1' }] })).toEqual(['warning adapter-unusable']);
    expect(textOf({ interfaces: [broken] }, 'adapter-unusable')).toContain('igmp_max_memberships');
  });

  test.each([
    ['never, after the whole burst', { ownBeaconHeardMsAgo: null, sent: 3 }, ['error no-loopback']],
    ['never, and the burst still goes on', { ownBeaconHeardMsAgo: null, sent: 2 }, []],
    ['not for longer than any interval', { ownBeaconHeardMsAgo: 36_000 }, ['error no-loopback']],
    ['not yet again', { ownBeaconHeardMsAgo: 30_000 }, []],
    ['never, but it is not even joined', { ownBeaconHeardMsAgo: null, joined: false }, []],
  ])('[DOC-3] our own beacon was heard %s', (_when, change, expected) => {
    expect(found({ interfaces: [{ ...eth0, ...change }] })).toEqual(expected);
  });

  test('[DOC-3] without a loopback, hearing peers points to a firewall, and silence to the driver', () => {
    const interfaces = [{ ...eth0, ownBeaconHeardMsAgo: null }];
    expect(textOf({ interfaces, peers: peers(1, { multicastHeardMsAgo: null }) }, 'no-loopback')).toContain('firewall');
    expect(textOf({ interfaces }, 'no-loopback')).toContain('driver');
  });

  test('[DOC-3] IPv6 beacons beside IPv4 may be old, but must have come back once', () => {
    const ipv6 = { ...eth0, family: 'ipv6' as const, address: 'fe80::1', ownBeaconHeardMsAgo: 600_000 };
    expect(found({ interfaces: [eth0, ipv6] })).toEqual([]);
    expect(found({ interfaces: [ipv6] })).toEqual(['error no-loopback']);
    expect(found({ interfaces: [eth0, { ...ipv6, ownBeaconHeardMsAgo: null }] })).toEqual(['warning no-loopback']);
  });

  test.each([
    ['EPERM', 'eth0', 'send-refused', 'firewall'],
    ['EACCES', 'eth0', 'send-refused', 'firewall'],
    ['EHOSTUNREACH', 'eth0', 'send-refused', 'firewall'],
    ['EHOSTUNREACH', 'en0', 'local-network-denied', 'Local Network'],
    ['ENETUNREACH', 'eth0', 'no-route', 'no route'],
    ['ENOBUFS', 'eth0', 'send-failed', 'off and on'],
  ])('[DOC-4] sends to the group are refused: %s on %s', (code, name, expected, hint) => {
    const refused = { interfaces: [{ ...eth0, ...stoppedSending, name, lastSendFailure: code, failure: code }] };
    expect(found(refused)).toEqual([`${expected === 'send-failed' ? 'warning' : 'error'} ${expected}`]);
    expect(textOf(refused, expected)).toContain(hint);
    expect(textOf(refused, expected)).toContain(`${name} (10.0.0.5)`);
  });

  test('[DOC-4] a single unreachable address is no finding about the adapter', () => {
    const refused = { ...eth0, lastSendFailure: 'ENETUNREACH', lastSendFailureMsAgo: 5_000, lastSendFailureTo: '10.9.9.9:50000' };
    const network = { manualAddresses: ['10.9.9.9:50000'], excludedInterfaces: [], passive: false };
    const unreachable = ['warning address-unreachable', 'info address-unanswered'];
    expect(found({ interfaces: [refused], network })).toEqual(unreachable);
    expect(textOf({ interfaces: [refused], network }, 'address-unreachable')).toContain("Hallway can't reach 10.9.9.9:50000");
    expect(found({ interfaces: [{ ...refused, lastSendFailureMsAgo: 61_000 }], network })).toEqual(unreachable.slice(1));
  });

  test('[DOC-4] an unreachable address of a peer is no finding, since the user did not give it', () => {
    const refused = { ...eth0, lastSendFailure: 'ENETUNREACH', lastSendFailureMsAgo: 5_000, lastSendFailureTo: '10.9.9.9:50000' };
    expect(found({ interfaces: [refused] })).toEqual([]);
  });

  test('[DOC-10] a given address without a listed peer is found, with the causes to check', () => {
    const network = { manualAddresses: ['10.0.0.11:50000', '10.9.9.9:50000'], excludedInterfaces: [], passive: false };
    expect(examine({ network }).map(({ code, values }) => ({ code, values }))).toEqual([
      { code: 'address-unanswered', values: { given: ['10.9.9.9:50000'], port: 50_000 } },
    ]);
    expect(textOf({ network }, 'address-unanswered')).toContain('NAT');
  });

  test('[DOC-4] the same refusal on several adapters is one finding, and a warning if others work', () => {
    const refused = { ...eth0, ...stoppedSending, lastSendFailure: 'EPERM' };
    const interfaces = [{ ...refused, name: 'a' }, { ...refused, name: 'b' }, eth0];
    expect(found({ interfaces })).toEqual(['warning send-refused']);
    expect(textOf({ interfaces }, 'send-refused')).toContain('a (10.0.0.5) and b (10.0.0.5)');
  });

  test('[DOC-7] an address or a key in use elsewhere is found', () => {
    const conflict = {
      addressConflicts: [
        { address: '10.0.0.5', host: 'printer' },
        { address: '10.0.0.5', host: 'printer' },
      ],
    };
    expect(found(conflict)).toEqual(['error address-conflict']);
    expect(textOf(conflict, 'address-conflict')).toContain("printer has this computer's address, 10.0.0.5");
    expect(textOf({ ownKeyHeardFrom: '10.0.0.9:50000' }, 'key-in-use')).toContain('heard from 10.0.0.9:50000');
  });

  test.each([
    ['tun0', 24, ['info vpn-adapter']],
    ['utun4', 16, ['info vpn-adapter']],
    ['wg-office', 24, ['info vpn-adapter']],
    ['ppp0', 32, ['info vpn-adapter']],
    ['Mullvad', 32, ['info vpn-adapter']],
    ['docker0', 16, ['info virtual-adapter']],
    ['br-0a1b2c3d4e5f', 16, ['info virtual-adapter']],
    ['vEthernet (WSL)', 20, ['info virtual-adapter']],
    ['vmnet8', 24, ['info virtual-adapter']],
    ['bridge100', 24, ['info virtual-adapter']],
    ['br0', 24, []],
    ['bridge0', 24, []],
    ['Ethernet', 24, []],
    ['WLAN', 24, []],
  ])('[DOC-9] %s/%i beside an ordinary adapter', (name, prefixLength, expected) => {
    expect(found({ interfaces: [eth0, { ...eth0, name, prefixLength, address: '172.20.0.1' }] })).toEqual(expected);
  });

  test('[DOC-9] a VPN as the only adapter is a warning; the adapters that macOS always has are not', () => {
    expect(found({ interfaces: [{ ...eth0, name: 'utun3', prefixLength: 32 }] })).toEqual(['warning vpn-only']);
    const utun = { ...eth0, name: 'utun0', family: 'ipv6' as const, address: 'fe80::1', prefixLength: 64 };
    expect(found({ interfaces: [eth0, utun] })).toEqual([]);
  });
});

describe('the peers', () => {
  test('[DOC-5] a peer that does not hear us is named; if others hear us, the fault is on its side', () => {
    const some = { peers: [peer(1), peer(2, { presence: 'one-way', name: 'Bo' })] };
    expect(found(some)).toEqual(['warning one-way']);
    expect(textOf(some, 'one-way')).toMatch(/Bo \(host-2\) can't receive from you.*Others hear you/);
  });

  test('[DOC-5] if no peer hears us the fault is ours, unless there is only one peer', () => {
    expect(found({ peers: peers(3, { presence: 'one-way' }) })).toEqual(['error one-way-all']);
    expect(found({ peers: peers(1, { presence: 'one-way' }) })).toEqual(['warning one-way']);
  });

  test('[DOC-5] if no datagram of ours can leave, one-way peers are not reported', () => {
    const interfaces = [{ ...eth0, ...stoppedSending, lastSendFailure: 'EPERM' }];
    expect(found({ interfaces, peers: peers(3, { presence: 'one-way' }) })).toEqual(['error send-refused']);
  });

  test('[DOC-5] a long list of names is cut', () => {
    const many = { peers: [peer(99), ...peers(8, { presence: 'one-way' })] };
    expect(textOf(many, 'one-way')).toContain('Peer 4 (host-4), Peer 5 (host-5) and 3 more');
  });

  const never = { unicastOnly: true, multicastHeardMsAgo: null };

  test.each([
    ['in another subnet', { peers: [peer(1), peer(2, { ...never, addresses: ['10.9.0.1:50000'] })] }, ['info other-subnet']],
    [
      'all of the link, though it worked before',
      { peers: peers(2, { unicastOnly: true, multicastHeardMsAgo: 90_000 }) },
      ['warning multicast-stopped'],
    ],
    ['all of the link, never', { peers: peers(2, never) }, ['warning multicast-filtered']],
    [
      'all of the link, with a group that is snooped on',
      { group: '239.1.2.3', peers: peers(2, never) },
      ['warning group-filtered'],
    ],
    ['some of the link', { peers: [peer(1), peer(2, never)] }, ['info unicast-only']],
    ['suspects, which may be gone', { peers: [peer(1), peer(2, { ...never, presence: 'suspect' as const })] }, []],
  ])('[DOC-6] multicast does not reach us from %s', (_who, change, expected) => {
    expect(found(change)).toEqual(expected);
  });

  test('[DOC-6] each adapter is checked by itself', () => {
    const wlan0 = { ...eth0, name: 'wlan0', address: '10.7.0.1' };
    const change = { interfaces: [eth0, wlan0], peers: [peer(1), peer(2, { ...never, addresses: ['10.7.0.9:50000'] })] };
    expect(found(change)).toEqual(['warning multicast-filtered']);
    expect(textOf(change, 'multicast-filtered')).toContain('wlan0 (10.7.0.1)');
  });

  test('[DOC-6] a peer known by a link-local address is on the link of its zone', () => {
    const ipv6 = { ...eth0, name: 'eth1', family: 'ipv6' as const, address: 'fe80::1', prefixLength: 64 };
    const change = { interfaces: [eth0, ipv6], peers: [peer(1), peer(2, { ...never, addresses: ['[fe80::2%eth1]:50000'] })] };
    expect(found(change)).toEqual(['warning multicast-filtered']);
  });

  test('[DOC-9] an empty list is reported, with the things to check', () => {
    expect(found({ peers: [] })).toEqual(['info nobody-here']);
    const given = { manualAddresses: ['10.9.9.9:50000'], excludedInterfaces: [], passive: false };
    const text = textOf({ peers: [], teamKey: true, network: given }, 'nobody-here');
    for (const part of ['10.0.0.5:50000', '224.0.0.187', '4255', 'same team key']) expect(text).toContain(part);
    expect(found({ peers: [], interfaces: [{ ...eth0, sent: 1 }] })).toEqual([]);
  });
});

describe('[DOC-8] recent history', () => {
  const at = (minutes: number): number => nowMs - minutes * 60_000;
  const restart = (minutes: number) => ({ atMs: at(minutes), service: 'sockets', cause: 'EADDRINUSE: taken', delayMs: 1_000 });

  test('restarts of the last ten minutes are reported with their causes', () => {
    expect(found({ restarts: [restart(11)] })).toEqual([]);
    expect(found({ restarts: [restart(9)] })).toEqual(['info restarted']);
    expect(found({ restarts: [restart(9), restart(5), restart(1)] })).toEqual(['warning restarted']);
    expect(textOf({ restarts: [restart(9), restart(5)] }, 'restarted')).toContain(
      'restarted 2 times in the last 10 minutes. Causes: sockets: EADDRINUSE: taken.',
    );
  });

  test('stalls and clock jumps are reported', () => {
    const stalls = [
      { atMs: at(11), lateMs: 99_000 },
      { atMs: at(2), lateMs: 1_500 },
      { atMs: at(1), lateMs: 12_345 },
    ];
    expect(textOf({ stalls }, 'stalled')).toContain('2 times in the last 10 minutes, for up to 12 s');
    expect(textOf({ clockJumps: [{ atMs: at(1), byMs: 3 * 3_600_000 }] }, 'clock-jumped')).toContain(
      'slept for 3 h, or its clock was set forward',
    );
    expect(textOf({ clockJumps: [{ atMs: at(1), byMs: -600_000 }] }, 'clock-jumped')).toContain('set back by 10 min');
    expect(found({ stalls: [stalls[0]!], clockJumps: [{ atMs: at(30), byMs: 9_000 }] })).toEqual([]);
  });

  test('a current flood is reported by reason', () => {
    const counters = { dropped: { foreign: 0, 'unknown-rate': 900, 'source-rate': 1_000 } };
    const health = [{ code: 'flooded', severity: 'warning' as const, values: {}, sinceMs: 1 }];
    expect(found({ counters, health })).toEqual(['warning flooded']);
    expect(examine({ counters, health })[0]?.values).toEqual({ count: 1_900, reason: 'sourceRate' });
    expect(found({ counters })).toEqual([]);
  });

  test('datagrams of other teams, versions and programs, and wrong signatures, are reported', () => {
    expect(found({ teamKey: true, counters: { otherTeam: 7 } })).toEqual(['info other-team']);
    expect(found({ teamKey: false, counters: { otherTeam: 7 } })).toEqual([]);
    expect(found({ counters: { malformed: { version: 1 } } })).toEqual(['info other-version']);
    expect(found({ counters: { dropped: { foreign: 19 }, badSignature: 19 } })).toEqual([]);
    expect(found({ counters: { dropped: { foreign: 20 }, badSignature: 20 } })).toEqual([
      'info port-shared',
      'info wrong-signatures',
    ]);
  });
});
