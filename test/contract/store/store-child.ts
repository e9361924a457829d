/** Starts test/fixtures/store-process.ts, as it is or where a shell command says, and reads what it prints. */
import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../fixtures/store-process.ts', import.meta.url));
const nodeCommand = [process.execPath, '--no-warnings', '--experimental-strip-types', script];

export interface StoreChild {
  readonly child: ChildProcess;
  /** The next line that it prints; undefined at its end. */
  next(): Promise<unknown>;
  /** Ends its input, or kills it. Settles when it is gone. */
  end(signal?: 'SIGKILL'): Promise<void>;
}

export function startStoreChild(task: string, path: string, seed = '0'): StoreChild {
  const [command = '', ...args] = nodeCommand;
  const child = spawn(command, [...args, task, path, seed], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  // A child that was killed takes no more.
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

/** As other users see it: for shell scripts that prepare the place. */
export const storeCommand = nodeCommand.map((part) => `'${part}'`).join(' ');

/** Whether this system lets us mount a file system of our own; on Linux it must. */
export function canMount(): boolean {
  return process.platform === 'linux';
}

/**
 * Runs a shell script with mounts of its own, which are gone afterwards. Without root it needs unprivileged user namespaces.
 *
 * @returns what it printed, a line of JSON each
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
