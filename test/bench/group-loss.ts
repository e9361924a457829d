/**
 * Bench: one author says small messages to a group while datagrams are lost, in network namespaces:
 * a room of Hallway, ZeroMQ over epgm, and Cyclone DDS, with the same hosts and the same rule that
 * drops. Hallway signs each block, persists it at each node, and keeps it for those who come later;
 * the others do neither. Prints figures, a row of a table for each, and asserts that Hallway loses
 * nothing.
 *
 * Copies on the wire are the bytes that all hosts send on their adapter, per message, over 170:
 * what a datagram with one message of 100 bytes takes with its headers, within 5 % for all three.
 *
 * Usage: node test/bench/group-loss.ts [--receivers 3,20] [--loss 0,0.05,0.2] [--messages N]
 *   [--per-second N] [--only hallway,epgm,dds]
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { needs, provide } from '../../scripts/system-packages.mjs';
import { createNetnsWorld, type NetnsWorld } from '../netns/netns-world.ts';
import type { NetnsHost } from '../netns/netns-host.ts';
import { runTool } from '../netns/tools.ts';
import { untilAllOnline } from '../scenarios/expectations.ts';
import { percentile } from '../scenarios/figures.ts';
import { deliveryTimes, everyone, untilTold, type Said } from '../scenarios/room-talk.ts';

const contenders = ['hallway', 'epgm', 'dds'] as const;
type Contender = (typeof contenders)[number];

const { values } = parseArgs({
  options: {
    receivers: { type: 'string', default: '3,20' },
    loss: { type: 'string', default: '0,0.05,0.2' },
    messages: { type: 'string', default: '1500' },
    'per-second': { type: 'string', default: '100' },
    only: { type: 'string', default: contenders.join() },
  },
});
const messageCount = Number(values.messages);
const gapMs = 1_000 / Number(values['per-second']);
const sizeBytes = 100;
/** Of a datagram with one message. */
const copyBytes = 170;
/** Silence after which a receiver counts as finished. The longest back-off of epgm is 30 s. */
const quietMs = 35_000;
const onlineDeadlineMs = 60_000;
/** Just after a start, datagrams to the group go by both families. */
const steadyMs = 10_000;
/** Python of the system, which has the system's packages. */
const python = '/usr/bin/python3';
const epgmEnd = fileURLToPath(new URL('group-epgm.py', import.meta.url));
const ddsSettings = '<CycloneDDS><Domain><General><AllowMulticast>true</AllowMulticast></General></Domain></CycloneDDS>';

interface Outcome {
  /** Messages at each receiver. DDS reports once a second, so a second may lack. */
  readonly counts: readonly number[];
  /** To each receiver; empty where the program does not tell. */
  readonly latenciesMs: readonly number[];
}

const setups: Record<Contender, (world: NetnsWorld, hosts: readonly NetnsHost[]) => Promise<() => Promise<Outcome>>> = {
  hallway: setUpHallway,
  epgm: setUpEpgm,
  dds: setUpDds,
};

const children = new Set<ChildProcessWithoutNullStreams>();
console.log(`${messageCount} messages of ${sizeBytes} bytes, one each ${gapMs} ms (load before: ${loadavg()[0]?.toFixed(1)})`);
console.log(
  '| | receivers | loss | delivered | complete at | fewest | p50 | p95 | p99 | bytes of the author | of all | copies |',
);
for (const receivers of values.receivers.split(',').map(Number))
  for (const lossRate of values.loss.split(',').map(Number))
    for (const contender of contenders.filter((name) => values.only.split(',').includes(name)))
      await measure(contender, receivers, lossRate);

async function measure(contender: Contender, receivers: number, lossRate: number): Promise<void> {
  const obstacle = await provide(neededBy(contender));
  if (obstacle !== undefined) return console.log(`${contender} is left out: ${obstacle}`);
  const world = await createNetnsWorld();
  try {
    const hosts = await world.addHosts(receivers + 1);
    const talk = await setups[contender](world, hosts);
    await world.setLoss(lossRate);
    const before = await Promise.all(hosts.map(sentBytes));
    const { counts, latenciesMs } = await talk();
    const after = await Promise.all(hosts.map(sentBytes));
    const perMessage = after.map((bytes, index) => (bytes - (before[index] ?? 0)) / messageCount);
    const all = perMessage.reduce((sum, bytes) => sum + bytes, 0);
    const delays = [0.5, 0.95, 0.99].map((share) =>
      latenciesMs.length === 0 ? '–' : `${percentile(latenciesMs, share).toFixed(1)} ms`,
    );
    const complete = counts.filter((count) => count === messageCount).length;
    const delivered = counts.reduce((sum, count) => sum + count, 0) / (messageCount * receivers);
    const cells = [
      ...[contender, receivers, `${lossRate * 100} %`, `${(delivered * 100).toFixed(2)} %`, complete, Math.min(...counts)],
      ...[...delays, perMessage[0]?.toFixed(0), all.toFixed(0), (all / copyBytes).toFixed(2)],
    ];
    console.log(`| ${cells.join(' | ')} |`);
    const costs = `p99 ${delays.at(-1)}, copies ${cells.at(-1)}`;
    console.log(`figure: ${contender} to ${receivers} at ${cells[2]} loss: delivered ${cells[3]}, ${costs}`);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
    await world.close();
  }
}

function neededBy(contender: Contender): Parameters<typeof provide>[0] {
  if (contender === 'hallway') return [needs.ip, needs.nft];
  return [needs.ip, needs.nft, contender === 'epgm' ? needs.epgm : needs.dds];
}

async function setUpHallway(world: NetnsWorld, hosts: readonly NetnsHost[]): Promise<() => Promise<Outcome>> {
  const nodes = await Promise.all(hosts.map((host) => host.start()));
  const [author, ...others] = nodes;
  if (!author) throw new Error('there is no author');
  await untilAllOnline(world, nodes, onlineDeadlineMs);
  await world.passTime(steadyMs);
  return async () => {
    const saying: Promise<Said>[] = [];
    await paced(world, (number) => {
      const text = `${number} `.padEnd(sizeBytes, 'x');
      const atMs = world.nowMs();
      saying.push(author.say(everyone, text).then((messageId) => ({ author, text, messageId, atMs })));
    });
    const said = await Promise.all(saying);
    await untilTold(world, nodes, said, quietMs);
    return { counts: others.map(() => messageCount), latenciesMs: deliveryTimes(nodes, said).toOneMs };
  };
}

async function setUpEpgm(_world: NetnsWorld, hosts: readonly NetnsHost[]): Promise<() => Promise<Outcome>> {
  const [author, ...others] = hosts.map((host) => ({ host, address: String(host.addressesOf('eth0')[0]) }));
  if (!author) throw new Error('there is no author');
  const run = (host: NetnsHost, ...args: readonly string[]): LineProcess => runLines(host, python, [epgmEnd, ...args]);
  const receivers = others.map(({ host, address }) =>
    run(host, 'receive', address, String(messageCount), String(quietMs / 1_000)),
  );
  await Promise.all(receivers.map((receiver) => receiver.nextLine()));
  const sender = run(author.host, 'send', author.address, String(messageCount), String(sizeBytes), String(Math.round(gapMs)));
  await sender.nextLine();
  return async () => {
    sender.child.stdin.write('\n');
    const results = await Promise.all(receivers.map((receiver) => receiver.nextLine()));
    sender.child.stdin.write('\n');
    const ends = results.map((line) => JSON.parse(line) as { readonly arrived: number; readonly latenciesMs: readonly number[] });
    return { counts: ends.map(({ arrived }) => arrived), latenciesMs: ends.flatMap(({ latenciesMs }) => latenciesMs) };
  };
}

/**
 * It sends all the time at that rate, so the bench counts how many arrive in the time that the
 * messages would take.
 */
async function setUpDds(world: NetnsWorld, hosts: readonly NetnsHost[]): Promise<() => Promise<Outcome>> {
  const [author, ...others] = hosts;
  if (!author) throw new Error('there is no author');
  const run = (host: NetnsHost, ...args: readonly string[]): LineProcess =>
    runLines(host, 'env', [`CYCLONEDDS_URI=${ddsSettings}`, 'ddsperf', '-1', '-k', 'all', ...args]);
  const receivers = others.map((host) => countLines(run(host, 'sub')));
  run(author, 'pub', `${Math.round(1_000 / gapMs)}Hz`, 'size', String(sizeBytes));
  const startedMs = world.nowMs();
  while (receivers.some((count) => count() === 0) && world.nowMs() - startedMs < onlineDeadlineMs) await world.passTime(1_000);
  return async () => {
    const before = receivers.map((count) => count());
    await world.passTime(messageCount * gapMs);
    const counts = receivers.map((count, index) => Math.min(messageCount, count() - (before[index] ?? 0)));
    return { counts, latenciesMs: [] };
  };
}

/** @returns the messages that a subscriber of DDS counted, by its last line */
function countLines(receiver: LineProcess): () => number {
  let count = 0;
  void (async () => {
    for await (const line of receiver.lines) count = Number(/size \d+ total (\d+)/.exec(line)?.[1] ?? count);
  })();
  return () => count;
}

/** To the plan, so that a busy machine does not slow the pace down. */
async function paced(world: NetnsWorld, say: (number: number) => void): Promise<void> {
  const startedMs = world.nowMs();
  for (let number = 0; number < messageCount; number += 1) {
    say(number);
    const waitMs = startedMs + (number + 1) * gapMs - world.nowMs();
    if (waitMs > 0) await world.passTime(waitMs);
  }
}

async function sentBytes(host: NetnsHost): Promise<number> {
  const listed = await runTool('ip', ['-n', host.namespace, '-j', '-s', 'link', 'show', 'dev', 'eth0']);
  const [link] = JSON.parse(listed) as readonly { readonly stats64: { readonly tx: { readonly bytes: number } } }[];
  return link?.stats64.tx.bytes ?? 0;
}

interface LineProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterable<string>;
  nextLine(): Promise<string>;
}

function runLines(host: NetnsHost, command: string, args: readonly string[]): LineProcess {
  const child = spawn('ip', ['netns', 'exec', host.namespace, command, ...args]);
  child.stderr.on('data', (bytes: Buffer) => void process.stderr.write(bytes));
  children.add(child);
  const lines = createInterface(child.stdout);
  const reader = lines[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const line = await reader.next();
    if (line.done) throw new Error(`${command} ended too early`);
    return line.value;
  };
  return { child, lines: { [Symbol.asyncIterator]: () => reader }, nextLine };
}
