/**
 * Runs one child process to its end. Its output passes straight through, it receives our signals,
 * and its exit code is reported as by a shell.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Time for a child to end on request, before it is killed. */
const graceMs = 10_000;

/** Interval of checks whether our parent process still lives. */
const orphanCheckMs = 1000;

/** @type {NodeJS.Signals[]} */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @param {string} command
 * @param {readonly string[]} leading arguments of the command itself, such as a script for Node.js
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, limitMs?: number, quiet?: boolean }} options
 *   `limitMs`: ask the child to end after that time; `quiet`: drop its output
 * @returns {Promise<number>} its exit code; 128 + the number of the signal that ended it; 127 if it
 *   did not start
 */
export function run(command, leading, args, { cwd, env, limitMs, quiet = false }) {
  return new Promise((resolve) => {
    const child = spawn(command, [...leading, ...args], {
      cwd,
      env,
      stdio: quiet ? 'ignore' : 'inherit',
      // On Windows, `npm` is a .cmd file, which only a shell can start.
      shell: process.platform === 'win32' && command === 'npm',
    });
    /** @type {NodeJS.Timeout[]} */
    const timers = [];
    const end = () => {
      child.kill('SIGTERM');
      timers.push(setTimeout(() => child.kill('SIGKILL'), graceMs));
    };
    if (limitMs !== undefined) timers.push(setTimeout(end, limitMs));
    // npm starts us through a shell, and a SIGTERM for npm ends that shell without reaching us.
    const startedBy = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === startedBy) return;
      clearInterval(watch);
      end();
    }, orphanCheckMs);
    timers.push(watch);
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      // At a terminal, Ctrl+C reaches every foreground process, the child included. A second signal
      // would mean "at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    for (const signal of forwarded) process.on(signal, forward);
    /** @param {number} code */
    const finish = (code) => {
      for (const timer of timers) clearTimeout(timer);
      for (const signal of forwarded) process.off(signal, forward);
      resolve(code);
    };
    child.on('error', (error) => {
      if (!quiet) console.error(`${command} could not be started: ${error.message}`);
      finish(127);
    });
    child.on('exit', (code, signal) => finish(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
