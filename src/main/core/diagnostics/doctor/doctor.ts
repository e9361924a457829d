/**
 * The network doctor: from the diagnostics to findings, as codes and values (rules DOC-1 to DOC-9). Pure, so that data alone can show every
 * finding, as well as a network that provokes it. The checks are in check-adapters.ts (adapters and what the system refuses),
 * check-peers.ts (how each peer is reached) and check-history.ts (what happened). The catalogue (shared/text/messages/doctor.ts) has the
 * sentences.
 */
import type { Diagnostics, DoctorReport, Finding } from '../../../../shared/contract/diagnostics.ts';
import type { Severity } from '../../../../shared/contract/health.ts';
import { historyExaminations } from './check-history.ts';
import { othersExaminations } from './check-peers.ts';
import { ownSideExaminations } from './check-adapters.ts';

/** @returns the most severe first; of the same severity our own side first, because it must be right before others can be */
export function examineNetwork(diagnostics: Diagnostics): DoctorReport {
  const examinations = [...ownSideExaminations, ...othersExaminations, ...historyExaminations];
  const found = examinations.flatMap((examine) => examine(diagnostics));
  const findings = [...found, ...remainingHealth(diagnostics, found)].toSorted((a, b) => rank[a.severity] - rank[b.severity]);
  return { findings, diagnostics };
}

/** What is said elsewhere and was not found here: the doctor never knows less than the status strip. */
function remainingHealth({ health }: Diagnostics, found: readonly Finding[]): readonly Finding[] {
  const codes = new Set(found.map(({ code }) => code));
  return health
    .filter(({ code }) => !codes.has(code) && !(coveredBy[code] ?? []).some((other) => codes.has(other)))
    .map(({ code, severity, values }) => ({ code, severity, values }));
}

/** Findings that say more precisely what a health entry says. */
const coveredBy: Readonly<Record<string, readonly string[]>> = {
  'network-silent': ['no-loopback'],
  'interface-failed': ['adapter-unusable'],
};

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };
