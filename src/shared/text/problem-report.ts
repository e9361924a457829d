/**
 * The problem report: one text for support, which its sender can read before sending it (rule
 * REPORT-1). Pure. It names every field, here or by the schema of the diagnostics. A new field can
 * thus bring no message, note, key or passphrase into it. Saving it is left to the hosts.
 */
import { diagnosticsSchema, type DoctorReport, type ProblemReport } from '../contract/diagnostics.ts';
import type { Health } from '../contract/health.ts';
import { describeFinding, describeHealth } from './messages/describe-problem.ts';

/**
 * Enough of a peer ID to tell peers apart in one report. The whole ID would identify them on every
 * network.
 */
const shownIdLength = 8;

/** Much longer than any line of the log. */
const maxLineLength = 8_192;

export interface ProblemReportInput {
  /** Wall clock, milliseconds since 1970. */
  readonly atMs: number;
  /** Versions by name: Hallway, Node.js, the system and so on. */
  readonly versions: Readonly<Record<string, string>>;
  readonly health: readonly Health[];
  readonly examined: DoctorReport;
  /** The last lines of the log, oldest first; empty without a log. */
  readonly log: readonly string[];
}

export function writeProblemReport({ atMs, versions, health, examined, log }: ProblemReportInput): ProblemReport {
  const time = timeOf(atMs);
  const sections = [
    `Hallway problem report, ${time}`,
    head,
    section(
      'Versions',
      Object.entries(versions).map(([name, version]) => `${name}: ${version}`),
      'Unknown.',
    ),
    section('Health', health.map(healthLine), 'Nothing is wrong.'),
    section('Findings of the network doctor', examined.findings.map(findingLine), 'None.'),
    section('Diagnostics', diagnosticsLines(examined.diagnostics), 'None.'),
    section('The end of the log', log, 'No log was kept.'),
  ];
  return { fileName: `hallway-report-${time.replaceAll(/[:. ]/g, '-')}.txt`, text: `${sections.join('\n\n')}\n` };
}

const head = `Please read this file before you send it to anybody. It contains:
- the versions of Hallway and of the programs it runs on;
- what Hallway says about its health, and what its network doctor found;
- names, computer names and addresses of the people in your list, and of this computer's adapters;
- the end of Hallway's log: what happened when. Error messages in it may name folders of this computer.
It doesn't contain messages, notes, keys or passphrases.`;

function healthLine({ severity, code, values, sinceMs }: Health): string {
  const { title, remedy } = describeHealth({ code, values });
  return `${severity} ${code}, since ${timeOf(sinceMs)}: ${title}. ${remedy}`;
}

function findingLine({ severity, code, values }: DoctorReport['findings'][number]): string {
  const { title, remedy } = describeFinding({ code, values });
  const { systemCode } = values;
  return `${severity} ${code}${systemCode === undefined ? '' : ` (${String(systemCode)})`}: ${title}. ${remedy}`;
}

/** The schema removes unknown fields. */
const reportedSchema = diagnosticsSchema.omit({ health: true });

function diagnosticsLines(given: DoctorReport['diagnostics']): readonly string[] {
  const { success, data: diagnostics, error } = reportedSchema.safeParse(given);
  // A report matters most when a value is as it should never be.
  if (!success) return [`Malformed at ${error.issues.map(({ path }) => path.join('.')).join(', ')}.`];
  const peers = diagnostics.peers.map(({ peerId, ...peer }) => ({ peerId: peerId.slice(0, shownIdLength), ...peer }));
  return JSON.stringify({ ...diagnostics, peers }, null, 1).split('\n');
}

function section(title: string, lines: readonly string[], empty: string): string {
  return [title, ...(lines.length === 0 ? [empty] : lines).map((line) => `  ${oneLine(line)}`)].join('\n');
}

/** Peers choose their names: a name must neither begin a line nor reverse the following text. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, maxLineLength);
}

/** In UTC, so that reports from two computers compare. A date has limits, a number has none. */
function timeOf(timeMs: number): string {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : 'unknown time';
}
