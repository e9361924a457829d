/**
 * `npm test`: every check of the project, in order, after set-up. `npm test -- unit netns` runs
 * only these stages. The end names each stage that cannot run here, with its reason; in CI on Linux
 * that is a failure. It also lists the checks that need another computer. The last line is
 * `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, buildIfStale } from './build.mjs';
import { describeAbsentChecks } from './not-run-here.mjs';
import { run } from './run-process.mjs';
import { root, setUp, toolPath } from './set-up.mjs';
import { whyNoBrowser, whyNoNetns, whyNoPackages } from './system-packages.mjs';
import { countPlaywright, countVitest, summarise } from './test-report.mjs';

/** @typedef {import('./set-up.mjs').Tools} Tools */
/** @typedef {import('./test-report.mjs').Result} Result */

/** A stage that takes this long hangs. */
const stageLimitMs = 30 * 60_000;

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {boolean} [needsBuild]
 * @property {() => Promise<string | undefined>} [obstacle] installs the stage's needs; returns the
 * reason why it cannot run here
 * @property {(tools: Tools, reportFile: string) => Promise<Result>} run
 */

/** @type {readonly Stage[]} */
const stages = [
  { name: 'format', run: (tools) => check(tools, toolPath('prettier'), '--check', '--log-level=warn', '.') },
  { name: 'lint', run: lint },
  { name: 'types', run: (tools) => check(tools, toolPath('typescript', 'tsc'), '--build', '--stopBuildOnErrors') },
  { name: 'unused', run: (tools) => check(tools, toolPath('knip')) },
  { name: 'rules', run: (tools) => check(tools, join(root, 'scripts', 'check-rules.mjs')) },
  { name: 'build', run: async (tools) => verdict(await build(tools)) },
  { name: 'unit', run: (tools, file) => vitest(tools, file, ['unit', 'memory', 'renderer']) },
  { name: 'contract', needsBuild: true, run: (tools, file) => vitest(tools, file, ['contract']) },
  { name: 'package', needsBuild: true, obstacle: whyNoPackages, run: (tools, file) => vitest(tools, file, ['package']) },
  { name: 'sim', run: (tools, file) => vitest(tools, file, ['sim']) },
  { name: 'netns', needsBuild: true, obstacle: whyNoNetns, run: (tools, file) => vitest(tools, file, ['netns', 'netns-alone']) },
  { name: 'e2e', needsBuild: true, obstacle: whyNoBrowser, run: playwright },
];

/** @param {readonly string[]} names of stages; none means all */
async function test(names) {
  const unknown = names.filter((name) => stages.every((stage) => stage.name !== name));
  if (unknown.length > 0) {
    throw new Error(`There is no stage ${unknown.join(', ')}. There are: ${stages.map((stage) => stage.name).join(', ')}.`);
  }
  const tools = await setUp();
  const chosen = names.length === 0 ? stages : stages.filter((stage) => names.includes(stage.name));
  const folder = mkdtempSync(join(tmpdir(), 'hallway-test-'));
  const startedBy = process.ppid;
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (interrupted = true));
  try {
    const finished = [];
    for (const stage of chosen) {
      if (interrupted || process.ppid !== startedBy) break;
      console.log(`\n== ${stage.name}`);
      const startedMs = Date.now();
      const result = await attempt(stage, tools, join(folder, `${stage.name}.json`));
      finished.push({ name: stage.name, durationMs: Date.now() - startedMs, result });
    }
    // A run of some stages only would not say much with them.
    const absent = names.length === 0 ? describeAbsentChecks(process.platform) : [];
    for (const line of summarise(finished, absent)) console.log(line);
    return interrupted || finished.some(({ result }) => result.failed > 0) ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Stage} stage
 * @param {Tools} tools
 * @param {string} reportFile
 * @returns {Promise<Result>}
 */
async function attempt(stage, tools, reportFile) {
  const reason = await stage.obstacle?.();
  if (reason !== undefined) {
    console.log(`Not run: ${reason}`);
    const promised = process.platform === 'linux' && Boolean(process.env['CI']);
    return promised ? { passed: 0, failed: 1, skipped: [], remark: reason } : { passed: 0, failed: 0, skipped: [reason] };
  }
  if (stage.needsBuild && !(await buildIfStale(tools))) return { passed: 0, failed: 1, skipped: [], remark: 'there is no build' };
  return stage.run(tools, reportFile);
}

/**
 * @param {Tools} tools
 * @param {...string} args of Node.js
 */
async function check(tools, ...args) {
  return verdict(await run(tools.node, args, [], { cwd: root, env: tools.env, limitMs: stageLimitMs }));
}

/**
 * Both checks always run, so that one run reports everything to fix.
 *
 * @param {Tools} tools
 */
async function lint(tools) {
  const linted = await check(tools, toolPath('oxlint'), '--type-aware', '--deny-warnings');
  const measured = await check(tools, join(root, 'scripts', 'check-lengths.mjs'));
  return linted.failed > 0 ? linted : measured;
}

/**
 * @param {number} exitCode
 * @returns {Result}
 */
function verdict(exitCode) {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [] };
}

/**
 * @param {Tools} tools
 * @param {string} reportFile
 * @param {readonly string[]} projects
 */
async function vitest(tools, reportFile, projects) {
  const chosen = projects.flatMap((project) => ['--project', project]);
  const args = ['run', ...chosen, '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const exitCode = await run(tools.node, [toolPath('vitest')], args, { cwd: root, env: tools.env, limitMs: stageLimitMs });
  return countVitest(readReport(reportFile), exitCode);
}

/**
 * @param {Tools} tools
 * @param {string} reportFile
 */
async function playwright(tools, reportFile) {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...tools.env, PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile };
  // Playwright sets FORCE_COLOR for its workers, and Node.js would warn about the conflict in each
  // process.
  delete env['NO_COLOR'];
  const args = ['test', '--reporter=list,json'];
  const exitCode = await run(tools.node, [toolPath('@playwright/test', 'playwright')], args, {
    cwd: root,
    env,
    limitMs: stageLimitMs,
  });
  return countPlaywright(readReport(reportFile), exitCode);
}

/**
 * @param {string} file
 * @returns {any} the report, in a shape that only its reader knows; `undefined` if the tool ended
 * before it wrote one
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

try {
  process.exitCode = await test(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
