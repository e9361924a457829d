/**
 * `npm run soak -- --minutes 20 --hosts 30 --seed N`: test/soak/soak.ts, after set-up and a build.
 */
import { join } from 'node:path';
import { buildIfStale } from './build.mjs';
import { run } from './run-process.mjs';
import { root, setUp } from './set-up.mjs';

const tools = await setUp();
if (!(await buildIfStale(tools))) throw new Error('Hallway could not be built; the reason is above.');
const program = join(root, 'test', 'soak', 'soak.ts');
const leading = ['--experimental-strip-types', '--no-warnings', program];
process.exitCode = await run(tools.node, leading, process.argv.slice(2), { cwd: root, env: tools.env });
