/**
 * `npm run bench`: the benches below in turn, after set-up and a build, and at the end one table of
 * their figures. `npm run bench -- presence rooms` runs only these. It takes about half an hour.
 */
import { spawn } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildIfStale } from './build.mjs';
import { root, setUp } from './set-up.mjs';

/** By name of the table: the program in test/bench, and its arguments. */
const benches = {
  presence: ['presence.ts'],
  registry: ['registry.ts'],
  messages: ['messages.ts'],
  rooms: ['rooms.ts'],
  loss: ['group-loss.ts'],
  files: ['files.ts'],
  store: ['store.ts'],
  list: ['renderer-1000-peers.ts'],
  palette: ['renderer-palette.ts'],
  conversation: ['renderer-conversation.ts'],
  start: ['renderer-start.ts'],
  heap: ['renderer-heap.ts'],
};
/** Each bench prints a line with this in front for every figure. */
const mark = 'figure: ';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0)
  throw new Error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
const tools = await setUp();
if (!(await buildIfStale(tools))) throw new Error('Hallway could not be built; the reason is above.');

/** @type {string[]} */
const rows = [];
let failed = 0;
for (const [name, [program = '', ...args]] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const { figures, exitCode } = await measure(program, args);
  if (exitCode !== 0) failed += 1;
  for (const figure of exitCode === 0 ? figures : [...figures, `ended with ${exitCode}`]) rows.push(`| ${name} | ${figure} |`);
}
console.log(`\n${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}\n`);
console.log(['| bench | figure |', '| --- | --- |', ...rows].join('\n'));
process.exitCode = failed === 0 ? 0 : 1;

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<{ figures: readonly string[], exitCode: number }>}
 */
function measure(program, args) {
  return new Promise((resolve) => {
    const child = spawn(
      tools.node,
      ['--experimental-strip-types', '--no-warnings', join(root, 'test', 'bench', program), ...args],
      {
        cwd: root,
        env: tools.env,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    /** @type {string[]} */
    const figures = [];
    createInterface(child.stdout).on('line', (line) => {
      console.log(line);
      if (line.startsWith(mark)) figures.push(line.slice(mark.length).replaceAll('|', '\\|'));
    });
    child.once('close', (code) => resolve({ figures, exitCode: code ?? 1 }));
  });
}
