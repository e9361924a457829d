/**
 * The network doctor's report as text: for a terminal, and to copy for somebody who helps. It holds names and addresses of people, never a
 * message, a key or a passphrase (rule DOC-1). Pure.
 */
import { formatDuration } from '../../../../shared/text/format.ts';
import type { InterfaceReport } from '../../../../shared/contract/diagnostics.ts';
import type { Severity } from '../../../../shared/contract/health.ts';
import type { DescribedReport } from '../commands/one-shot.ts';

const mark: Readonly<Record<Severity, string>> = { error: 'ERROR  ', warning: 'WARNING', info: 'INFO   ' };

/** @returns lines without a line feed at the end of the last */
export function doctorText({ findings, diagnostics }: DescribedReport): string {
  const { interfaces, peers, counters, restarts, network } = diagnostics;
  const found = findings.flatMap(({ severity, title, remedy, code }) => [
    `${mark[severity]}  ${title} [${code}]`,
    `         ${remedy}`,
    '',
  ]);
  return [
    ...(found.length > 0 ? found : ['Nothing is wrong with the network as far as can be seen from here.', '']),
    'Adapters',
    ...(interfaces.length === 0 ? ['  none'] : indented(interfaceTable(interfaces))),
    '',
    `People: ${peers.length}`,
    ...indented(
      aligned(
        peers.map((peer) => [
          peer.name,
          peer.host,
          peer.presence + (peer.unicastOnly ? ', by unicast only' : ''),
          peer.addresses.join(' '),
        ]),
      ),
    ),
    '',
    `Group ${diagnostics.group}, UDP port ${diagnostics.port}; unicast port ${diagnostics.unicastPort}; team key: ${diagnostics.teamKey ? 'yes' : 'no'}; passive: ${network.passive ? 'yes' : 'no'}`,
    `Given addresses: ${network.manualAddresses.join(' ') || 'none'}; excluded adapters: ${network.excludedInterfaces.join(' ') || 'none'}`,
    `Counters: ${Object.entries(counters).map(counterText).join(', ')}`,
    ...restarts.map(({ atMs, service, cause }) => `Restarted ${new Date(atMs).toISOString()}: ${service}: ${cause}`),
    `Examined ${new Date(diagnostics.atMs).toISOString()}`,
  ].join('\n');
}

function interfaceTable(interfaces: readonly InterfaceReport[]): readonly string[] {
  return aligned([
    ['ADAPTER', 'ADDRESS', 'JOINED', 'SENT', 'HEARD', 'OWN BEACON', 'FAILURE'],
    ...interfaces.map((report) => [
      report.name,
      `${report.address}/${report.prefixLength}`,
      report.joined ? 'yes' : 'no',
      `${report.sent}${report.sendFailures > 0 ? ` (${report.sendFailures} failed)` : ''}`,
      String(report.heard),
      report.ownBeaconHeardMsAgo === null ? 'never' : `${formatDuration(report.ownBeaconHeardMsAgo)} ago`,
      report.failure ?? report.lastSendFailure ?? '',
    ]),
  ]);
}

/** Names are other people's: they are cleaned on receipt (rule WIRE-7), so they cannot break the table, only be wide. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function counterText([name, value]: readonly [string, number | Readonly<Record<string, number>>]): string {
  if (typeof value === 'number') return `${name} ${value}`;
  return `${name} (${Object.entries(value)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ')})`;
}
