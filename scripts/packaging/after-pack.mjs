/**
 * electron-builder calls this before it signs the application. It knows eight of the nine fuses, so
 * they are set here.
 */
import { join } from 'node:path';
import { guiCommand } from './about.mjs';
import { setFuses } from './fuses.mjs';

/** @param {{ appOutDir: string, electronPlatformName: string }} context of electron-builder */
export async function afterPack({ appOutDir, electronPlatformName }) {
  await setFuses(join(appOutDir, electronPlatformName === 'darwin' ? 'Hallway.app' : `${guiCommand}.exe`));
}
