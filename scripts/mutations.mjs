/**
 * `npm run mutations`: puts each fault of scripts/mutations/table.mjs into a copy of the checkout,
 * one at a time, and runs the tests that must catch it. `npm run mutations -- rooms files` does so
 * for these areas only. Before that, the same tests must pass, and the faults must compile: a test
 * catches them, no compiler. The last line is `N of N caught`.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { judge, mutate } from './mutations/judge.mjs';
import { areas } from './mutations/table.mjs';
import { run } from './run-process.mjs';
import { root, setUp, toolPath } from './set-up.mjs';
import { countVitest } from './test-report.mjs';

/** @typedef {import('./mutations/judge.mjs').Report} Report */
/** @typedef {import('./mutations/table.mjs').Mutation} Mutation */
/** @typedef {import('./set-up.mjs').Tools} Tools */

/** Installed, built or noted here, and needed by no test of the table. */
const notCopied = new Set(['.git', 'out', 'release', 'coverage', 'test-results', 'playwright-report']);
/** The same in the copy. */
const linked = new Set(['node_modules', '.toolchain']);
/** The layers with mutations, and those below them. */
const compiled = ['src/main/node'];
const baseConfig = 'tsconfig.base.json';
/** One test file takes seconds; the tests of all mutations together a minute or two. */
const limitMs = 10 * 60_000;

/**
 * @param {readonly string[]} names of areas; none means all
 * @returns {Promise<number>} the exit code
 */
async function main(names) {
  const unknown = names.filter((name) => !Object.hasOwn(areas, name));
  if (unknown.length > 0) throw new Error(`There is no area ${unknown.join(', ')}. There are: ${Object.keys(areas).join(', ')}.`);
  const chosen = Object.entries(areas)
    .filter(([area]) => names.length === 0 || names.includes(area))
    .flatMap(([area, mutations]) => mutations.map((mutation) => ({ area, mutation })));
  const tools = await setUp();
  const folder = mkdtempSync(join(tmpdir(), 'hallway-mutations-'));
  let isInterrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (isInterrupted = true));
  try {
    copyCheckout(folder);
    const mutations = chosen.map(({ mutation }) => mutation);
    await expectToCompile(tools, folder, mutations);
    await expectToPass(tools, folder, mutations);
    let caught = 0;
    for (const { area, mutation } of chosen) {
      if (isInterrupted) return 1;
      const { isCaught, line } = await attempt(tools, folder, mutation);
      console.log(`${area}: ${mutation.fault} ${line}`);
      if (isCaught) caught += 1;
    }
    console.log(`${caught} of ${chosen.length} caught`);
    return caught === chosen.length ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder gets all that tests need */
function copyCheckout(folder) {
  const isCopied = (/** @type {string} */ path) =>
    dirname(path) !== root || (!notCopied.has(basename(path)) && !linked.has(basename(path)));
  cpSync(root, folder, { recursive: true, filter: isCopied });
  // A junction needs no rights on Windows. Of other systems, each ignores the word.
  for (const name of linked) symlinkSync(join(root, name), join(folder, name), 'junction');
}

/**
 * All faults at once, so that it takes one run. What a fault leaves unused is not its own mistake.
 *
 * @param {Tools} tools
 * @param {string} folder
 * @param {readonly Mutation[]} mutations
 */
async function expectToCompile({ node, env }, folder, mutations) {
  const files = [...new Set(mutations.map(({ file }) => file))];
  for (const file of files) {
    const ofFile = mutations.filter((mutation) => mutation.file === file);
    writeFileSync(join(folder, file), ofFile.reduce(mutate, readFileSync(join(root, file), 'utf8')));
  }
  const base = readFileSync(join(root, baseConfig), 'utf8');
  writeFileSync(join(folder, baseConfig), base.replace(/"(noUnused\w+)": true/g, '"$1": false'));
  const args = ['--build', '--stopBuildOnErrors', ...compiled];
  const exitCode = await run(node, [toolPath('typescript', 'tsc')], args, { cwd: folder, env, limitMs });
  for (const file of [...files, baseConfig]) cpSync(join(root, file), join(folder, file));
  if (exitCode !== 0) throw new Error('The mutations do not compile; the reason is above.');
  console.log(`${mutations.length} mutations compile`);
}

/**
 * @param {Tools} tools
 * @param {string} folder
 * @param {readonly Mutation[]} mutations
 */
async function expectToPass(tools, folder, mutations) {
  const tests = new Map(mutations.map(({ test, project }) => [test, project]));
  const { report, exitCode } = await runTests(tools, folder, tests);
  const { passed, failed, remark } = countVitest(report, exitCode);
  const lacking = [...tests.keys()].filter((test) => !report?.testResults.some(({ name }) => name.endsWith(test)));
  if (failed > 0) throw new Error(`Without a fault, ${failed} tests fail already${remark === undefined ? '' : ` (${remark})`}.`);
  if (lacking.length > 0) throw new Error(`These did not run: ${lacking.join(', ')}.`);
  console.log(`${passed} tests in ${tests.size} files pass without a fault`);
}

/**
 * @param {Tools} tools
 * @param {string} folder
 * @param {Mutation} mutation
 * @returns {Promise<{ isCaught: boolean, line: string }>}
 */
async function attempt(tools, folder, mutation) {
  const path = join(folder, mutation.file);
  const source = readFileSync(path, 'utf8');
  const startedMs = Date.now();
  writeFileSync(path, mutate(source, mutation));
  const { report, exitCode } = await runTests(tools, folder, new Map([[mutation.test, mutation.project]]), '--bail=1');
  writeFileSync(path, source);
  const verdict = judge(report, exitCode);
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
  switch (verdict.type) {
    case 'caught':
      return { isCaught: true, line: `Caught in ${seconds} s by ${verdict.by}` };
    case 'missed':
      return { isCaught: false, line: `NOT CAUGHT by ${mutation.test}` };
    case 'broken':
      return { isCaught: false, line: `NOT SHOWN: ${verdict.reason}` };
  }
}

/**
 * @param {Tools} tools
 * @param {string} folder
 * @param {ReadonlyMap<string, string>} tests by file, the project of each
 * @param {...string} options
 * @returns {Promise<{ report: Report | undefined, exitCode: number }>} no report if vitest wrote none
 */
async function runTests({ node, env }, folder, tests, ...options) {
  const reportFile = join(folder, 'mutations-report.json');
  rmSync(reportFile, { force: true });
  const projects = [...new Set(tests.values())].flatMap((project) => ['--project', project]);
  const args = ['run', ...projects, ...options, '--reporter=json', `--outputFile.json=${reportFile}`, ...tests.keys()];
  const exitCode = await run(node, [toolPath('vitest')], args, { cwd: folder, env, limitMs, quiet: true });
  try {
    return { report: JSON.parse(readFileSync(reportFile, 'utf8')), exitCode };
  } catch {
    return { report: undefined, exitCode };
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
