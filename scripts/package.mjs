/**
 * `npm run package` builds the packages of this system into release/: deb, rpm and AppImage on
 * Linux, with electron-builder the installers of Windows and macOS. `npm run package -- deb` builds
 * these only. scripts/packaging/make-packages.mjs has the steps; it needs a Node.js that runs
 * TypeScript.
 */
import { join } from 'node:path';
import { run } from './run-process.mjs';
import { root, setUp } from './set-up.mjs';

const { node, env } = await setUp();
const maker = join(root, 'scripts', 'packaging', 'make-packages.mjs');
process.exitCode = await run(node, ['--experimental-strip-types', '--no-warnings', maker], process.argv.slice(2), {
  cwd: root,
  env,
});
