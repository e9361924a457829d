import { say } from '../../../shared/text/messages/page.ts';
import { finding } from '../../../shared/text/messages/problem-values.ts';
import { expect, test } from 'vitest';
import { fakeDiagnostics, fakeInterface, fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { writeReport } from './write-report.ts';

const peer = {
  peerId: fakePeerId(1),
  name: 'Ana',
  host: 'ana-pc',
  presence: 'online' as const,
  unicastOnly: true,
  multicastHeardMsAgo: null,
  addresses: ['10.0.0.7:50000', '[fe80::7]:50000'],
  lastSeenMs: 58_000,
};

test('the report contains every part, in lines', () => {
  const report = writeReport({
    findings: [finding('send-refused', 'warning', { adapters: ['eth0'], systemCode: 'EPERM' })],
    diagnostics: fakeDiagnostics({
      atMs: 60_000,
      peers: [peer],
      interfaces: [
        fakeInterface,
        { ...fakeInterface, name: 'tun0', address: '10.8.0.2', sendFailures: 4, lastSendFailure: 'EPERM', failure: 'ENODEV' },
      ],
      restarts: [{ atMs: 30_000, service: 'sockets', cause: 'ENODEV: gone', delayMs: 0 }],
      counters: { received: 12, dropped: { foreign: 2 } },
      network: { manualAddresses: ['10.8.4.17:1024'], excludedInterfaces: ['docker0'], passive: true },
      teamKey: true,
    }),
  });
  expect(report).toBe(`Hallway network report, 1970-01-01T00:01:00.000Z

Findings
  warning send-refused (EPERM): Something on this computer blocks Hallway on eth0. ${say('doctor.send-refused.remedy')}

Network
  group 224.0.0.187, UDP port 4255
  own unicast port 50000, own TCP port 50001
  team key in use, quiet mode on
  saved addresses: 10.8.4.17:1024

Adapters
  docker0: turned off
  eth0 10.0.0.5/24: joined, sent 3, send failures 0, heard 3, own beacon heard 1 s ago
  tun0 10.8.0.2/24: joined, sent 3, send failures 4 (EPERM), heard 3, own beacon heard 1 s ago, can't be used: ENODEV

People (1)
  Ana on ana-pc (2bpr 33cw): online, unicast only, seen 2 s ago, 10.0.0.7:50000 [fe80::7]:50000

Restarts, stalls and clock jumps
  1970-01-01T00:00:30.000Z Networking was restarted (sockets): ENODEV: gone

Dropped datagrams
  2 not from Hallway

Counters
  received 12
  dropped: foreign 2
`);
});

test('unknown fields and complete keys stay out of the report', () => {
  const diagnostics = { ...fakeDiagnostics({ peers: [peer] }), passphrase: 'open sesame', token: 's3cret' };
  const report = writeReport({ findings: [], diagnostics });
  expect(report).not.toMatch(new RegExp(`open sesame|s3cret|${peer.peerId}`));
});

test('names cannot begin a line or reverse the text', () => {
  const hostile = { ...peer, name: 'Ana\nFindings\n  all is well\u202E', host: '\u2066x\u0007\u2028y' };
  const lines = writeReport({ findings: [], diagnostics: fakeDiagnostics({ atMs: 58_000, peers: [hostile] }) }).split('\n');
  expect(lines.filter((line) => line.includes('all is well'))).toEqual([
    '  Ana Findings   all is well  on  x y (2bpr 33cw): online, unicast only, seen 0 s ago, 10.0.0.7:50000 [fe80::7]:50000',
  ]);
});

test('a time beyond the limits of a date throws nothing', () => {
  const diagnostics = fakeDiagnostics({ atMs: Number.MAX_VALUE, clockJumps: [{ atMs: Number.NaN, byMs: 1 }] });
  expect(writeReport({ findings: [], diagnostics })).toContain('Hallway network report, unknown time');
});
