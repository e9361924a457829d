/**
 * The network doctor: turns diagnostics into findings, as codes and values (rules DOC-1 to DOC-9).
 * Pure, so that plain data can provoke every finding. The checks are in `check-adapters.ts`,
 * `check-peers.ts` and `check-history.ts`. The catalogue (shared/text/messages/doctor.ts) has the
 * sentences.
 */
import type { Diagnostics, DoctorReport, Finding } from '../../../../shared/contract/diagnostics.ts';
import type { Severity } from '../../../../shared/contract/health.ts';
import { historyExaminations } from './check-history.ts';
import { othersExaminations } from './check-peers.ts';
import { ownSideExaminations } from './check-adapters.ts';

/**
 * Examines the diagnostics.
 * @returns findings, the most severe first; of equal severity our own side first, since peers
 * depend on it
 */
export function examineNetwork(diagnostics: Diagnostics): DoctorReport {
  const examinations = [...ownSideExaminations, ...othersExaminations, ...historyExaminations];
  const found = examinations.flatMap((examine) => examine(diagnostics));
  const findings = [...found, ...remainingHealth(diagnostics, found)].toSorted((a, b) => rank[a.severity] - rank[b.severity]);
  return { findings, diagnostics };
}

/**
 * Health entries that no finding covers, so that the doctor reports all that the status strip does.
 */
function remainingHealth({ health }: Diagnostics, found: readonly Finding[]): readonly Finding[] {
  const codes = new Set(found.map(({ code }) => code));
  return health
    .filter(({ code }) => !codes.has(code) && !(coveredBy[code] ?? []).some((other) => codes.has(other)))
    .map(({ code, severity, values }) => ({ code, severity, values }));
}

/** Findings that are more precise than a health entry, by its code. */
const coveredBy: Readonly<Record<string, readonly string[]>> = {
  'network-silent': ['no-loopback'],
  'interface-failed': ['adapter-unusable'],
};

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };
