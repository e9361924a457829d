/**
 * The network doctor: from the diagnostics to findings, each a plain sentence with a remedy (rules DOC-1 to DOC-9). Pure, so that every
 * finding can be shown by data alone as well as by a network that provokes it.
 */
import type { Diagnostics, DoctorReport, Finding } from '../shared/model.ts';

export function examineNetwork(diagnostics: Diagnostics): DoctorReport {
  const findings = examinations.flatMap((examine) => examine(diagnostics));
  return { findings, diagnostics };
}

type Examination = (diagnostics: Diagnostics) => readonly Finding[];

const examinations: readonly Examination[] = [];
