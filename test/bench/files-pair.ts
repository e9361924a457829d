/** Two whole nodes in processes of their own, for `files.ts`: files-end.ts is one of them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FilesAnswer, FilesEndOptions, FilesOrder } from './files-orders.ts';

/** Every process of the bench that runs. */
export const children = new Set<ChildProcess>();

export interface RunningEnd {
  readonly process: ChildProcess;
  readonly peerId: string;
  ask<Name extends FilesAnswer['answer']>(
    order: FilesOrder,
    answer: Name,
  ): Promise<Extract<FilesAnswer, { readonly answer: Name }>>;
}

export interface Pair {
  readonly name: string;
  readonly folder: string;
  readonly sender: RunningEnd;
  readonly receiver: RunningEnd;
}

export interface PairSetting {
  /** Of the sender and of the receiver. */
  readonly namespaces?: readonly string[];
  readonly interfaceName?: string;
}

export async function startPair(
  name: string,
  folder: string,
  { namespaces = [], interfaceName = 'lo' }: PairSetting,
): Promise<Pair> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const end = (role: FilesEndOptions['role'], namespace?: string): Promise<RunningEnd> =>
    startEnd({ role, folder: join(folder, `${name}-${role}`), port, interfaceName }, namespace);
  const receiver = await end('receiver', namespaces[1]);
  const sender = await end('sender', namespaces[0]);
  await sender.ask({ order: 'meet', peerId: receiver.peerId }, 'met');
  await receiver.ask({ order: 'meet', peerId: sender.peerId }, 'met');
  return { name, folder, sender, receiver };
}

export async function stopPair({ sender, receiver }: Pair): Promise<void> {
  for (const { process: child, ask } of [sender, receiver]) {
    const ended = new Promise((resolve) => void child.once('exit', resolve));
    await ask({ order: 'stop' }, 'stopped');
    await ended;
  }
}

async function startEnd(options: FilesEndOptions, namespace: string | undefined): Promise<RunningEnd> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const path = fileURLToPath(new URL('files-end.ts', import.meta.url));
  const command = [
    ...(namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace]),
    process.execPath,
    path,
    JSON.stringify(options),
  ];
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const { peerId } = await answerOf(child, 'ready', options.role);
  return {
    process: child,
    peerId,
    ask(order, answer) {
      const answered = answerOf(child, answer, options.role);
      child.send(order);
      return answered;
    },
  };
}

function answerOf<Name extends FilesAnswer['answer']>(
  child: ChildProcess,
  name: Name,
  role: string,
): Promise<Extract<FilesAnswer, { readonly answer: Name }>> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: FilesAnswer): void => {
      if (answer.answer !== name) return;
      child.off('exit', onExit);
      child.off('message', onMessage);
      resolve(answer as Extract<FilesAnswer, { readonly answer: Name }>);
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      reject(new Error(`the ${role} ended with ${code ?? signal}`));
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}
