/**
 * A real Hallway process, driven by its automation interface (docs/AUTOMATION.md). It starts the
 * process, records its events, and pairs replies with commands. On a failure it reports the last
 * output.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { createNodeRecord } from '../scenarios/node-record.ts';
import type { NodeRecord } from '../scenarios/node-record.ts';
import type { NodeCost } from '../scenarios/world.ts';

/**
 * A command is answered at once. With fifty processes on two cores, or a frozen process, it may
 * take a while.
 */
const replyDeadlineMs = 30_000;
/** Leaving sends two goodbyes, 50 ms apart, and closes. */
const exitDeadlineMs = 15_000;
/** Bytes of standard error kept for the dump. */
const keptStderrCharacters = 4_000;
/**
 * Lines are timestamped at once and parsed after this delay. When fifty processes write within
 * milliseconds, parsing would delay the timestamps of the others.
 */
const stampOnlyMs = 20;
/** USER_HZ: the unit of CPU time in /proc; 100 on every Linux that Node.js supports. */
const millisecondsPerTick = 10;

const replySchema = z.looseObject({
  reply: z.unknown(),
  ok: z.boolean(),
  code: z.string().optional(),
  message: z.string().optional(),
});
export type Reply = z.infer<typeof replySchema>;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface AutomationNode {
  readonly name: string;
  readonly processId: number;
  readonly record: NodeRecord;
  /** Resolves when the process has ended. */
  readonly exited: Promise<Exit>;
  readonly exit: Exit | undefined;
  /** @throws when the command is refused, or not answered in time */
  command(command: { readonly cmd: string } & Readonly<Record<string, unknown>>): Promise<Reply>;
  /** Writes a raw line. */
  writeLine(line: string): void;
  /** Leaves cleanly. @throws when the process does not end, or not with 0 */
  stop(how?: 'quit' | 'end-of-input' | 'SIGTERM' | 'SIGINT'): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  cost(): Promise<NodeCost>;
  /** The last output, for failure messages. */
  describe(): string;
}

export interface AutomationOptions {
  readonly name: string;
  /** The whole command line. */
  readonly command: readonly [string, ...string[]];
  readonly environment: NodeJS.ProcessEnv;
  readonly nowMs: () => number;
  /** Called after every event, and at the end of the process. */
  readonly onChange: () => void;
}

export function createAutomationNode(options: AutomationOptions): AutomationNode {
  const { name, nowMs, onChange } = options;
  const record = createNodeRecord();
  const pending = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  let unfinished = '';
  const arrivals: { readonly text: string; readonly atMs: number }[] = [];
  let takingArrivals: NodeJS.Timeout | undefined;
  let stderr = '';
  let exit: Exit | undefined;

  const child = spawn(options.command[0], options.command.slice(1), {
    env: options.environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => {
      stderr += `${error.message}\n`;
      finish({ code: null, signal: null });
      resolve({ code: null, signal: null });
    });
    // `close` and not `exit`, so that all output has been read.
    child.once('close', (code, signal) => {
      finish({ code, signal });
      resolve({ code, signal });
    });
  });

  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    arrivals.push({ text, atMs: nowMs() });
    takingArrivals ??= setTimeout(takeArrivals, stampOnlyMs);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptStderrCharacters);
  });
  // The process may end during the write.
  child.stdin.on('error', () => undefined);

  function takeArrivals(): void {
    clearTimeout(takingArrivals);
    takingArrivals = undefined;
    for (const { text, atMs } of arrivals.splice(0)) {
      const lines = (unfinished + text).split('\n');
      unfinished = lines.pop() ?? '';
      for (const line of lines) take(line, atMs);
    }
    onChange();
  }

  function finish(how: Exit): void {
    takeArrivals();
    exit ??= how;
    for (const { reject } of pending.values()) reject(new Error(`${name} ended before it answered\n${describe()}`));
    pending.clear();
    onChange();
  }

  function take(line: string, atMs: number): void {
    const value = parseLine(line);
    const reply = replySchema.safeParse(value);
    if (!reply.success || typeof reply.data.reply !== 'number') {
      record.add(value, atMs);
      return;
    }
    pending.get(reply.data.reply)?.resolve(reply.data);
    pending.delete(reply.data.reply);
  }

  function describe(): string {
    const state = exit ? `ended with ${exit.code ?? exit.signal}` : `process ${child.pid}`;
    const health = record.health.map((entry) => entry.code).join(', ') || 'none';
    const last = record.events
      .slice(-5)
      .map(({ atMs, event }) => `    ${atMs.toFixed(0)} ms ${JSON.stringify(event).slice(0, 240)}`);
    const peers = [...record.peers.values()].map((peer) => peer.name).join(' ');
    return [
      `${name}: ${state}, health: ${health}, peers: ${record.peers.size} (${peers})`,
      ...last,
      ...record.violations,
      stderr,
    ].join('\n');
  }

  function writeLine(line: string): void {
    child.stdin.write(`${line}\n`);
  }

  async function command(body: { readonly cmd: string } & Readonly<Record<string, unknown>>): Promise<Reply> {
    const id = nextId++;
    const answered = new Promise<Reply>((resolve, reject) => pending.set(id, { resolve, reject }));
    writeLine(JSON.stringify({ id, ...body }));
    const reply = await within(answered, replyDeadlineMs, () => `${name} did not answer "${body.cmd}"\n${describe()}`);
    if (!reply.ok) throw new Error(`${name} refused "${body.cmd}": ${reply.code}: ${reply.message}`);
    return reply;
  }

  return {
    name,
    processId: child.pid ?? 0,
    record,
    exited,
    get exit() {
      return exit;
    },
    command,
    writeLine,
    async stop(how = 'quit') {
      if (exit) return;
      if (how === 'quit') writeLine(JSON.stringify({ id: nextId++, cmd: 'quit' }));
      else if (how === 'end-of-input') child.stdin.end();
      else child.kill(how);
      const { code, signal } = await within(exited, exitDeadlineMs, () => `${name} did not leave after ${how}\n${describe()}`);
      if (code !== 0) throw new Error(`${name} ended with ${code ?? signal} after ${how}\n${describe()}`);
    },
    signal(signal) {
      child.kill(signal);
    },
    cost: () => costOf(child.pid ?? 0),
    describe,
  };
}

/** Rejects with `what` at the deadline; the promise itself continues. */
export async function within<Value>(promise: Promise<Value>, deadlineMs: number, what: () => string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${deadlineMs} ms: ${what()}`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Turns a line that is not JSON into a value that is no event. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return { notJson: line };
  }
}

async function costOf(processId: number): Promise<NodeCost> {
  const [status, stat] = await Promise.all([
    readFile(`/proc/${processId}/status`, 'utf8'),
    readFile(`/proc/${processId}/stat`, 'utf8'),
  ]);
  const memoryKilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN);
  // proc(5): utime and stime are fields 14 and 15. The name in field 2 may contain spaces, so this
  // counts from its closing bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { memoryBytes: memoryKilobytes * 1024, cpuMs: (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick };
}
