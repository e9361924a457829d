/** Shows the folder of files that arrived, and asks where to save a copy. */
import { join } from 'node:path';
import type { Dialog, Shell } from 'electron';
import { say } from '../../../../shared/text/messages/host.ts';
import type { FileHost } from '../../ui-server/handlers/transferred-files.ts';

interface Deps {
  readonly shell: Pick<Shell, 'showItemInFolder'>;
  readonly dialog: Pick<Dialog, 'showSaveDialog'>;
  /**
   * The first folder of the dialog.
   *
   * @throws where the system has no such folder
   */
  folder(): string;
}

export function createFileHost({ shell, dialog, folder }: Deps): FileHost {
  return {
    // It selects the file, and opens nothing.
    showInFolder: (path) => shell.showItemInFolder(path),
    async askWhereToSave(name) {
      const { canceled, filePath } = await dialog.showSaveDialog({
        title: say('desktop.save-file'),
        defaultPath: placeFor(name),
      });
      return canceled || filePath === '' ? undefined : filePath;
    },
  };

  function placeFor(name: string): string {
    try {
      return join(folder(), name);
    } catch {
      return name;
    }
  }
}
