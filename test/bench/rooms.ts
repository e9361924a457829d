/**
 * Bench: a bulk transfer in a room, from one process to three others, all four keeping it on disk.
 * In the same run, `hallway` sends as many direct messages from one process to one other, and
 * `hallway-each` sends each text to the same three as a direct message; `room-nats` is nats-server
 * with JetStream and file storage, one publisher and as many durable consumers. Prints figures and
 * asserts that nothing was lost or doubled.
 *
 * All rates are texts that every receiver has, a second. A room of three does three times the work
 * of `hallway` at the receiving end, with twice the processes: N texts are delivered 3N times and
 * stored 4N times, not N and 2N times. So the goal of 0.9 of `hallway` is the strict one, and hard
 * to reach where processors are fewer than processes. `hallway-each` does the same work without a
 * room: 3N deliveries to the same three, whose author stores each text once for each of them.
 *
 * Usage: node test/bench/rooms.ts [--messages N] [--size BYTES] [--receivers N] [--folder
 * DIRECTORY] [--only hallway,hallway-each,room-hallway,room-nats]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { needs, provide } from '../../scripts/system-packages.mjs';
import type { Answer, EndOptions, Order, RoomEndOptions } from './messages-orders.ts';
import { startNatsServer } from './nats-server.ts';

type Contender = 'hallway' | 'hallway-each' | RoomEndOptions['contender'];

const contenders: readonly Contender[] = ['hallway', 'hallway-each', 'room-hallway', 'room-nats'];
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    size: { type: 'string', default: '100' },
    receivers: { type: 'string', default: '3' },
    folder: { type: 'string', default: tmpdir() },
    only: { type: 'string', default: contenders.join() },
  },
});
const messageCount = Number(values.messages);
const receiverCount = Number(values.receivers);
const warmUpCount = Math.min(20_000, messageCount);
/** Of a room, beside direct messages. */
const goalShare = 0.9;
const lookEveryMs = 50;
const deadlineMs = 300_000;

type Report = Extract<Answer, { answer: 'report' }>;

interface Arrival extends Report {
  /** The memory when 25, 50, 75 and 100 % had arrived. */
  readonly quarters: readonly number[];
}

interface RunningEnd {
  ask<Name extends Answer['answer']>(order: Order, answer: Name): Promise<Extract<Answer, { readonly answer: Name }>>;
  readonly address: string;
  readonly process: ChildProcess;
}

const folder = mkdtempSync(join(values.folder, 'hallway-bench-rooms-'));
const children = new Set<ChildProcess>();
try {
  await run();
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const load = loadavg()[0]?.toFixed(1);
  console.log(`${messageCount} messages of ${values.size} bytes, ${availableParallelism()} processors (load before: ${load})`);
  const rates = new Map<Contender, number>();
  for (const contender of contenders.filter((name) => values.only.split(',').includes(name))) {
    const obstacle = contender === 'room-nats' ? await provide([needs.nats]) : undefined;
    if (obstacle === undefined) rates.set(contender, await measure(contender));
    else console.log(`${contender} is left out: ${obstacle}`);
  }
  const direct = rates.get('hallway');
  const each = rates.get('hallway-each');
  const inRoom = rates.get('room-hallway');
  const nats = rates.get('room-nats');
  if (direct && inRoom) figure('room / direct to one', `${(inRoom / direct).toFixed(2)} (goal ${goalShare})`);
  if (each && inRoom) figure('room / direct to each of the same', (inRoom / each).toFixed(2));
  if (nats && inRoom) figure('room / JetStream', (inRoom / nats).toFixed(2));
}

/** @returns messages a second */
async function measure(contender: Contender): Promise<number> {
  const count = contender === 'hallway' ? 1 : receiverCount;
  const common = { port: 20_000 + Math.floor(Math.random() * 12_000), sizeBytes: Number(values.size) };
  const server = contender === 'room-nats' ? await startNatsServer(common.port, join(folder, 'nats')) : undefined;
  if (server) children.add(server);
  const optionsOf = (role: EndOptions['role'], name: string): EndOptions | RoomEndOptions => {
    const own = { ...common, role, folder: join(folder, `${contender}-${name}`) };
    const isDirect = contender === 'hallway' || contender === 'hallway-each';
    return isDirect ? { ...own, contender: 'hallway' } : { ...own, contender, receivers: count };
  };
  const receivers: RunningEnd[] = [];
  for (let index = 0; index < count; index += 1) receivers.push(await startEnd(optionsOf('receiver', `receiver-${index}`)));
  const sender = await startEnd(optionsOf('sender', 'sender'));
  await sender.ask({ order: 'connect', address: receivers.map((receiver) => receiver.address).join() }, 'connected');
  // Direct messages as messages.ts measures them: at most a window of them is not acknowledged.
  const order = contender === 'room-hallway' ? 'flood' : 'rush';
  await transfer(sender, receivers, order, warmUpCount);
  await sender.ask({ order: 'report' }, 'report');
  const { elapsedMs, saidMs, reports } = await transfer(sender, receivers, order, messageCount);
  const own = await sender.ask({ order: 'report' }, 'report');
  const perSecond = (messageCount * 1_000) / elapsedMs;
  figure(`${contender} throughput`, `${Math.round(perSecond)} /s, ${messageCount} in ${(elapsedMs / 1_000).toFixed(1)} s`);
  figure(`${contender} until the sender kept all`, `${(saidMs / 1_000).toFixed(1)} s`);
  figure(`${contender} out of order`, String(reports.reduce((sum, { outOfOrder }) => sum + outOfOrder, 0)));
  for (const [role, { memoryBytes, processorMs }] of [
    ['sender', own],
    ...reports.map((one) => ['receiver', one] as const),
  ] as const)
    figure(
      `${contender} ${role}`,
      `at most ${(memoryBytes / 2 ** 20).toFixed(0)} MB, ${((processorMs * 1_000) / messageCount).toFixed(1)} µs per message`,
    );
  for (const { quarters } of reports) {
    const megabytes = quarters.map((bytes) => (bytes / 2 ** 20).toFixed(0));
    figure(`${contender} receiver at 25, 50, 75, 100 %`, `${megabytes.join(', ')} MB`);
  }
  for (const end of [sender, ...receivers]) {
    const ended = new Promise((resolve) => end.process.once('exit', resolve));
    await end.ask({ order: 'stop' }, 'stopped');
    await ended;
  }
  server?.kill();
  return perSecond;
}

async function transfer(
  sender: RunningEnd,
  receivers: readonly RunningEnd[],
  order: 'rush' | 'flood',
  count: number,
): Promise<{ readonly elapsedMs: number; readonly saidMs: number; readonly reports: readonly Arrival[] }> {
  const startedMs = performance.now();
  const saying = sender.ask({ order, count }, 'sent').then(() => performance.now() - startedMs);
  const reports = await Promise.all(receivers.map((receiver) => arrival(receiver, count)));
  return { elapsedMs: performance.now() - startedMs, saidMs: await saying, reports };
}

/** Waits until so many have arrived, and fails if more do. */
async function arrival(receiver: RunningEnd, count: number): Promise<Arrival> {
  let sum: Report | undefined;
  const quarters: number[] = [];
  for (let waitedMs = 0; (sum?.arrived ?? 0) < count; waitedMs += lookEveryMs) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    const report = await receiver.ask({ order: 'report' }, 'report');
    sum = {
      ...report,
      arrived: (sum?.arrived ?? 0) + report.arrived,
      // The first one of each report counts as out of order, but for that of the first report.
      outOfOrder: (sum?.outOfOrder ?? 0) + report.outOfOrder - (sum && sum.arrived > 0 && report.arrived > 0 ? 1 : 0),
      memoryBytes: Math.max(sum?.memoryBytes ?? 0, report.memoryBytes),
      processorMs: (sum?.processorMs ?? 0) + report.processorMs,
    };
    while (sum.arrived >= ((quarters.length + 1) * count) / 4) quarters.push(report.memoryBytes);
    if (waitedMs > deadlineMs) throw new Error(`${sum.arrived} of ${count} arrived`);
  }
  if (!sum || sum.arrived > count) throw new Error(`${sum?.arrived} arrived, more than the ${count} said`);
  return { ...sum, quarters };
}

async function startEnd(options: EndOptions | RoomEndOptions): Promise<RunningEnd> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const path = fileURLToPath(new URL('messages-end.ts', import.meta.url));
  const child = fork(path, [JSON.stringify(options)], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const { address } = await answerOf(child, 'ready');
  return {
    process: child,
    address,
    ask(order, answer) {
      const answered = answerOf(child, answer);
      child.send(order);
      return answered;
    },
  };
}

function answerOf<Name extends Answer['answer']>(
  child: ChildProcess,
  name: Name,
): Promise<Extract<Answer, { readonly answer: Name }>> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: Answer): void => {
      if (answer.answer !== name) return;
      child.off('exit', onExit);
      child.off('message', onMessage);
      resolve(answer as Extract<Answer, { readonly answer: Name }>);
    };
    const onExit = (code: number | null): void => reject(new Error(`an end stopped with ${code}`));
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}

function figure(name: string, value: string): void {
  console.log(`figure: ${name} = ${value}`);
}
