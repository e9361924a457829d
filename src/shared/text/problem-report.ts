/**
 * The problem report: one text for support, which its sender can read before sending it (rule
 * REPORT-1). Pure. It names every field, here or by the schema of the diagnostics. A new field can
 * thus bring no message, note, key or passphrase into it. Saving it is left to the hosts.
 */
import { diagnosticsSchema, type DoctorReport, type ProblemReport } from '../contract/diagnostics.ts';
import type { Health } from '../contract/health.ts';
import { describeFinding, describeHealth } from './messages/describe-problem.ts';
import { reportMessages } from './messages/reports.ts';
import { createSay } from './messages/say.ts';

const say = createSay(reportMessages);

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
    say('report.title', { time }),
    say('report.head'),
    section(
      say('report.versions'),
      Object.entries(versions).map(([name, version]) => `${name}: ${version}`),
      say('report.versions.none'),
    ),
    section(say('report.health'), health.map(healthLine), say('report.health.none')),
    section(say('report.findings'), examined.findings.map(findingLine), say('report.none')),
    section(say('report.diagnostics'), diagnosticsLines(examined.diagnostics), say('report.none')),
    section(say('report.log'), log, say('report.log.none')),
  ];
  return { fileName: `hallway-report-${time.replaceAll(/[:. ]/g, '-')}.txt`, text: `${sections.join('\n\n')}\n` };
}

function healthLine({ severity, code, values, sinceMs }: Health): string {
  const { title, remedy } = describeHealth({ code, values });
  return say('report.since', { severity, code, time: timeOf(sinceMs), title, remedy });
}

function findingLine({ severity, code, values }: DoctorReport['findings'][number]): string {
  const { title, remedy } = describeFinding({ code, values });
  const { systemCode } = values;
  const answer = systemCode === undefined ? '' : ` (${String(systemCode)})`;
  return say('report.finding', { severity, code, answer, title, remedy });
}

/** The schema removes unknown fields. */
const reportedSchema = diagnosticsSchema.omit({ health: true });

function diagnosticsLines(given: DoctorReport['diagnostics']): readonly string[] {
  const { success, data: diagnostics, error } = reportedSchema.safeParse(given);
  // A report matters most when a value is as it should never be.
  if (!success) return [say('report.malformed', { paths: error.issues.map(({ path }) => path.join('.')).join(', ') })];
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
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : say('report.unknown-time');
}
