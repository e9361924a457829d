/**
 * `npm run dev`: the Electron development loop. A change of the renderer reloads in place; one of
 * main or preload restarts the window.
 */
import { provideElectron } from './electron-runtime.mjs';
import { run } from './run-process.mjs';
import { root, setUp, toolPath } from './set-up.mjs';

const tools = await setUp();
// Without the runtime, electron-vite throws an error without a hint.
if ((await provideElectron(tools, { again: true })) === undefined) {
  console.error('The developer loop needs the Electron runtime, which cannot be downloaded here. `npm start` works without it.');
  process.exitCode = 1;
} else {
  const args = process.argv.slice(2);
  process.exitCode = await run(tools.node, [toolPath('electron-vite')], ['dev', '--watch', '--', ...args], {
    cwd: root,
    env: tools.env,
  });
}
