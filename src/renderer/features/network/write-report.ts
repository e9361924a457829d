/**
 * The doctor's report as plain text, to send to support. It names every field, so that no key, note
 * or folder gets in by accident. It does contain names and addresses of the people in the list.
 * Pure.
 */
import { formatDuration } from '../../../shared/text/format.ts';
import type { Diagnostics, DoctorReport, InterfaceReport } from '../../../shared/contract/diagnostics.ts';
import { shortCodeOf } from '../../../shared/text/contact-text.ts';
import { adaptersOf, dropsOf, eventsOf } from './report-view.ts';
import { describeFinding } from '../../../shared/text/messages/describe-problem.ts';

export function writeReport(report: DoctorReport): string {
  const { diagnostics } = report;
  const sections = [
    `Hallway network report, ${timeOf(diagnostics.atMs)}`,
    section('Findings', findingLines(report), 'Everything looks right.'),
    section('Network', networkLines(diagnostics)),
    section('Adapters', adapterLines(diagnostics), 'None.'),
    section(`People (${diagnostics.peers.length})`, peerLines(diagnostics), 'Nobody.'),
    section('Restarts, stalls and clock jumps', eventLines(diagnostics), 'None.'),
    section('Datagrams not taken', dropLines(diagnostics), 'None.'),
    section('Counters', counterLines(diagnostics)),
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

function networkLines({ group, port, unicastPort, teamKey, network }: Diagnostics): string[] {
  return [
    `group ${group}, UDP port ${port}`,
    `own unicast port ${unicastPort}`,
    `team key ${teamKey ? 'in use' : 'not in use'}, ${network.passive ? 'passive' : 'not passive'}`,
    ...(network.manualAddresses.length > 0 ? [`remembered addresses: ${network.manualAddresses.join(', ')}`] : []),
  ];
}

function adapterLines(diagnostics: Diagnostics): string[] {
  return adaptersOf(diagnostics).flatMap(({ name, isUsed, addresses }) =>
    isUsed ? addresses.map(addressLine) : [`${name}: switched off`],
  );
}

function addressLine(address: InterfaceReport): string {
  const { ownBeaconHeardMsAgo: heardMsAgo, lastSendFailure } = address;
  return [
    `${address.name} ${address.address}/${address.prefixLength}: ${address.joined ? 'joined' : 'not joined'}`,
    `sent ${address.sent}`,
    `send failures ${address.sendFailures}${lastSendFailure === null ? '' : ` (${lastSendFailure})`}`,
    `heard ${address.heard}`,
    `own beacon ${heardMsAgo === null ? 'not heard' : `heard ${formatDuration(heardMsAgo)} ago`}`,
    ...(address.failure === null ? [] : [`cannot be used: ${address.failure}`]),
  ].join(', ');
}

function peerLines({ peers, atMs }: Diagnostics): string[] {
  return peers.map(({ name, host, peerId, presence, unicastOnly, addresses, lastSeenMs }) =>
    [
      `${name} on ${host} (${shortCodeOf(peerId)}): ${presence}`,
      ...(unicastOnly ? ['unicast only'] : []),
      `seen ${formatDuration(Math.max(0, atMs - lastSeenMs))} ago`,
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
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : 'unknown time';
}
