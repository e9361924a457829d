/**
 * A test host: a network namespace with veth adapters, each plugged into a port of the wire.
 * Addresses are assigned, not negotiated (no duplicate address detection, no router
 * advertisements). So only a scenario causes events.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { AttackOrder } from '../attackers/attacks.ts';
import type { Host, InterfaceOptions, StartOptions, Undo, WorldNode } from '../scenarios/world.ts';
import { within } from './automation-node.ts';
import { applyRules, ipBatch } from './tools.ts';
import type { Wire } from './wire.ts';

/** Time for Node.js to start on a busy machine. */
const toolBeginDeadlineMs = 10_000;
/** Extra time that an attack may take. */
const attackGraceMs = 30_000;
const resultSchema = z.record(z.string(), z.number());
const hostTool = fileURLToPath(new URL('host-tool.ts', import.meta.url));

export interface NetnsStartOptions extends StartOptions {
  /** Environment variables for this process, in addition to ours. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface NetnsHost extends Host {
  readonly namespace: string;
  start(options?: NetnsStartOptions): Promise<WorldNode>;
  /** The further IPv4 addresses that it was given. */
  extraAddressesOf(interfaceName: string): readonly string[];
  /** The information that others on its segments need to reach it. */
  readonly links: () => readonly NetnsLink[];
  /** Pins the hardware addresses of others, so that it need not resolve them. */
  learnNeighbours(links: readonly NetnsLink[]): Promise<void>;
  /** Starts a program in this namespace, and waits until it has begun. */
  runProgram(path: string, ...args: readonly string[]): Promise<ProgramRun>;
  /** The same with host-tool.ts. */
  runHostTool(...args: readonly string[]): Promise<ProgramRun>;
  /** The same with a program of test/attackers. */
  runAttacker(program: string, ...args: readonly string[]): Promise<ProgramRun>;
  /** @param victim the address of the only node that the attacker hears; if absent, it hears all */
  startAttack(order: AttackOrder, victim?: string): Promise<ProgramRun>;
  /** Routes that segment through the router at that address. */
  learnRoute(by: string, toSegment: number): Promise<void>;
  /** The wire's ports for its adapters. */
  ports(): readonly string[];
}

export interface NetnsLink {
  readonly segment: number;
  readonly hardwareAddress: string;
  readonly addresses: readonly string[];
}

export interface ProgramRun {
  readonly process: ChildProcess;
  /** Ends its standard input, and resolves with its last line of output. */
  finish(deadlineMs: number): Promise<Readonly<Record<string, number>>>;
}

export interface NetnsHostDeps {
  readonly wire: Wire;
  readonly startNode: (host: NetnsHost, options: NetnsStartOptions) => Promise<WorldNode>;
}

export interface NetnsHostOptions {
  readonly name: string;
  readonly namespace: string;
  /** Counts from 1; part of its addresses. */
  readonly index: number;
  readonly interfaces: readonly InterfaceOptions[];
}

interface Adapter {
  readonly options: InterfaceOptions;
  readonly port: string;
  readonly segment: number;
  readonly hardwareAddress: string;
  ipv4: string | undefined;
  ipv6: string | undefined;
}

export async function createNetnsHost({ wire, startNode }: NetnsHostDeps, options: NetnsHostOptions): Promise<NetnsHost> {
  const { name, namespace, index } = options;
  const adapters = new Map<string, Adapter>();
  /** Rises with every set of addresses, so that each is unique. */
  let generation = 0;
  let portCount = 0;

  function adapter(interfaceName: string): Adapter {
    const found = adapters.get(interfaceName);
    if (!found) throw new Error(`${name} has no interface ${interfaceName}`);
    return found;
  }

  function takeAddresses(given: InterfaceOptions, segment: number): Pick<Adapter, 'ipv4' | 'ipv6'> {
    const own = generation++;
    return {
      ipv4: given.ipv4 === false ? undefined : `${subnetOf(segment)}.${own}.${index}`,
      ipv6: given.ipv6 === false ? undefined : `fe80::${77 + segment}:${own}:${index}`,
    };
  }

  function addressLines(verb: 'add' | 'del', { ipv4, ipv6, options: { name: device } }: Adapter): readonly string[] {
    return [
      ...(ipv4 === undefined ? [] : [`addr ${verb} ${ipv4}/16 ${verb === 'add' ? 'broadcast + ' : ''}dev ${device}`]),
      ...(ipv6 === undefined ? [] : [`addr ${verb} ${ipv6}/64 dev ${device}${verb === 'add' ? ' nodad' : ''}`]),
    ];
  }

  /** A range that no other host uses. */
  function extraAddresses({ options: { extraAddresses: length = 0 }, segment }: Adapter): readonly string[] {
    return Array.from({ length }, (_, number) => `${subnetOf(segment)}.${200 + index}.${1 + number}`);
  }

  async function create(made: Adapter): Promise<void> {
    const device = made.options.name;
    await ipBatch(namespace, [
      `link add ${device} address ${made.hardwareAddress} type veth peer name ${made.port} netns ${wire.namespace}`,
      // Only the addresses that this file assigns.
      `link set ${device} addrgenmode none`,
      `link set ${device} up`,
      ...addressLines('add', made),
      ...extraAddresses(made).map((address) => `addr add ${address}/16 dev ${device}`),
    ]);
    await wire.connect(made.port, host, made.segment);
  }

  async function addInterface(given: InterfaceOptions): Promise<void> {
    const segment = await wire.segment(given.segment ?? 'lan');
    const number = portCount++;
    const port = `h${index}p${number}`;
    // Locally administered, and unique.
    const hardwareAddress = [2, 0, 77, segment, number, index].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
    const made: Adapter = { options: given, port, segment, hardwareAddress, ...takeAddresses(given, segment) };
    adapters.set(given.name, made);
    await create(made);
  }

  const runProgram = (path: string, ...args: readonly string[]): Promise<ProgramRun> => startProgram(options, path, args);
  const runHostTool = (...args: readonly string[]): Promise<ProgramRun> => runProgram(hostTool, ...args);
  const runAttacker = (program: string, ...args: readonly string[]): Promise<ProgramRun> =>
    runProgram(fileURLToPath(new URL(`../attackers/${program}`, import.meta.url)), ...args);
  const startAttack = (order: AttackOrder, victim?: string): Promise<ProgramRun> =>
    runAttacker('run-attack.ts', JSON.stringify(order), ...(victim === undefined ? [] : [victim]));

  const host: NetnsHost = {
    name,
    namespace,
    start: (given = {}) => startNode(host, given),
    addressesOf(interfaceName) {
      const { ipv4, ipv6 } = adapter(interfaceName);
      return [ipv4, ipv6].filter((address) => address !== undefined);
    },
    extraAddressesOf: (interfaceName) => extraAddresses(adapter(interfaceName)),
    addInterface,
    async removeInterface(interfaceName) {
      const { port } = adapter(interfaceName);
      adapters.delete(interfaceName);
      // Removing one end of the pair removes the other.
      await wire.disconnect(port);
    },
    async recreateInterface(interfaceName) {
      const same = adapter(interfaceName);
      await wire.disconnect(same.port);
      await create(same);
    },
    async changeAddress(interfaceName) {
      const changed = adapter(interfaceName);
      const removed = addressLines('del', changed);
      Object.assign(changed, takeAddresses(changed.options, changed.segment));
      await ipBatch(namespace, [...removed, ...addressLines('add', changed)]);
    },
    removeAddresses: (interfaceName) => ipBatch(namespace, addressLines('del', adapter(interfaceName))),
    restoreAddresses: (interfaceName) => ipBatch(namespace, addressLines('add', adapter(interfaceName))),
    pullCable: (interfaceName) => wire.setCarrier(adapter(interfaceName).port, false),
    plugCable: (interfaceName) => wire.setCarrier(adapter(interfaceName).port, true),
    disableInterface: (interfaceName) => ipBatch(namespace, [`link set ${interfaceName} down`]),
    async enableInterface(interfaceName) {
      const { ipv6 } = adapter(interfaceName);
      // Turning an adapter off removes its IPv6 addresses, but not its IPv4 ones.
      await ipBatch(namespace, [
        `link set ${interfaceName} up`,
        ...(ipv6 === undefined ? [] : [`addr replace ${ipv6}/64 dev ${interfaceName} nodad`]),
      ]);
    },
    async deafen() {
      await applyRules(namespace, 'table inet hallway {\nchain input {\ntype filter hook input priority 0; policy drop;\n}\n}\n');
      return once(() => applyRules(namespace, 'delete table inet hallway\n'));
    },
    async occupyPort(port) {
      const { process: child } = await runHostTool('occupy', String(port));
      return once(async () => {
        child.kill('SIGKILL');
        await new Promise((resolve) => child.once('close', resolve));
      });
    },
    async attack(order) {
      const run = await startAttack(order);
      return run.finish(order.durationMs + attackGraceMs);
    },
    learnRoute: (by, toSegment) => ipBatch(namespace, [`route replace ${subnetOf(toSegment)}.0.0/16 via ${by}`]),
    ports: () => [...adapters.values()].map(({ port }) => port),
    links: () =>
      [...adapters].map(([device, { segment, hardwareAddress }]) => ({
        segment,
        hardwareAddress,
        addresses: host.addressesOf(device),
      })),
    async learnNeighbours(links) {
      const lines = [...adapters].flatMap(([device, own]) =>
        links
          .filter((link) => link.segment === own.segment && link.hardwareAddress !== own.hardwareAddress)
          .flatMap(({ addresses, hardwareAddress }) =>
            addresses.map((address) => `neigh replace ${address} lladdr ${hardwareAddress} dev ${device} nud permanent`),
          ),
      );
      await ipBatch(namespace, lines);
    },
    runProgram,
    runHostTool,
    runAttacker,
    startAttack,
  };

  await ipBatch(undefined, [`netns add ${namespace}`]);
  await ipBatch(namespace, ['link set lo up']);
  for (const given of options.interfaces) await addInterface(given);
  return host;
}

/** Runs it in the host's namespace, and resolves at its first line of output. */
async function startProgram(
  { name, namespace }: Pick<NetnsHostOptions, 'name' | 'namespace'>,
  program: string,
  args: readonly string[],
): Promise<ProgramRun> {
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const what = `${basename(program)} ${args.join(' ')} on ${name}`;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const begun = await within(lines.next(), toolBeginDeadlineMs, () => `${what} has not begun`);
  if (begun.done) throw new Error(`${what} failed`);
  return {
    process: child,
    async finish(deadlineMs) {
      child.stdin.end();
      const code = await within(closed, deadlineMs, () => `${what} does not end`);
      if (code !== 0) throw new Error(`${what} ended with ${code}`);
      const last = await lines.next();
      return last.done ? {} : resultSchema.parse(JSON.parse(last.value));
    },
  };
}

/** The first two numbers of its addresses. */
export function subnetOf(segment: number): string {
  return `10.${77 + segment}`;
}

function once(action: Undo): Undo {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
