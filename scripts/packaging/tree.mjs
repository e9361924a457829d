/**
 * Writes the files of a package with exact modes and times, so that neither the umask nor the clock
 * of the computer that builds it shows (rule PACK-2).
 */
import { chmodSync, copyFileSync, cpSync, lstatSync, lutimesSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

/**
 * @param {string} path its folders are created
 * @param {string | Uint8Array} content
 */
export function writeTo(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/**
 * @param {string} from a file or a folder
 * @param {string} to its folders are created
 */
export function copyTo(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  if (lstatSync(from).isDirectory()) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  else copyFileSync(from, to);
}

/**
 * @param {string} folder
 * @returns {string[]} the paths below it, folders included, sorted
 */
export function pathsBelow(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

/**
 * Gives everything below `folder` the mode 755 or 644 and one time.
 *
 * @param {string} folder
 * @param {{ epoch: number, executables: readonly string[] }} options `epoch`: seconds since 1970;
 * `executables`: paths below the folder
 */
export function settle(folder, { epoch, executables }) {
  // The deepest first, because a change inside a folder changes the folder's time.
  for (const name of ['', ...pathsBelow(folder)].reverse()) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    if (!stat.isSymbolicLink()) chmodSync(path, stat.isDirectory() || executables.includes(name) ? 0o755 : 0o644);
    lutimesSync(path, epoch, epoch);
  }
}

/**
 * Runs a program to its end.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {string} its standard output
 * @throws {Error} with its output if it fails
 */
export function call(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    ...options,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw new Error(`${program} could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`${program} ended with ${status}.\n${stdout}${stderr}`);
  return stdout;
}

/** @param {string} program @returns {boolean} whether the machine has it */
export function hasProgram(program) {
  return spawnSync('sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin" command -v ${program}`]).status === 0;
}
