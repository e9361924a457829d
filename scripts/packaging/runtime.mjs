/**
 * Puts the Electron runtime into a package, or a stand-in where it cannot be downloaded (rule
 * PACK-3). The stand-in is a script that says so. It has the fuses of the runtime, so that tests
 * can look at everything about the package but the window.
 */
import { rmSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { electronPath } from '../electron-runtime.mjs';
import { guiCommand } from './about.mjs';
import { setFuses } from './fuses.mjs';
import { copyTo, writeTo } from './tree.mjs';

/**
 * Marks the fuses in the executable, with version 1, nine fuses and their state in a fresh runtime.
 */
const freshFuses = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0009101100001';

const standInScript = `#!/bin/sh
echo "This package of Hallway has a stand-in for the Electron runtime, so it can't open a window." >&2
echo "It is for tests. Packages of a release have the runtime." >&2
exit 69
# ${freshFuses}
`;

/** The programs of the runtime; all its other files have the mode 644. */
export const runtimePrograms = [guiCommand, 'chrome-sandbox', 'chrome_crashpad_handler'];

/**
 * @param {string} folder of the package
 * @returns {Promise<{ isStandIn: boolean }>}
 */
export async function placeRuntime(folder) {
  const electron = electronPath();
  const program = join(folder, guiCommand);
  if (electron === undefined) {
    writeTo(program, standInScript);
    writeTo(join(folder, 'chrome-sandbox'), '#!/bin/sh\n# A stand-in, see hallway-desktop.\nexit 69\n');
  } else {
    copyTo(dirname(electron), folder);
    renameSync(join(folder, 'electron'), program);
    // Electron's own page, shown when there is no application.
    rmSync(join(folder, 'resources', 'default_app.asar'), { force: true });
  }
  await setFuses(program);
  return { isStandIn: electron === undefined };
}
