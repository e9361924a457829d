/**
 * The doctor's report as plain text, to send to support. It names every field, so that no key, note
 * or folder gets in by accident. It does contain names and addresses of the people in the list.
 * Pure.
 */
import type { Diagnostics, DoctorReport, InterfaceReport } from '../../../shared/contract/diagnostics.ts';
import { shortCodeOf } from '../../../shared/text/contact-text.ts';
import { adaptersOf, dropsOf, eventsOf } from './report-view.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { describeFinding } from '../../../shared/text/messages/describe-problem.ts';

export function writeReport(report: DoctorReport): string {
  const { diagnostics } = report;
  const sections = [
    say('network-report.title', { time: timeOf(diagnostics.atMs) }),
    section(say('network.findings'), findingLines(report), say('network-report.all-well')),
    section(say('network.title'), networkLines(diagnostics)),
    section(say('network.adapters'), adapterLines(diagnostics), say('network-report.none')),
    section(
      say('network-report.people', { count: diagnostics.peers.length }),
      peerLines(diagnostics),
      say('network-report.nobody'),
    ),
    section(say('network-report.events'), eventLines(diagnostics), say('network-report.none')),
    section(say('network-report.drops'), dropLines(diagnostics), say('network-report.none')),
    section(say('network-report.counters'), counterLines(diagnostics)),
  ];
  return `${sections.join('\n\n')}\n`;
}

function findingLines({ findings }: DoctorReport): string[] {
  return findings.map((finding) => {
    const { severity, code, values } = finding;
    const { title, remedy } = describeFinding(finding);
    const answer = values['systemCode'] === undefined ? '' : ` (${String(values['systemCode'])})`;
    return `${severity} ${code}${answer}: ${title}. ${remedy}`;
  });
}

function networkLines({ group, port, unicastPort, tcpPort, teamKey, network }: Diagnostics): string[] {
  return [
    say('network-report.group', { group, port }),
    say('network-report.unicast-port', { unicastPort, tcpPort }),
    say('network-report.modes', { teamKey: teamKey ? 'yes' : 'no', passive: network.passive ? 'yes' : 'no' }),
    ...(network.manualAddresses.length > 0
      ? [say('network-report.addresses', { addresses: network.manualAddresses.join(', ') })]
      : []),
  ];
}

function adapterLines(diagnostics: Diagnostics): string[] {
  return adaptersOf(diagnostics).flatMap(({ name, isUsed, addresses }) =>
    isUsed ? addresses.map(addressLine) : [say('network-report.switched-off', { name })],
  );
}

function addressLine(address: InterfaceReport): string {
  const { ownBeaconHeardMsAgo: heardMsAgo, lastSendFailure } = address;
  return [
    say('network-report.address', {
      name: address.name,
      address: `${address.address}/${address.prefixLength}`,
      joined: address.joined ? 'yes' : 'no',
    }),
    say('network-report.sent', { count: address.sent }),
    say('network-report.send-failures', {
      count: address.sendFailures,
      code: lastSendFailure === null ? '' : ` (${lastSendFailure})`,
    }),
    say('network-report.heard', { count: address.heard }),
    heardMsAgo === null ? say('network-report.no-own-beacon') : say('network-report.own-beacon', { passedMs: heardMsAgo }),
    ...(address.failure === null ? [] : [say('network-report.unusable', { code: address.failure })]),
  ].join(', ');
}

function peerLines({ peers, atMs }: Diagnostics): string[] {
  return peers.map(({ name, host, peerId, presence, unicastOnly, addresses, lastSeenMs }) =>
    [
      say('network-report.person', { name, host, code: shortCodeOf(peerId), presence }),
      ...(unicastOnly ? [say('network-report.unicast-only')] : []),
      say('network-report.seen', { passedMs: Math.max(0, atMs - lastSeenMs) }),
      addresses.join(' '),
    ].join(', '),
  );
}

function eventLines(diagnostics: Diagnostics): string[] {
  return eventsOf(diagnostics).map(({ atMs, title, cause }) => `${timeOf(atMs)} ${title}: ${cause}`);
}

function dropLines(diagnostics: Diagnostics): string[] {
  return dropsOf(diagnostics).map(({ reason, count }) => `${count} ${reason}`);
}

function counterLines({ counters }: Diagnostics): string[] {
  return Object.entries(counters).map(([name, count]) => {
    if (typeof count === 'number') return `${name} ${count}`;
    const parts = Object.entries(count).map(([reason, value]) => `${reason} ${value}`);
    return `${name}: ${parts.length > 0 ? parts.join(', ') : 0}`;
  });
}

function section(title: string, lines: readonly string[], empty?: string): string {
  const shown = lines.length === 0 && empty !== undefined ? [empty] : lines;
  return [title, ...shown.map((line) => `  ${oneLine(line)}`)].join('\n');
}

/** Peers choose their names: a name must neither begin a line nor reverse the following text. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** In UTC, so that reports from two computers compare. A date has limits, a number has none. */
function timeOf(timeMs: number): string {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : say('network-report.unknown-time');
}
