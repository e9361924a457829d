/**
 * Bench: files from one process to another, each a whole node with its profile and its files on the
 * disk, beside `scp` on the same machine in the same run. Prints figures, and asserts that what
 * arrived is what was sent.
 *
 * Usage: node test/bench/files.ts [--mebibytes N] [--small N] [--folder DIRECTORY] [--only
 * hallway,scp,small,loss,delay]
 */
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { needs, provide, whyNoNetns } from '../../scripts/system-packages.mjs';
import { createNetnsWorld } from '../netns/netns-world.ts';
import { percentile } from '../scenarios/figures.ts';
import { createDelayedNetwork } from './delayed-network.ts';
import { children, startPair, stopPair, type Pair } from './files-pair.ts';
import { startScpServer } from './files-scp.ts';

const { values } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '2048' },
    small: { type: 'string', default: '10000' },
    folder: { type: 'string', default: tmpdir() },
    only: { type: 'string', default: 'hallway,scp,small,loss,delay' },
  },
});
const mebibyte = 2 ** 20;
const mebibytes = Number(values.mebibytes);
const smallCount = Number(values.small);
const smallBytes = 4_096;
/** Over a lossy network, where a large file would take minutes. */
const netMebibytes = Math.min(mebibytes, 64);
const dripGapMs = 20;
/** Messages without a transfer. */
const idleMs = 4_000;
/** In each direction. */
const delayMs = 20;
const goals = { mebibytesPerSecond: 300, memoryMegabytes: 100 };
const parts = new Set(values.only.split(','));

const folder = mkdtempSync(join(values.folder, 'hallway-bench-files-'));
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
  if (parts.has('delay')) await measureDelay();
}

async function measureLoopback(large: string, small: string, own: Record<string, number>): Promise<void> {
  const pair = await startPair('loopback', folder, {});
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
    await printLatencies(`${name} messages, idle`, pair, () => new Promise((resolve) => setTimeout(resolve, idleMs)));
    await printLatencies(`${name} messages meanwhile`, pair, () => sendOver(pair, path));
  }
  return perSecond;
}

/** Of messages one way, while something goes on. */
async function printLatencies(name: string, { sender, receiver }: Pair, meanwhile: () => Promise<unknown>): Promise<void> {
  await sender.ask({ order: 'drip', gapMs: dripGapMs }, 'dripping');
  await meanwhile();
  await sender.ask({ order: 'quiet' }, 'heard');
  const { latenciesMs } = await receiver.ask({ order: 'quiet' }, 'heard');
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(latenciesMs, share).toFixed(1));
  figure(name, `p50 ${p50} ms, p99 ${p99} ms of ${latenciesMs.length}`);
}

/** Both with the same delay, by the same relay. */
async function measureDelay(): Promise<void> {
  const obstacle = (await whyNoNetns()) ?? (await provide([needs.sshd, needs.scp]));
  if (obstacle !== undefined) return console.log(`delay is left out: ${obstacle}`);
  const path = join(folder, 'large.bin');
  await writeRandom(path, netMebibytes);
  const network = await createDelayedNetwork(delayMs);
  try {
    const { namespace } = network;
    const pair = await startPair('delayed', folder, { namespaces: [namespace, namespace] });
    for (const { process: end } of [pair.sender, pair.receiver]) await network.delayListenersOf(end.pid ?? 0);
    await measureFile(`hallway with ${delayMs} ms each way`, pair, path, netMebibytes, true);
    await stopPair(pair);
    const server = await startScpServer(join(folder, 'ssh-delayed'), namespace);
    children.add(server.process);
    await network.delayPort(server.port);
    const elapsedMs = await server.copy([path], join(folder, 'scp-delayed'));
    figure(`scp with ${delayMs} ms each way`, `${(netMebibytes / (elapsedMs / 1_000)).toFixed(0)} MiB/s`);
    server.process.kill();
  } finally {
    await network.close();
  }
}

async function measureLoss(): Promise<void> {
  const obstacle = await whyNoNetns();
  if (obstacle !== undefined) return console.log(`loss is left out: ${obstacle}`);
  const world = await createNetnsWorld();
  try {
    const path = join(folder, 'large.bin');
    await writeRandom(path, netMebibytes);
    const hosts = await world.addHosts(2);
    const pair = await startPair('lossy', folder, { namespaces: hosts.map(({ namespace }) => namespace), interfaceName: 'eth0' });
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

function figure(name: string, value: string): void {
  console.log(`figure: ${name} = ${value}`);
}
