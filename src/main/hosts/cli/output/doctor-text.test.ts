import { expect, it } from 'vitest';
import { fakeDiagnostics, fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';
import type { Diagnostics } from '../../../../shared/contract/diagnostics.ts';
import { examineNetwork } from '../../../core/diagnostics/doctor/doctor.ts';
import { findingObject } from '../automation/automation-objects.ts';
import { doctorText } from './doctor-text.ts';

function textOf(change: Partial<Diagnostics>): string {
  const { findings, diagnostics } = examineNetwork(fakeDiagnostics(change));
  return doctorText({ findings: findings.map(findingObject), diagnostics: { ...diagnostics, health: [] } });
}

it('[DOC-1] says so when nothing is wrong', () => {
  const peer = {
    peerId: fakePeerId(1),
    name: 'Bo',
    host: 'bo-laptop',
    presence: 'online' as const,
    unicastOnly: false,
    multicastHeardMsAgo: 100,
    addresses: ['10.0.0.9:50000'],
    lastSeenMs: 0,
  };
  expect(textOf({ peers: [peer] }).split('\n')).toEqual([
    'Everything that can be checked from here looks right.',
    '',
    'Adapters',
    '  ADAPTER  ADDRESS      JOINED  SENT  HEARD  OWN BEACON  FAILURE',
    '  eth0     10.0.0.5/24  yes     3     3      1 s ago',
    '',
    'People: 1',
    '  Bo  bo-laptop  online  10.0.0.9:50000',
    '',
    'Group 224.0.0.187, UDP port 4255; unicast port 50000; TCP port 50001; team key: no; passive: no',
    'Added addresses: none; excluded adapters: none',
    'Counters: received 0',
    'Examined 1970-01-01T00:00:00.000Z',
  ]);
});

it('[DOC-1] shows each finding with its remedy and code, and what was restarted', () => {
  const text = textOf({
    interfaces: [],
    restarts: [{ atMs: 0, service: 'watchdog', cause: 'nothing heard for 35 s', delayMs: 1_000 }],
    counters: { received: 7, dropped: { foreign: 2 } },
    teamKey: true,
  });
  expect(text.split('\n').slice(0, 2)).toEqual([
    "ERROR    You're not connected to a network that Hallway can use [no-network]",
    '         Connect to Wi-Fi or plug in a network cable. Hallway reconnects on its own.',
  ]);
  for (const part of [
    '[restarted]',
    'Adapters\n  none',
    'Counters: received 7, dropped (foreign 2)',
    'Restarted 1970-01-01T00:00:00.000Z: watchdog: nothing heard for 35 s',
    'team key: yes',
  ])
    expect(text).toContain(part);
});
