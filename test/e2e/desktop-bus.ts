/**
 * A desktop of one test: a screen without a monitor, a session bus, and a notification daemon that
 * tells what it was asked to show. Chromium takes all three for real ones.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { root } from './paths.ts';

/** A call that the daemon got. */
export interface DaemonCall {
  readonly call: 'ready' | 'Notify' | 'CloseNotification';
  readonly id: number;
  readonly replaces: number;
  readonly summary: string;
  readonly body: string;
  readonly actions: readonly string[];
}

export interface DesktopBus {
  /** For programs on this desktop. */
  readonly environment: Readonly<Record<string, string>>;
  calls(): readonly DaemonCall[];
  /** The user presses that action of the notification. */
  act(id: number, action: string): void;
  close(): void;
}

/** A loaded machine takes a few seconds for each of the three. */
const startLimitMs = 15_000;

export async function startDesktopBus(): Promise<DesktopBus> {
  const children: ChildProcess[] = [];
  const close = (): void => children.forEach((child) => child.kill('SIGTERM'));
  try {
    const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1'], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(screen, bus);
    const [display, address] = await Promise.all([firstLine(screen, screen.stdio[3] as Readable), firstLine(bus, bus.stdout)]);
    const environment = { DISPLAY: `:${display}`, DBUS_SESSION_BUS_ADDRESS: address };
    const daemon = spawn('/usr/bin/python3', [join(root, 'test/e2e/notification-daemon.py')], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(daemon);
    const calls: DaemonCall[] = [];
    daemon.stdout.setEncoding('utf8');
    let rest = '';
    daemon.stdout.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      calls.push(...lines.map((line) => JSON.parse(line) as DaemonCall));
    });
    await firstLine(daemon, daemon.stdout);
    return {
      environment,
      calls: () => calls.filter(({ call }) => call !== 'ready'),
      act: (id, action) => void daemon.stdin.write(`${id} ${action}\n`),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function firstLine(child: ChildProcess, output: Readable): Promise<string> {
  output.setEncoding('utf8');
  let text = '';
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${child.spawnfile} said nothing within ${startLimitMs} ms`)), startLimitMs);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}`)));
    output.on('data', (chunk: string) => {
      text += chunk;
      if (!text.includes('\n')) return;
      clearTimeout(limit);
      resolve(text.split('\n')[0] ?? '');
    });
  });
}
