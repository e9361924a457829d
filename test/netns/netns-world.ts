/**
 * The real world of the scenarios: hosts are network namespaces, segments are bridges, nodes are
 * processes, and time is real. ../scenarios/world.ts describes the contract, and tools.ts the
 * clean-up.
 */
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BlockRule, Host, HostOptions, HostTraffic, World, WorldNode } from '../scenarios/world.ts';
import { createAutomationNode } from './automation-node.ts';
import { createNetnsHost, subnetOf } from './netns-host.ts';
import type { NetnsHost, NetnsStartOptions } from './netns-host.ts';
import { createNetnsNode, type NetnsNode } from './netns-node.ts';
import { untilProcessorsAreFree } from './processors.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';
import { claimNames, ipBatch, makeTemporaryFolder, removeLeftovers, removeNamed, runTool } from './tools.ts';
import { createWire } from './wire.ts';

export const builtCommand = fileURLToPath(new URL('../../out/main/cli.js', import.meta.url));

/**
 * Processes that start at the same time. More would only delay each other, past their deadlines.
 */
const simultaneousStarts = 4;
const defaultReadyDeadlineMs = 60_000;
/**
 * On a busy machine, milliseconds may become seconds, which scenarios do not test. Waits of seconds
 * get this factor, up to 35 s, the limit on every machine. Figures give the real duration.
 */
const patience = 3;
const mostPatienceMs = 35_000;
/** Nodes that a failure describes; more would bury the cause. */
const describedNodes = 6;
/** The account and group "nobody", for a second user of a host. */
const nobody = 65_534;
/**
 * The kernel has one neighbour table for all namespaces, with 1,024 resolved entries by default.
 * Fifty hosts that all exchange datagrams need 2,450 per family, and a full table drops datagrams.
 * Real hosts have a table each. Worlds with more hosts than this pin their neighbours, because
 * pinned entries do not count.
 */
const askingNeighbours = 20;
/**
 * With more hosts than this, each start waits for the one before and for room on the processors.
 * Processes that stand still for seconds lose each other.
 */
const manyHosts = 20;

export interface NetnsWorld extends World {
  readonly kind: 'netns';
  readonly nodes: readonly NetnsNode[];
  addHost(options?: HostOptions): Promise<NetnsHost>;
  addHosts(count: number, options?: HostOptions): Promise<readonly NetnsHost[]>;
  /** Called before its first start, with the mount for the host's profile. */
  giveSmallDisk(host: NetnsHost, sizeBytes: number): Promise<SmallDisk>;
  /** The profile that its nodes use by default. The folder exists already. */
  profileFolderOf(host: Host): string;
}

/** @param compiled folder for what its processes compile; default: one of its own */
export async function createNetnsWorld(compiled?: string): Promise<NetnsWorld> {
  removeLeftovers();
  const names = claimNames();
  const folder = makeTemporaryFolder(names);
  const wire = await createWire(`${names}-wire`);
  const hosts: NetnsHost[] = [];
  const nodes: NetnsNode[] = [];
  const startTogether = createSlots(simultaneousStarts);
  const startAlone = createSlots(1);
  let hostCount = 0;
  let routerCount = 0;
  let closed = false;

  const { onChange, waitUntil } = createWaits(describeNodes);

  /** Nodes that ended without a command. */
  function describeNodes(): string {
    const crashed = nodes.filter((node) => node.state === 'crashed');
    const running = nodes.filter((node) => node.state === 'running' || node.state === 'paused');
    const described = [...crashed, ...running].slice(0, describedNodes).map((node) => node.describe());
    return [`${crashed.length} crashed, ${running.length} are running`, ...described].join('\n');
  }

  async function addHost(options: HostOptions = {}): Promise<NetnsHost> {
    const index = ++hostCount;
    const host = await createNetnsHost(
      { wire, startNode },
      { name: `h${index}`, namespace: `${names}-${index}`, index, interfaces: options.interfaces ?? [{ name: 'eth0' }] },
    );
    hosts.push(host);
    return host;
  }

  function profileFolderOf(host: Host, profile = 'default'): string {
    const path = join(folder, `${host.name}-${profile}`);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  function startNode(host: NetnsHost, options: NetnsStartOptions): Promise<WorldNode> {
    const isCrowded = hosts.length > manyHosts;
    const start = isCrowded ? startAlone : startTogether;
    return start(async () => {
      if (isCrowded) await untilProcessorsAreFree();
      const { profile, name = host.name, anotherUser = false } = options;
      const profileFolder = profileFolderOf(host, profile);
      if (anotherUser) chownSync(profileFolder, nobody, nobody);
      const commandLine = ['run', '--json', '--profile', profileFolder, '--name', name];
      const automation = createAutomationNode({
        name,
        command: [
          'ip',
          'netns',
          'exec',
          host.namespace,
          ...(anotherUser ? asNobody : []),
          process.execPath,
          builtCommand,
          ...commandLine,
        ],
        environment: {
          ...process.env,
          HOME: folder,
          NODE_COMPILE_CACHE: compiled ?? join(folder, 'compiled'),
          ...options.environment,
        },
        nowMs,
        onChange,
      });
      const node = createNetnsNode(host, automation, join(profileFolder, 'files'));
      nodes.push(node);
      if (options.awaitReady === false) return node;
      const deadlineMs = options.readyDeadlineMs ?? defaultReadyDeadlineMs;
      await waitUntil(
        `${name} is ready`,
        () => automation.record.ready !== undefined || automation.exit !== undefined,
        deadlineMs,
      );
      if (automation.exit) throw new Error(`${name} ended before it was ready\n${automation.describe()}`);
      return node;
    });
  }

  async function route(one: string, other: string): Promise<void> {
    const router = ++routerCount;
    const namespace = `${names}-router${router}`;
    const segments = [await wire.segment(one), await wire.segment(other)] as const;
    await ipBatch(undefined, [`netns add ${namespace}`]);
    for (const segment of segments) {
      const [device, port] = [`eth${segment}`, `router${router}-${segment}`];
      await ipBatch(namespace, [
        `link add ${device} type veth peer name ${port} netns ${wire.namespace}`,
        `link set ${device} up`,
        `addr add ${routerOn(segment, router)}/16 dev ${device}`,
      ]);
      await wire.connect(port, route, segment);
    }
    // Forwarding multicast needs more than this.
    await runTool('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
    for (const host of hosts)
      for (const { segment } of host.links())
        for (const far of segments)
          if (segments.includes(segment) && far !== segment) await host.learnRoute(routerOn(segment, router), far);
  }

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    await Promise.all(nodes.filter((node) => node.state === 'running' || node.state === 'paused').map((node) => node.kill()));
    removeNamed(names);
  }

  return {
    kind: 'netns',
    hosts,
    nodes,
    nowMs,
    passTime: (durationMs) => sleep(durationMs),
    untilProcessorsAreFree,
    waitUntil,
    addHost,
    async addHosts(count, options) {
      const added = await Promise.all(Array.from({ length: count }, () => addHost(options)));
      if (hosts.length > askingNeighbours) {
        const links = hosts.flatMap((host) => host.links());
        await Promise.all(hosts.map((host) => host.learnNeighbours(links)));
      }
      return added;
    },
    giveSmallDisk: (host, sizeBytes) => mountSmallDisk(profileFolderOf(host), sizeBytes),
    profileFolderOf: (host) => profileFolderOf(host),
    setLoss: (rate) => wire.setLoss(rate),
    setLossTo: (host, rate) => wire.setLossTo(host, rate),
    block: (rule) => wire.block([rule]),
    partition(groups) {
      const rules = groups.flatMap((from) =>
        groups.filter((to) => to !== from).map((to): BlockRule => ({ from, to, traffic: 'all' })),
      );
      return wire.block(rules);
    },
    stopSwitch: async (segment) => wire.stop(await wire.segment(segment)),
    route,
    async meterTraffic() {
      const metered = hosts.flatMap(({ name, ports }) => ports().map((port) => ({ name, port })));
      const ask = await wire.meter(metered.map(({ port }) => port));
      return async () => {
        const sent = await ask();
        const total = new Map<string, HostTraffic>();
        for (const [index, { name }] of metered.entries()) total.set(name, sum(total.get(name), sent[index]));
        return total;
      };
    },
    close,
  };
}

/** @param describeNodes describes the nodes when a wait fails */
function createWaits(describeNodes: () => string): {
  /** After an event: checks whether a wait is over. */
  readonly onChange: () => void;
  readonly waitUntil: World['waitUntil'];
} {
  const waiting = new Set<() => void>();
  return {
    onChange() {
      // A finished wait removes itself, which a set allows during iteration.
      for (const look of waiting) look();
    },
    waitUntil(what, condition, givenMs) {
      const deadlineMs = Math.max(givenMs, Math.min(patience * givenMs, mostPatienceMs));
      const startedMs = nowMs();
      return new Promise((resolve, reject) => {
        function settle(action: () => void): void {
          waiting.delete(look);
          clearTimeout(timer);
          action();
        }
        function look(): void {
          try {
            if (condition()) settle(() => resolve(nowMs() - startedMs));
          } catch (error) {
            settle(() => reject(asError(error)));
          }
        }
        const timer = setTimeout(() => {
          const missing = typeof what === 'string' ? what : what();
          settle(() => reject(new Error(`not within ${deadlineMs} ms: ${missing}\n${describeNodes()}`)));
        }, deadlineMs);
        waiting.add(look);
        look();
      });
    },
  };
}

/**
 * Another account that can still read Node.js and the program, which are often in a closed home
 * folder. The kernel must see sockets of two owners.
 */
const asNobody: readonly string[] = [
  'setpriv',
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  '--clear-groups',
  '--inh-caps=-all,+dac_override',
  '--ambient-caps=+dac_override',
];

/** An address that no host has. */
function routerOn(segment: number, router: number): string {
  return `${subnetOf(segment)}.255.${255 - router}`;
}

function sum(one: HostTraffic | undefined, other: HostTraffic | undefined): HostTraffic {
  return {
    datagrams: (one?.datagrams ?? 0) + (other?.datagrams ?? 0),
    multicastDatagrams: (one?.multicastDatagrams ?? 0) + (other?.multicastDatagrams ?? 0),
    groupBlocks: (one?.groupBlocks ?? 0) + (other?.groupBlocks ?? 0),
    bytes: (one?.bytes ?? 0) + (other?.bytes ?? 0),
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function nowMs(): number {
  return performance.now();
}

/** @returns a function that runs actions in order, that many at a time */
function createSlots(count: number): <Value>(action: () => Promise<Value>) => Promise<Value> {
  const queue: (() => void)[] = [];
  let free = count;
  return async (action) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await action();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free++;
    }
  };
}
