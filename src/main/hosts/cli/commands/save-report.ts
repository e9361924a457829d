/**
 * `hallway report`: requests a problem report and writes it to a new file, or to standard output.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import { askReport, type CommandTarget } from './one-shot.ts';
import { complain, exitStatus, print, type ExitStatus } from '../output/terminal-io.ts';

export interface SaveReportDeps {
  /**
   * Creates a file for its owner only, and never replaces one.
   *
   * @returns the system's code on failure
   */
  createFile(path: string, text: string): Promise<{ readonly ok: true } | { readonly ok: false; readonly code: string }>;
}

/**
 * @param file absent means a name with the time, in the current folder; "-" means standard output
 */
export async function saveReport(
  target: CommandTarget,
  file: string | undefined,
  { createFile }: SaveReportDeps,
): Promise<ExitStatus> {
  const report = await askReport(target);
  if (!report.ok) return complain(exitStatus.failed, report.message);
  const { fileName, text } = report.value;
  if (file === '-') return print(text.trimEnd());
  const path = file ?? fileName;
  const created = await createFile(path, text);
  if (!created.ok) return complain(exitStatus.failed, say('cli.not-written', { file: path, reason: created.code }));
  return print(say('cli.report-written', { file: path }));
}
