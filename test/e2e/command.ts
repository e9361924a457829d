/** Runs the built `hallway` command, and waits for its output. */
import { spawn } from 'node:child_process';
import { commandPath } from './paths.ts';

/** Starting takes about a second, and several on a loaded machine. */
const startLimitMs = 20_000;

export interface RunningCommand {
  readonly pid: number | undefined;
  /**
   * The first match in its output, past or future. Rejects if the command ends without one, or at
   * the timeout.
   */
  firstMatch(pattern: RegExp): Promise<string>;
  output(): string;
  /** Resolves when it has ended. */
  readonly exited: Promise<number | null>;
  /** Requests its end, like Ctrl+C. @returns its exit code */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
  /** Suspends or resumes it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

export function startCommand(args: readonly string[], variables: Readonly<Record<string, string>> = {}): RunningCommand {
  const child = spawn(process.execPath, [commandPath, ...args], {
    // NODE_OPTIONS may contain the test runner's own loaders.
    env: { ...process.env, ...variables, NODE_OPTIONS: '' },
    // Its input stays open, because `hallway run` exits when the input ends.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const watchers = new Set<() => void>();
  let output = '';
  let ended = false;

  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const look of [...watchers]) look();
    });
  }
  // `close` and not `exit`, so that all output has been read.
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      ended = true;
      for (const look of [...watchers]) look();
      resolve(code);
    });
  });

  return {
    pid: child.pid,
    firstMatch(pattern) {
      return new Promise((resolve, reject) => {
        const finish = (settle: () => void): void => {
          clearTimeout(limit);
          watchers.delete(look);
          settle();
        };
        const look = (): void => {
          const match = pattern.exec(output);
          if (match !== null) finish(() => resolve(match[0]));
          else if (ended) finish(() => reject(new Error(`it ended without saying ${String(pattern)}:\n${output}`)));
        };
        const limit = setTimeout(() => {
          finish(() => reject(new Error(`it did not say ${String(pattern)} within ${startLimitMs} ms:\n${output}`)));
        }, startLimitMs);
        watchers.add(look);
        look();
      });
    },
    output: () => output,
    exited,
    stop() {
      if (!ended) child.kill('SIGTERM');
      return exited;
    },
    async kill() {
      if (!ended) child.kill('SIGKILL');
      await exited;
    },
    signal: (signal) => void child.kill(signal),
  };
}
