/**
 * The network doctor's report as text, for a terminal. It contains names and addresses of peers,
 * but never a message, a key or a passphrase (rule DOC-1). Pure.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import type { InterfaceReport } from '../../../../shared/contract/diagnostics.ts';
import type { Severity } from '../../../../shared/contract/health.ts';
import type { DescribedReport } from '../automation/described-report.ts';

const mark: Readonly<Record<Severity, string>> = { error: 'ERROR  ', warning: 'WARNING', info: 'INFO   ' };

/** @returns lines, without a final line feed */
export function doctorText({ findings, diagnostics }: DescribedReport): string {
  const { interfaces, peers, counters, restarts, network } = diagnostics;
  const found = findings.flatMap(({ severity, title, remedy, code }) => [
    `${mark[severity]}  ${title} [${code}]`,
    `         ${remedy}`,
    '',
  ]);
  return [
    ...(found.length > 0 ? found : [say('cli.nothing-wrong'), '']),
    say('cli.doctor.adapters'),
    ...(interfaces.length === 0 ? indented([say('cli.doctor.none')]) : indented(interfaceTable(interfaces))),
    '',
    say('cli.doctor.people', { count: peers.length }),
    ...indented(
      aligned(
        peers.map((peer) => [
          peer.name,
          peer.host,
          peer.unicastOnly ? say('cli.doctor.unicast-only', { presence: peer.presence }) : peer.presence,
          peer.addresses.join(' '),
        ]),
      ),
    ),
    '',
    say('cli.doctor.network', {
      group: diagnostics.group,
      port: diagnostics.port,
      unicastPort: diagnostics.unicastPort,
      tcpPort: diagnostics.tcpPort,
      teamKey: yesOrNo(diagnostics.teamKey),
      passive: yesOrNo(network.passive),
    }),
    say('cli.doctor.choices', {
      addresses: network.manualAddresses.join(' ') || say('cli.doctor.none'),
      adapters: network.excludedInterfaces.join(' ') || say('cli.doctor.none'),
    }),
    say('cli.doctor.counters', { counters: Object.entries(counters).map(counterText).join(', ') }),
    ...restarts.map(({ atMs, service, cause }) =>
      say('cli.doctor.restarted', { time: new Date(atMs).toISOString(), service, cause }),
    ),
    say('cli.doctor.examined', { time: new Date(diagnostics.atMs).toISOString() }),
  ].join('\n');
}

function interfaceTable(interfaces: readonly InterfaceReport[]): readonly string[] {
  return aligned([
    ['ADAPTER', 'ADDRESS', 'JOINED', 'SENT', 'HEARD', 'OWN BEACON', 'FAILURE'],
    ...interfaces.map((report) => [
      report.name,
      `${report.address}/${report.prefixLength}`,
      yesOrNo(report.joined),
      report.sendFailures === 0
        ? String(report.sent)
        : say('cli.doctor.failed-sends', { count: report.sent, failures: report.sendFailures }),
      String(report.heard),
      report.ownBeaconHeardMsAgo === null
        ? say('cli.doctor.never')
        : say('cli.doctor.ago', { passedMs: report.ownBeaconHeardMsAgo }),
      report.failure ?? report.lastSendFailure ?? '',
    ]),
  ]);
}

function yesOrNo(is: boolean): string {
  return is ? say('cli.doctor.yes') : say('cli.doctor.no');
}

/**
 * Peers choose their names. They are cleaned on receipt (rule WIRE-7), so they can be wide, but not
 * break the table.
 */
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
