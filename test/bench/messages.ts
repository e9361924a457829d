/**
 * Bench: direct messages from one process to another, both keeping them on disk, beside what others do on the same machine in the same run: a
 * bare TLS stream of the same bytes, `ws` with acknowledgements, and nats-server with JetStream and file storage. Prints figures and
 * asserts that nothing was lost; a machine that is busy with something else is no fault of ours.
 *
 * Usage: node test/bench/messages.ts [--messages N] [--latency N] [--size BYTES] [--folder DIRECTORY] [--only hallway,tls,ws,nats]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { needs, provide } from '../../scripts/system-packages.mjs';
import { percentile } from '../scenarios/figures.ts';
import type { Answer, Contender, EndOptions, Order } from './messages-orders.ts';
import { startNatsServer } from './nats-server.ts';

const contenders: readonly Contender[] = ['hallway', 'tls', 'ws', 'nats'];
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    latency: { type: 'string', default: '2000' },
    size: { type: 'string', default: '100' },
    folder: { type: 'string', default: tmpdir() },
    only: { type: 'string', default: contenders.join() },
  },
});
const messageCount = Number(values.messages);
const latencyCount = Number(values.latency);
const sizeBytes = Number(values.size);
/** Between two messages whose latency is measured. */
const dripGapMs = 5;
const warmUpCount = 20_000;
const goals = { perSecond: 50_000, p50Ms: 5, p99Ms: 20 };

interface RunningEnd {
  readonly address: string;
  ask<Name extends Answer['answer']>(order: Order, answer: Name): Promise<Extract<Answer, { readonly answer: Name }>>;
  readonly process: ChildProcess;
}

interface Rate {
  readonly contender: Contender;
  readonly perSecond: number;
}

const folder = mkdtempSync(join(values.folder, 'hallway-bench-messages-'));
const children = new Set<ChildProcess>();
try {
  await run();
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `${messageCount} messages of ${sizeBytes} bytes, ${availableParallelism()} processors (load before: ${load}), kept on ${values.folder}`,
  );
  const rates: Rate[] = [];
  for (const contender of contenders.filter((name) => values.only.split(',').includes(name))) {
    const rate = await measure(contender);
    if (rate) rates.push(rate);
  }
  const own = rates.find(({ contender }) => contender === 'hallway');
  for (const { contender, perSecond } of rates) {
    if (own && contender !== 'hallway') figure(`hallway / ${contender}`, (own.perSecond / perSecond).toFixed(2));
  }
}

async function measure(contender: Contender): Promise<Rate | undefined> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const obstacle = contender === 'nats' ? await provide([needs.nats]) : undefined;
  if (obstacle !== undefined) {
    console.log(`${contender} is left out: ${obstacle}`);
    return undefined;
  }
  const server = contender === 'nats' ? await startNatsServer(port, join(folder, 'nats')) : undefined;
  if (server) children.add(server);
  const receiver = await startEnd({
    contender,
    role: 'receiver',
    folder: join(folder, `${contender}-receiver`),
    port,
    sizeBytes,
  });
  const sender = await startEnd({ contender, role: 'sender', folder: join(folder, `${contender}-sender`), port, sizeBytes });
  await sender.ask({ order: 'connect', address: receiver.address }, 'connected');

  await sender.ask({ order: 'rush', count: warmUpCount }, 'sent');
  await arrival(receiver, warmUpCount);
  if (contender !== 'tls') await measureLatency(contender, sender, receiver);
  const rate = await measureThroughput(contender, 'rush', sender, receiver);
  if (contender === 'hallway') await measureThroughput(contender, 'flood', sender, receiver);
  for (const end of [sender, receiver]) {
    const ended = new Promise((resolve) => end.process.once('exit', resolve));
    await end.ask({ order: 'stop' }, 'stopped');
    await ended;
  }
  server?.kill();
  return rate;
}

async function measureLatency(contender: Contender, sender: RunningEnd, receiver: RunningEnd): Promise<void> {
  await sender.ask({ order: 'drip', count: latencyCount, gapMs: dripGapMs }, 'sent');
  const { latenciesMs } = await arrival(receiver, latencyCount);
  const own = contender === 'hallway';
  figure(`${contender} one way p50`, `${percentile(latenciesMs, 0.5).toFixed(2)} ms${own ? ` (goal ${goals.p50Ms} ms)` : ''}`);
  figure(`${contender} one way p99`, `${percentile(latenciesMs, 0.99).toFixed(2)} ms${own ? ` (goal ${goals.p99Ms} ms)` : ''}`);
}

async function measureThroughput(
  contender: Contender,
  order: 'rush' | 'flood',
  sender: RunningEnd,
  receiver: RunningEnd,
): Promise<Rate> {
  const name = order === 'rush' ? contender : `${contender} without waiting for the other,`;
  await sender.ask({ order: 'report' }, 'report');
  const startedMs = performance.now();
  await sender.ask({ order, count: messageCount }, 'sent');
  const report = await arrival(receiver, messageCount);
  const elapsedMs = performance.now() - startedMs;
  const own = await sender.ask({ order: 'report' }, 'report');
  const perSecond = messageCount / (elapsedMs / 1_000);
  const goal = contender === 'hallway' ? ` (goal ${goals.perSecond} /s)` : '';
  figure(`${name} throughput`, `${Math.round(perSecond)} /s, ${messageCount} in ${(elapsedMs / 1_000).toFixed(1)} s${goal}`);
  figure(`${name} lost`, String(messageCount - report.arrived));
  figure(`${name} out of order`, String(report.outOfOrder));
  for (const [role, { memoryBytes, processorMs }] of [
    ['sender', own],
    ['receiver', report],
  ] as const) {
    const microseconds = (processorMs * 1_000) / messageCount;
    figure(`${name} ${role}`, `at most ${(memoryBytes / 2 ** 20).toFixed(0)} MB, ${microseconds.toFixed(1)} µs per message`);
  }
  return { contender, perSecond };
}

/** Waits until so many have arrived. */
async function arrival(receiver: RunningEnd, count: number): Promise<Extract<Answer, { answer: 'report' }>> {
  const lookEveryMs = 5;
  const deadlineMs = 60_000;
  let sum: Extract<Answer, { answer: 'report' }> | undefined;
  for (let waitedMs = 0; (sum?.arrived ?? 0) < count; waitedMs += lookEveryMs) {
    const report = await receiver.ask({ order: 'report' }, 'report');
    sum = sum
      ? {
          ...report,
          arrived: sum.arrived + report.arrived,
          outOfOrder: sum.outOfOrder + (report.arrived > 0 ? report.outOfOrder - 1 : 0),
          latenciesMs: [...sum.latenciesMs, ...report.latenciesMs],
          memoryBytes: Math.max(sum.memoryBytes, report.memoryBytes),
          processorMs: sum.processorMs + report.processorMs,
        }
      : report;
    if (waitedMs > deadlineMs) throw new Error(`${sum.arrived} of ${count} arrived`);
    if (sum.arrived < count) await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  if (!sum || sum.arrived > count) throw new Error(`${sum?.arrived} arrived, more than the ${count} sent`);
  return sum;
}

async function startEnd(options: EndOptions): Promise<RunningEnd> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const path = fileURLToPath(new URL('messages-end.ts', import.meta.url));
  const child = fork(path, [JSON.stringify(options)], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const { address } = await answerOf(child, 'ready', options);
  return {
    process: child,
    address,
    ask(order, answer) {
      const answered = answerOf(child, answer, options);
      child.send(order);
      return answered;
    },
  };
}

function answerOf<Name extends Answer['answer']>(
  child: ChildProcess,
  name: Name,
  { contender, role }: EndOptions,
): Promise<Extract<Answer, { readonly answer: Name }>> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: Answer): void => {
      if (answer.answer !== name) return;
      child.off('exit', onExit);
      child.off('message', onMessage);
      resolve(answer as Extract<Answer, { readonly answer: Name }>);
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      reject(new Error(`the ${role} of ${contender} ended with ${code ?? signal}`));
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}

function figure(name: string, value: string): void {
  console.log(`figure: ${name} = ${value}`);
}
