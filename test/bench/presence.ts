/**
 * Bench: presence alone, on hosts in network namespaces: Hallway, bonjour-service, avahi, and a
 * loop of forty lines. Prints how soon a newcomer is seen and sees the others, how soon a crash is
 * noticed, and what it costs while nothing happens. Hallway also proves each peer's key and both
 * directions; the others do neither.
 *
 * Each program prints `{"begun":true}` when it begins to announce itself, `{"up":NAME}` and
 * `{"down":NAME}`. For Hallway that is `ready`, after its first beacon, and its events.
 *
 * Usage: node test/bench/presence.ts [--hosts N] [--rounds N] [--only hallway,bonjour,avahi,udp]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { needs, provide } from '../../scripts/system-packages.mjs';
import { builtCommand, createNetnsWorld, type NetnsWorld } from '../netns/netns-world.ts';
import type { NetnsHost } from '../netns/netns-host.ts';
import { percentile } from '../scenarios/figures.ts';

const contenders = ['hallway', 'bonjour', 'avahi', 'udp'] as const;
type Contender = (typeof contenders)[number];

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: contenders.join() },
  },
});
const hostCount = Number(values.hosts);
const rounds = Number(values.rounds);
const startDeadlineMs = 60_000;
/** After the last of them is seen, announcements that are repeated end. */
const settleMs = 8_000;
const quietMs = 20_000;
/** Longer than the slowest expiry of those that have one within minutes. */
const crashDeadlineMs = 45_000;
/** USER_HZ, the unit of processor time in /proc. */
const millisecondsPerTick = 10;

interface Runner {
  readonly name: string;
  readonly child: ChildProcess;
  begunAtMs: number | undefined;
  /** When each of the others was last seen to come and to go. */
  readonly upAtMs: Map<string, number>;
  readonly downAtMs: Map<string, number>;
}

const scratch: string[] = [];
console.log(`presence: ${hostCount} hosts, ${availableParallelism()} processors, load before ${loadavg()[0]?.toFixed(1)}`);
for (const contender of contenders.filter((name) => values.only.split(',').includes(name))) {
  const obstacle = await provide([needs.ip, needs.nft, ...(contender === 'avahi' ? [needs.avahi, needs.avahiTools] : [])]);
  if (obstacle === undefined) await measure(contender);
  else console.log(`${contender} is left out: ${obstacle}`);
}
for (const folder of scratch) rmSync(folder, { recursive: true, force: true });

async function measure(contender: Contender): Promise<void> {
  const world = await createNetnsWorld();
  const runners: Runner[] = [];
  try {
    const hosts = await world.addHosts(hostCount + 1);
    const [spare, ...staying] = hosts;
    if (!spare) throw new Error('there is no host for newcomers');
    for (const host of staying) runners.push(run(world, host, contender, host.name));
    await untilSeen(world, runners, runners);
    await world.passTime(settleMs);

    const cost = await idleCost(world, hosts.length - 1, runners);
    const seen: number[] = [];
    const seesAll: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const newcomer = run(world, spare, contender, `newcomer${round}`);
      await untilSeen(world, [...runners, newcomer], [newcomer]);
      await untilSeen(world, [newcomer], runners);
      const sinceMs = newcomer.begunAtMs ?? Number.NaN;
      seen.push(...runners.map((runner) => Math.max(0, (runner.upAtMs.get(newcomer.name) ?? Number.NaN) - sinceMs)));
      seesAll.push(Math.max(...newcomer.upAtMs.values()) - sinceMs);
      newcomer.child.kill('SIGTERM');
      await world.passTime(settleMs);
    }
    console.log(
      `figure: ${contender}: newcomer seen p50 / p95 ${spread(seen)}, sees all ${spread(seesAll)}, ` +
        `crash noticed by all ${await timeCrash(world, runners)}, ` +
        `idle ${cost.bytesPerSecond.toFixed(0)} B/s and ${cost.processorShare.toFixed(2)} % of a core per host`,
    );
  } finally {
    for (const { child } of runners) child.kill('SIGKILL');
    await world.close();
  }
}

function run(world: NetnsWorld, host: NetnsHost, contender: Contender, name: string): Runner {
  const own = (file: string, ...args: readonly string[]): readonly string[] => [
    process.execPath,
    fileURLToPath(new URL(file, import.meta.url)),
    name,
    ...args,
  ];
  const address = String(host.addressesOf('eth0')[0]);
  const profile = join(tmpdir(), `hallway-bench-presence-${process.pid}-${contender}-${name}`);
  scratch.push(profile);
  const commands: Record<Contender, readonly string[]> = {
    hallway: [process.execPath, builtCommand, 'run', '--json', '--profile', profile, '--name', name],
    bonjour: own('presence-bonjour.ts', address),
    // The daemon keeps files at one place, and its children end with it.
    avahi: [
      ...['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c'],
      'mount -t tmpfs tmpfs /run && mkdir -p /run/avahi-daemon && exec "$@"',
      'sh',
      ...own('presence-avahi.ts'),
    ],
    udp: own('presence-udp.ts', address),
  };
  const child = spawn('ip', ['netns', 'exec', host.namespace, ...commands[contender]], { stdio: ['pipe', 'pipe', 'inherit'] });
  const runner: Runner = { name, child, begunAtMs: undefined, upAtMs: new Map(), downAtMs: new Map() };
  createInterface(child.stdout).on('line', (line) => take(runner, line, world.nowMs()));
  return runner;
}

interface Line {
  readonly begun?: boolean;
  readonly up?: string;
  readonly down?: string;
  readonly event?: string;
  readonly name?: string;
  readonly peerId?: string;
  readonly peer?: { readonly name: string };
}

function take(runner: Runner, text: string, atMs: number): void {
  const line = JSON.parse(text) as Line;
  if (line.begun || line.event === 'ready') runner.begunAtMs = atMs;
  const up = line.event === 'peer-joined' ? line.peer?.name : line.up;
  const down = line.event === 'peer-left' ? line.name : line.down;
  if (up !== undefined && !runner.upAtMs.has(up)) runner.upAtMs.set(up, atMs);
  if (down !== undefined) runner.downAtMs.set(down, atMs);
}

async function untilSeen(world: NetnsWorld, watchers: readonly Runner[], others: readonly Runner[]): Promise<void> {
  const startedMs = world.nowMs();
  const isDone = (): boolean =>
    watchers.every((watcher) => others.every(({ name }) => name === watcher.name || watcher.upAtMs.has(name)));
  while (!isDone()) {
    if (world.nowMs() - startedMs > startDeadlineMs) throw new Error('not all were seen in time');
    await world.passTime(50);
  }
}

async function timeCrash(world: NetnsWorld, runners: readonly Runner[]): Promise<string> {
  const [victim, ...others] = runners;
  if (!victim) return '–';
  const killedAtMs = world.nowMs();
  victim.child.kill('SIGKILL');
  const known = (): readonly number[] => others.flatMap(({ downAtMs }) => downAtMs.get(victim.name) ?? []);
  while (known().length < others.length && world.nowMs() - killedAtMs < crashDeadlineMs) await world.passTime(100);
  if (known().length < others.length) return `not within ${crashDeadlineMs / 1_000} s`;
  return `${((Math.max(...known()) - killedAtMs) / 1_000).toFixed(1)} s`;
}

async function idleCost(
  world: NetnsWorld,
  count: number,
  runners: readonly Runner[],
): Promise<{ readonly bytesPerSecond: number; readonly processorShare: number }> {
  const read = await world.meterTraffic();
  const usedBefore = sum(runners.map(({ child }) => processorMs(child.pid ?? 0)));
  const startedMs = world.nowMs();
  await world.passTime(quietMs);
  const passedMs = world.nowMs() - startedMs;
  const used = sum(runners.map(({ child }) => processorMs(child.pid ?? 0))) - usedBefore;
  const bytes = sum([...(await read()).values()].map((traffic) => traffic.bytes));
  return { bytesPerSecond: bytes / count / (passedMs / 1_000), processorShare: (100 * used) / count / passedMs };
}

/** Of a process and all that descend from it. */
function processorMs(processId: number): number {
  let ticks = 0;
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks = Number(fields[11]) + Number(fields[12]);
    for (const task of readdirSync(`/proc/${processId}/task`)) {
      const children = readFileSync(`/proc/${processId}/task/${task}/children`, 'utf8').trim();
      for (const child of children === '' ? [] : children.split(' ')) ticks += processorMs(Number(child)) / millisecondsPerTick;
    }
  } catch {
    // It has ended.
  }
  return ticks * millisecondsPerTick;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function spread(samplesMs: readonly number[]): string {
  return `${percentile(samplesMs, 0.5).toFixed(0)} / ${percentile(samplesMs, 0.95).toFixed(0)} ms`;
}
