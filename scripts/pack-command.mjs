/**
 * `npm run pack-command` makes the npm package of the `hallway` command, from the build: the
 * command and its page without Electron, the man page and the completions from the option table,
 * and what build/command has (rules CMD-1 to CMD-6). `--into DIR` chooses the folder of the
 * package, which is `release`; `--as-built` packs an old build too. It prints the path of the
 * package.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildIfStale } from './build.mjs';
import { run } from './run-process.mjs';
import { npmCommand, root, setUp } from './set-up.mjs';

const fromBuild = ['out/main/cli.js', 'out/main/chunks', 'out/renderer', 'LICENSE'];

/** Lists for the build itself. */
const leftOut = new Set(['licences.json', 'packages.json']);

/** Names under which shells find them. */
const completionFiles = /** @type {const} */ ({
  bash: 'hallway.bash',
  zsh: '_hallway',
  fish: 'hallway.fish',
  powershell: 'hallway.ps1',
});

/** The fields of the root package that the package of the command has too. */
const sharedFields = ['name', 'version', 'description', 'license', 'type', 'bin', 'engines'];

async function main() {
  const { values } = parseArgs({
    options: { into: { type: 'string', default: join(root, 'release') }, 'as-built': { type: 'boolean' } },
  });
  const tools = await setUp();
  if (tools.node !== process.execPath || !process.execArgv.includes('--experimental-strip-types')) {
    // The option table is TypeScript, which an older Node.js does not run.
    const leading = ['--experimental-strip-types', '--no-warnings', fileURLToPath(import.meta.url)];
    return run(tools.node, leading, process.argv.slice(2), { cwd: process.cwd(), env: tools.env });
  }
  if (!values['as-built'] && !(await buildIfStale(tools))) return 1;
  const into = resolve(values.into);
  const folder = join(into, 'command');
  rmSync(folder, { recursive: true, force: true });
  await assemble(folder);
  const [npm, leading] = npmCommand(tools.node);
  const args = [...leading, 'pack', '--json', '--loglevel=error', `--pack-destination=${into}`];
  const { status, stdout, stderr } = spawnSync(npm, args, {
    cwd: folder,
    env: tools.env,
    encoding: 'utf8',
    shell: process.platform === 'win32' && npm === 'npm',
  });
  if (status !== 0) {
    console.error(`npm could not pack the command: ${stderr}`);
    return 1;
  }
  const [packed] = JSON.parse(stdout);
  console.log(join(into, packed.filename));
  return 0;
}

/** @param {string} folder that does not exist yet */
async function assemble(folder) {
  const { completionScript } = await import('../src/main/hosts/cli/arguments/completion/completion-script.ts');
  const { shells } = await import('../src/main/hosts/cli/arguments/option-table.ts');
  const { manPage } = await import('../src/main/hosts/cli/arguments/man-page.ts');
  const rootPackage = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

  for (const name of ['man', 'completions', 'systemd']) mkdirSync(join(folder, name), { recursive: true });
  for (const path of fromBuild) {
    cpSync(join(root, path), join(folder, path), { recursive: true, filter: (source) => !leftOut.has(basename(source)) });
  }
  cpSync(join(root, 'out', 'THIRD-PARTY.md'), join(folder, 'THIRD-PARTY.md'));
  for (const name of ['README.md', 'Containerfile']) cpSync(join(root, 'build', 'command', name), join(folder, name));
  cpSync(join(root, 'build', 'command', 'hallway.service'), join(folder, 'systemd', 'hallway.service'));
  for (const shell of shells) writeFileSync(join(folder, 'completions', completionFiles[shell]), completionScript(shell));
  // So that the same sources give the same bytes where that is wanted (reproducible-builds.org).
  const { SOURCE_DATE_EPOCH } = process.env;
  const dateMs = SOURCE_DATE_EPOCH === undefined ? Date.now() : Number(SOURCE_DATE_EPOCH) * 1_000;
  writeFileSync(join(folder, 'man', 'hallway.1'), manPage({ version: rootPackage.version, dateMs }));
  const shared = Object.fromEntries(sharedFields.map((field) => [field, rootPackage[field]]));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ ...shared, man: ['man/hallway.1'] }, undefined, 2)}\n`);
}

process.exitCode = await main();
