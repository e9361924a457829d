/**
 * `node scripts/tool.mjs PACKAGE[:COMMAND] ARGUMENTS…` runs a tool of node_modules with a new
 * enough Node.js, after set-up. The short scripts of package.json use it.
 */
import { run } from './run-process.mjs';
import { root, setUp, toolPath } from './set-up.mjs';

const [name = '', ...args] = process.argv.slice(2);
const [packageName = '', command] = name.split(':');
const tools = await setUp();
process.exitCode = await run(tools.node, [toolPath(packageName, command)], args, { cwd: root, env: tools.env });
