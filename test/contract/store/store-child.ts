/**
 * Starts test/fixtures/store-process.ts directly or through a shell command, and reads its output.
 */
import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../fixtures/store-process.ts', import.meta.url));
const nodeCommand = [process.execPath, '--no-warnings', '--experimental-strip-types', script];

export interface StoreChild {
  readonly child: ChildProcess;
  /** The next line of its output; undefined at the end. */
  next(): Promise<unknown>;
  /** Ends its input, or kills it. Settles when it has ended. */
  end(signal?: 'SIGKILL'): Promise<void>;
}

export function startStoreChild(task: string, path: string, seed = '0'): StoreChild {
  const [command = '', ...args] = nodeCommand;
  const child = spawn(command, [...args, task, path, seed], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  // A killed child accepts no more input.
  child.stdin.on('error', () => undefined);
  return {
    child,
    async next() {
      const { value, done } = await lines.next();
      return done === true ? undefined : (JSON.parse(value) as unknown);
    },
    async end(signal) {
      if (signal) child.kill(signal);
      else child.stdin.end();
      await gone;
    },
  };
}

/** Runs as another user, in a shell script that prepares the environment. */
export const storeCommand = nodeCommand.map((part) => `'${part}'`).join(' ');

/** Whether this system allows mounts of our own; Linux must. */
export function canMount(): boolean {
  return process.platform === 'linux';
}

/**
 * Runs a shell script with its own mounts, which disappear afterwards. Without root it needs
 * unprivileged user namespaces.
 *
 * @returns its output, one JSON value per line
 */
export function runWithMounts(shellScript: string): readonly unknown[] {
  const flags = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const result: SpawnSyncReturns<string> = spawnSync('unshare', [...flags, 'sh', '-euc', shellScript], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`unshare ${flags.join(' ')}: ${result.error?.message ?? result.stderr}`);
  return result.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as unknown);
}
