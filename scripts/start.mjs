/**
 * `npm start`: sets up, builds if needed, and opens Hallway. It opens an Electron window if
 * possible, else the browser, and says so in one line. It passes arguments on: `npm start -- --name
 * Ana --profile DIR`.
 */
import { join } from 'node:path';
import { buildIfStale } from './build.mjs';
import { provideElectron, whyNoWindow } from './electron-runtime.mjs';
import { run } from './run-process.mjs';
import { root, setUp } from './set-up.mjs';

/** @param {readonly string[]} args */
async function start(args) {
  const tools = await setUp();
  if (!(await buildIfStale(tools))) throw new Error('Hallway could not be built; the reason is above.');
  const electron = await provideElectron(tools, { again: false });
  const obstacle = electron === undefined ? 'The Electron runtime cannot be downloaded here' : whyNoWindow();
  if (electron !== undefined && obstacle === undefined) {
    // The folder and not the file, so that Electron reads the application's name and version from
    // package.json.
    return run(electron, [root], args, { cwd: root, env: tools.env });
  }
  console.log(`${obstacle}, so Hallway opens in the browser instead.`);
  return run(tools.node, [join(root, 'out', 'main', 'cli.js'), 'open'], args, { cwd: root, env: tools.env });
}

try {
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
