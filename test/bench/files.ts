/**
 * Bench: files from one process to another, each a whole node with its profile and its files on the
 * disk, beside `scp` on the same machine in the same run. Prints figures, and asserts that what
 * arrived is what was sent.
 *
 * Usage: node test/bench/files.ts [--mebibytes N] [--small N] [--folder DIRECTORY] [--only
 * hallway,scp,small,loss]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { needs, provide, whyNoNetns } from '../../scripts/system-packages.mjs';
import { createNetnsWorld } from '../netns/netns-world.ts';
import { percentile } from '../scenarios/figures.ts';
import type { FilesAnswer, FilesEndOptions, FilesOrder } from './files-orders.ts';
import { startScpServer } from './files-scp.ts';

const { values } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '2048' },
    small: { type: 'string', default: '10000' },
    folder: { type: 'string', default: tmpdir() },
    only: { type: 'string', default: 'hallway,scp,small,loss' },
  },
});
const mebibyte = 2 ** 20;
const mebibytes = Number(values.mebibytes);
const smallCount = Number(values.small);
const smallBytes = 4_096;
/** Over a lossy network, where a large file would take minutes. */
const netMebibytes = Math.min(mebibytes, 64);
const dripGapMs = 20;
const goals = { mebibytesPerSecond: 300, memoryMegabytes: 150 };
const parts = new Set(values.only.split(','));

const folder = mkdtempSync(join(values.folder, 'hallway-bench-files-'));
const children = new Set<ChildProcess>();
try {
  await run();
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const load = loadavg()[0]?.toFixed(1);
  console.log(`${mebibytes} MiB, ${availableParallelism()} processors (load before: ${load}), kept on ${values.folder}`);
  const large = join(folder, 'large.bin');
  await writeRandom(large, mebibytes);
  const small = join(folder, 'small');
  mkdirSync(small);
  for (let index = 0; index < smallCount; index += 1)
    writeFileSync(join(small, `${index}.bin`), Buffer.alloc(smallBytes, `${index} `));

  const own: Record<string, number> = {};
  if (parts.has('hallway') || parts.has('small')) await measureLoopback(large, small, own);
  if (parts.has('scp')) await measureScp(large, small, own);
  if (parts.has('loss')) await measureLoss();
}

async function measureLoopback(large: string, small: string, own: Record<string, number>): Promise<void> {
  const pair = await startPair('loopback', {});
  if (parts.has('hallway')) {
    own['large'] = await measureFile('hallway', pair, large, mebibytes, true);
    figure('goal', `${goals.mebibytesPerSecond} MiB/s, ${goals.memoryMegabytes} MB above idle`);
  }
  if (parts.has('small')) {
    const { offeringMs, elapsedMs } = await sendOver(pair, small);
    own['small'] = elapsedMs;
    const perSecond = Math.round(smallCount / (elapsedMs / 1_000));
    figure(
      `hallway ${smallCount} files of ${smallBytes} bytes`,
      `${perSecond} files/s, offer read in ${offeringMs.toFixed(0)} ms`,
    );
    await printReports('hallway small files', pair);
    const arrived = readdirSync(join(folder, 'loopback-receiver', 'arriving', 'small')).length;
    if (arrived !== smallCount) throw new Error(`${arrived} of ${smallCount} files arrived`);
  }
  await stopPair(pair);
}

async function measureScp(large: string, small: string, own: Record<string, number>): Promise<void> {
  const obstacle = await provide([needs.sshd, needs.scp]);
  if (obstacle !== undefined) return console.log(`scp is left out: ${obstacle}`);
  const server = await startScpServer(join(folder, 'ssh'));
  children.add(server.process);
  const largeMs = await server.copy([large], join(folder, 'scp'));
  const perSecond = mebibytes / (largeMs / 1_000);
  figure('scp', `${perSecond.toFixed(0)} MiB/s`);
  if (own['large'] !== undefined) figure('hallway / scp', (own['large'] / perSecond).toFixed(2));
  const smallMs = await server.copy([small], join(folder, 'scp'));
  figure(`scp ${smallCount} files of ${smallBytes} bytes`, `${Math.round(smallCount / (smallMs / 1_000))} files/s`);
  if (own['small'] !== undefined) figure('hallway / scp, small files', (smallMs / own['small']).toFixed(2));
  server.process.kill();
}

/** @returns MiB a second */
async function measureFile(
  name: string,
  pair: Pair,
  path: string,
  sizeMebibytes: number,
  withMessages: boolean,
): Promise<number> {
  await pair.sender.ask({ order: 'report' }, 'report');
  await pair.receiver.ask({ order: 'report' }, 'report');
  const { offeringMs, elapsedMs } = await sendOver(pair, path);
  const perSecond = sizeMebibytes / (elapsedMs / 1_000);
  figure(
    name,
    `${perSecond.toFixed(0)} MiB/s, ${sizeMebibytes} MiB in ${(elapsedMs / 1_000).toFixed(2)} s; offer read in ${offeringMs.toFixed(0)} ms`,
  );
  await printReports(name, pair);
  await expectSame(path, join(pair.folder, `${pair.name}-receiver`, 'arriving', 'large.bin'));
  if (withMessages) {
    await pair.sender.ask({ order: 'drip', gapMs: dripGapMs }, 'dripping');
    await sendOver(pair, path);
    await pair.sender.ask({ order: 'quiet' }, 'heard');
    const { latenciesMs } = await pair.receiver.ask({ order: 'quiet' }, 'heard');
    const [p50, p99] = [0.5, 0.99].map((share) => percentile(latenciesMs, share).toFixed(1));
    figure(`${name} messages meanwhile`, `p50 ${p50} ms, p99 ${p99} ms of ${latenciesMs.length}`);
  }
  return perSecond;
}

async function measureLoss(): Promise<void> {
  const obstacle = await whyNoNetns();
  if (obstacle !== undefined) return console.log(`loss is left out: ${obstacle}`);
  const world = await createNetnsWorld();
  try {
    const path = join(folder, 'large.bin');
    await writeRandom(path, netMebibytes);
    const hosts = await world.addHosts(2);
    const pair = await startPair('lossy', { namespaces: hosts.map(({ namespace }) => namespace), interfaceName: 'eth0' });
    await measureFile('hallway between namespaces', pair, path, netMebibytes, false);
    rmSync(join(folder, 'lossy-receiver', 'arriving', 'large.bin'));
    await world.setLoss(0.05);
    await measureFile('hallway at 5 % loss', pair, path, netMebibytes, false);
    await stopPair(pair);
  } finally {
    await world.close();
  }
}

interface Sent {
  readonly offeringMs: number;
  readonly elapsedMs: number;
}

async function sendOver({ sender }: Pair, path: string): Promise<Sent> {
  const { askedMs, offeredMs, doneMs } = await sender.ask({ order: 'send', paths: [path] }, 'sent');
  return { offeringMs: offeredMs - askedMs, elapsedMs: doneMs - offeredMs };
}

async function printReports(name: string, { sender, receiver }: Pair): Promise<void> {
  for (const [role, end] of [
    ['sender', sender],
    ['receiver', receiver],
  ] as const) {
    const { idleBytes, mostBytes, processorMs } = await end.ask({ order: 'report' }, 'report');
    const above = (mostBytes - idleBytes) / 1e6;
    figure(
      `${name} ${role}`,
      `${above.toFixed(0)} MB above idle (${(idleBytes / 1e6).toFixed(0)} MB), ${(processorMs / 1_000).toFixed(2)} s of processor time`,
    );
  }
}

async function writeRandom(path: string, sizeMebibytes: number): Promise<void> {
  const file = await open(path, 'w');
  const bytes = Buffer.alloc(mebibyte);
  let state = 1;
  for (let index = 0; index < sizeMebibytes; index += 1) {
    for (let at = 0; at < mebibyte; at += 4) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      bytes.writeUInt32LE(state, at);
    }
    await file.write(bytes);
  }
  await file.sync();
  await file.close();
}

async function expectSame(sent: string, arrived: string): Promise<void> {
  const [a, b] = await Promise.all([sent, arrived].map(hashOf));
  if (a !== b) throw new Error(`${arrived} is not what was sent`);
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: mebibyte })) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

interface RunningEnd {
  readonly process: ChildProcess;
  readonly peerId: string;
  ask<Name extends FilesAnswer['answer']>(
    order: FilesOrder,
    answer: Name,
  ): Promise<Extract<FilesAnswer, { readonly answer: Name }>>;
}

interface Pair {
  readonly name: string;
  readonly folder: string;
  readonly sender: RunningEnd;
  readonly receiver: RunningEnd;
}

interface PairSetting {
  /** Of the sender and of the receiver. */
  readonly namespaces?: readonly string[];
  readonly interfaceName?: string;
}

async function startPair(name: string, { namespaces = [], interfaceName = 'lo' }: PairSetting): Promise<Pair> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const end = (role: FilesEndOptions['role'], namespace?: string): Promise<RunningEnd> =>
    startEnd({ role, folder: join(folder, `${name}-${role}`), port, interfaceName }, namespace);
  const receiver = await end('receiver', namespaces[1]);
  const sender = await end('sender', namespaces[0]);
  await sender.ask({ order: 'meet', peerId: receiver.peerId }, 'met');
  await receiver.ask({ order: 'meet', peerId: sender.peerId }, 'met');
  return { name, folder, sender, receiver };
}

async function stopPair({ sender, receiver }: Pair): Promise<void> {
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

function figure(name: string, value: string): void {
  console.log(`figure: ${name} = ${value}`);
}
