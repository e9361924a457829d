/**
 * The external programs of the namespaces (iproute2, nftables), and their clean-up. However this
 * process ends, its namespaces and temporary folders go. Those of an earlier run that was killed go
 * at the next start.
 */
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Everything that a run creates in the system is named `hallway-netns-PROCESS-…`, to identify its
 * owner.
 */
const namePrefix = 'hallway-netns-';
const folderOfNamespaces = '/run/netns';
/** Our tools take less than a second; a stuck one must not block the run. */
const toolDeadlineMs = 30_000;

/**
 * Whether the namespace tests must be skipped on this machine; prints the reason.
 *
 * @throws instead, in a CI job on Linux, which must run them
 */
export function mustSkipNetns(): boolean {
  const obstacle = netnsObstacle();
  if (obstacle === undefined) return false;
  if (process.platform === 'linux' && process.env['CI'] === 'true') throw new Error(`namespaces cannot run here: ${obstacle}`);
  console.warn(`The namespace tests are skipped: ${obstacle}.`);
  return true;
}

/** The reason why namespaces cannot run here, as a sentence; undefined if they can. */
function netnsObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only';
  if (process.getuid?.() !== 0) return 'making network namespaces needs root';
  for (const [tool, option] of Object.entries({ ip: '-Version', nft: '--version', setpriv: '--version' })) {
    try {
      execFileSync(tool, [option], { stdio: 'ignore' });
    } catch {
      return `the program "${tool}" is missing (Debian: iproute2, nftables, util-linux)`;
    }
  }
  return undefined;
}

/**
 * @param input the program's standard input
 * @returns its standard output
 * @throws with its standard error, when it fails
 */
export function runTool(command: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, [...args], { timeout: toolDeadlineMs }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args.join(' ')}: ${stderr.trim() || error.message}${input ? `\n${input}` : ''}`));
      else resolve(stdout);
    });
    // A program that ends before reading all its input is judged by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/** Runs iproute2 commands in one process, in the given namespace or the current one. */
export async function ipBatch(namespace: string | undefined, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await runTool('ip', [...(namespace === undefined ? [] : ['-n', namespace]), '-batch', '-'], `${lines.join('\n')}\n`);
}

/** Changes a namespace's nftables rules, all or none. */
export async function applyRules(namespace: string, rules: string): Promise<void> {
  await runTool('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], rules);
}

/**
 * The prefix of all names of one world; namespaces and folders with it are removed when this
 * process ends.
 */
export function claimNames(): string {
  removeAtExit();
  return `${namePrefix}${process.pid}-${randomBytes(2).toString('hex')}`;
}

export function makeTemporaryFolder(names: string): string {
  return mkdtempSync(join(tmpdir(), `${names}-`));
}

export function listNamespaces(names: string): readonly string[] {
  if (!existsSync(folderOfNamespaces)) return [];
  return readdirSync(folderOfNamespaces).filter((name) => name.startsWith(names));
}

/**
 * Removes everything with that prefix. Synchronous, because it is also the last act of a process.
 */
export function removeNamed(names: string): void {
  for (const namespace of listNamespaces(names)) {
    killEverythingIn(namespace);
    quietly(() => execFileSync('ip', ['netns', 'del', namespace], { stdio: 'ignore', timeout: toolDeadlineMs }));
  }
  for (const folder of readdirSync(tmpdir()).filter((name) => name.startsWith(names))) {
    unmountEverythingIn(join(tmpdir(), folder));
    quietly(() => rmSync(join(tmpdir(), folder), { recursive: true, force: true }));
  }
}

/** Removes leftovers of runs that have ended. */
export function removeLeftovers(): void {
  const found = [...listNamespaces(namePrefix), ...readdirSync(tmpdir()).filter((name) => name.startsWith(namePrefix))];
  const owners = new Set(found.map((name) => name.slice(namePrefix.length).split('-')[0] ?? ''));
  for (const owner of owners) if (/^\d+$/.test(owner) && !existsSync(`/proc/${owner}`)) removeNamed(`${namePrefix}${owner}-`);
}

function killEverythingIn(namespace: string): void {
  quietly(() => {
    const listed = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8', timeout: toolDeadlineMs });
    // Never our own process, whatever namespace it started in.
    for (const id of listed.split(/\s+/).filter(Boolean).map(Number))
      if (id !== process.pid) quietly(() => process.kill(id, 'SIGKILL'));
  });
}

function unmountEverythingIn(folder: string): void {
  quietly(() => {
    const mounted = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '')
      .filter((path) => path.startsWith(`${folder}/`));
    for (const path of mounted) quietly(() => execFileSync('umount', ['-l', path], { stdio: 'ignore', timeout: toolDeadlineMs }));
  });
}

/** For clean-up, where a missing object is fine. */
function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // Already gone.
  }
}

let armed = false;

function removeAtExit(): void {
  if (armed) return;
  armed = true;
  process.once('exit', () => removeNamed(`${namePrefix}${process.pid}-`));
}
