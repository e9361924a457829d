/**
 * "Save a problem report…" of the Help menu: asks for a file, writes it, and shows a failure (rule
 * REPORT-2).
 */
import { join } from 'node:path';
import type { Dialog } from 'electron';
import { say } from '../../../shared/text/messages/host.ts';
import type { Hallway } from '../../core/hallway.ts';

interface Deps {
  readonly dialog: Pick<Dialog, 'showSaveDialog' | 'showErrorBox'>;
  readonly hallway: Pick<Hallway, 'diagnostics'>;
  /** Writes or replaces a file for its owner only. @returns a sentence on failure */
  writeFile(path: string, text: string): Promise<string | undefined>;
  /** The first folder of the dialog. May throw if the system has none. */
  folder(): string;
}

export async function saveReport({ dialog, hallway, writeFile, folder }: Deps): Promise<void> {
  const { fileName, text } = await hallway.diagnostics.report();
  const { canceled, filePath } = await dialog.showSaveDialog({
    title: say('desktop.report.title'),
    defaultPath: join(folder(), fileName),
    filters: [{ name: say('desktop.report.filter'), extensions: ['txt'] }],
  });
  if (canceled || filePath === '') return;
  const failure = await writeFile(filePath, text);
  if (failure !== undefined)
    dialog.showErrorBox(say('desktop.report.failed'), say('desktop.report.reason', { path: filePath, reason: failure }));
}
