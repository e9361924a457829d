/**
 * Two hosts on one segment with the built `hallway` command. Names that begin with `ana` run on the
 * first host, others on the second. Each process has its own profile, and none is left behind.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createAutomationNode, type AutomationNode } from './automation-node.ts';
import { builtCommand, createNetnsWorld } from './netns-world.ts';

/** Real processes on a busy machine. */
export const waitMs = 30_000;

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An interactive process. */
export interface Conversation {
  /** All of its output so far. */
  shown(): string;
  /** Writes to it unchanged. */
  type(text: string): void;
  /** Its exit status. */
  readonly ended: Promise<number | null>;
  /** Closes the terminal, as closing its window does. */
  closeTerminal(): void;
}

export interface CommandHosts {
  profileOf(name: string): string;
  /** `hallway run --json`, as soon as it is ready. */
  start(name: string): Promise<AutomationNode>;
  /**
   * A command that does one thing and leaves.
   *
   * @param input its standard input
   * @param nodeFlags options of Node.js itself
   */
  run(name: string, args: readonly string[], input?: string, nodeFlags?: readonly string[]): Promise<Run>;
  /** A command on a terminal with that many columns, or on plain streams. */
  converse(name: string, args: readonly string[], columns?: number): Conversation;
  /** A shell script on a terminal. @param scriptOf gets the command as words for a shell */
  converseWithShell(name: string, args: readonly string[], scriptOf: (command: string) => string): Conversation;
  /** Ends all processes. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function createCommandHosts(): Promise<CommandHosts> {
  const directory = await mkdtemp(join(tmpdir(), 'hallway-command-'));
  const world = await createNetnsWorld();
  const [first, second] = await world.addHosts(2);
  let nodes: AutomationNode[] = [];
  let children: ChildProcessWithoutNullStreams[] = [];

  function profileOf(name: string): string {
    return join(directory, name);
  }

  function hallway(
    name: string,
    [command = '', ...args]: readonly string[],
    nodeFlags: readonly string[] = [],
  ): readonly string[] {
    return [process.execPath, ...nodeFlags, builtCommand, command, '--profile', profileOf(name), ...args];
  }

  function at(name: string, command: readonly string[]): [string, ...string[]] {
    const host = name.startsWith('ana') ? first : second;
    return ['ip', 'netns', 'exec', host?.namespace ?? '', ...command];
  }

  function spawnAt(name: string, command: readonly string[]): ChildProcessWithoutNullStreams {
    const [program, ...args] = at(name, command);
    const child = spawn(program, args, { detached: true });
    children.push(child);
    return child;
  }

  /** The tests themselves may have no terminal, or a dumb one without line editing. */
  function onTerminal(name: string, shellScript: string): Conversation {
    return converseWith(spawnAt(name, ['script', '-qec', `export TERM=xterm; ${shellScript}`, '/dev/null']));
  }

  return {
    profileOf,
    async start(name) {
      const node = createAutomationNode({
        name,
        command: at(name, hallway(name, ['run', '--json', '--name', name])),
        environment: process.env,
        nowMs: () => performance.now(),
        onChange: () => undefined,
      });
      nodes.push(node);
      await expect.poll(() => node.record.ready !== undefined, { timeout: waitMs }).toBe(true);
      return node;
    },
    run(name, args, input = '', nodeFlags = []) {
      const child = spawnAt(name, hallway(name, args, nodeFlags));
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
      child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
      child.stdin.end(input);
      return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
    },
    converse(name, args, columns) {
      if (columns === undefined) return converseWith(spawnAt(name, hallway(name, args)));
      return onTerminal(name, `stty cols ${columns} rows 24; exec ${quoted(hallway(name, args))}`);
    },
    converseWithShell: (name, args, scriptOf) =>
      onTerminal(name, `stty cols 80 rows 24; ${scriptOf(quoted(hallway(name, args)))}`),
    async clear() {
      for (const node of nodes) node.signal('SIGKILL');
      // Includes child processes: a terminal and the command in it.
      for (const child of children) if (child.exitCode === null && child.pid !== undefined) killGroup(child.pid);
      await Promise.all(nodes.map((node) => node.exited));
      nodes = [];
      children = [];
    },
    async close() {
      await world.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' ');
}

function converseWith(child: ChildProcessWithoutNullStreams): Conversation {
  let shown = '';
  child.stdout.on('data', (bytes: Buffer) => (shown += bytes.toString()));
  return {
    shown: () => shown,
    type: (text) => void child.stdin.write(text),
    ended: new Promise((resolve) => child.on('close', resolve)),
    closeTerminal: () => void child.kill('SIGKILL'),
  };
}

function killGroup(processId: number): void {
  try {
    process.kill(-processId, 'SIGKILL');
  } catch {
    // The process has ended meanwhile.
  }
}
