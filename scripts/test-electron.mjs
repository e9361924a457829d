/**
 * `npm run test:electron`: the end-to-end specs on the real Electron runtime, not on a stub. It
 * fails without the runtime, so that no run passes unnoticed.
 */
import { buildIfStale } from './build.mjs';
import { provideElectron } from './electron-runtime.mjs';
import { run } from './run-process.mjs';
import { root, setUp, toolPath } from './set-up.mjs';

const tools = await setUp();
if ((await provideElectron(tools, { again: true })) === undefined) {
  console.error('The Electron runtime cannot be downloaded here. `npm test` runs these specs on a stub of it.');
  process.exitCode = 1;
} else if (await buildIfStale(tools)) {
  const env = { ...tools.env, HALLWAY_ELECTRON: 'real' };
  process.exitCode = await run(tools.node, [toolPath('@playwright/test', 'playwright')], ['test', ...process.argv.slice(2)], {
    cwd: root,
    env,
  });
} else {
  process.exitCode = 1;
}
