/**
 * The sockets of presence: one receiver per address family on the group's port, joined on every usable adapter, and one sender per
 * interface address, whose port is also the node's unicast port (rules SOCK-1 to SOCK-7, MEM-1 to MEM-5). It follows the adapters as they
 * come, go and change; a failing adapter is skipped, reported and tried again, never fatal.
 */
import type { AddressFamily, Endpoint, InterfaceAddress, Interfaces, Clock, Log, Random, Udp, UdpSocket } from '../ports.ts';
import { pause } from '../pause.ts';
import { PortError } from '../ports.ts';
import type { Service } from '../service.ts';
import { isOnLink } from './endpoint.ts';
import { addressKey, sameAddresses, usableAddresses } from './membership.ts';
import type { PresenceOptions } from './options.ts';

/** Where a datagram came from, and by which way. */
export interface Arrival extends Destination {
  readonly via: 'group' | 'unicast';
}

export interface Destination extends Endpoint {
  /** The sender of ours that heard it, and so should answer: two adapters may have the same subnet. */
  readonly local?: string;
}

export interface SendFailure {
  /** The system's. */
  readonly code: string;
  /** Monotonic. */
  readonly atMs: number;
  /** Absent if it was an error of the socket itself. */
  readonly destination: Endpoint | undefined;
}

/** What became of one usable interface address. */
export interface BoundAddress {
  readonly interface: InterfaceAddress;
  readonly joined: boolean;
  readonly sent: number;
  readonly sendFailures: number;
  readonly lastSendFailure: SendFailure | undefined;
  readonly heard: number;
  /** Monotonic; when our own multicast last came back on it. */
  readonly lastLoopbackMs: number | undefined;
  /** Why it cannot be used, as the system's code, and since when on the monotonic clock. */
  readonly failure: { readonly code: string; readonly sinceMs: number } | undefined;
}

export interface PresenceSockets extends Service {
  /** Sends to the group on every bound address that `wanted` picks. */
  multicast(bytes: Uint8Array, wanted?: (address: InterfaceAddress) => boolean): void;
  /** Sends from the address that heard the destination, else from one on its link, else from any of its family. @returns whether there was one */
  unicast(bytes: Uint8Array, destination: Destination): boolean;
  addresses(): readonly BoundAddress[];
  /** 0 until the first start. */
  unicastPort(): number;
  /** Whether the source is one of our own senders: then the datagram was looped back, and this notes so. */
  noteLoopback(source: Endpoint): boolean;
  /** Closes and opens everything at the next turn: after sleep nothing that was joined can be trusted. */
  renew(): void;
  /** Whether it is one of our own addresses with our port. */
  isOwnEndpoint(endpoint: Endpoint): boolean;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly udp: Udp;
  readonly interfaces: Interfaces;
  readonly log: Log;
  readonly onDatagram: (bytes: Uint8Array, source: Arrival) => void;
  /** The set of bound addresses changed; called once per change, after new ones are usable. */
  readonly onChange: () => void;
}

type Options = Pick<
  PresenceOptions,
  | 'group'
  | 'group6'
  | 'port'
  | 'preferredUnicastPort'
  | 'hops'
  | 'interfaces'
  | 'excludedInterfaces'
  | 'interfacePollMs'
  | 'maxSenders'
>;

interface Sender {
  readonly interface: InterfaceAddress;
  socket: UdpSocket | undefined;
  joined: boolean;
  sent: number;
  sendFailures: number;
  lastSendFailure: SendFailure | undefined;
  heard: number;
  lastLoopbackMs: number | undefined;
  sendsSinceLoopback: number;
  failure: { readonly code: string; readonly sinceMs: number } | undefined;
}

/** Ports from here on are free for anyone to use for a while (RFC 6335 §6). */
const firstDynamicPort = 49_152;
const dynamicPortCount = 65_536 - firstDynamicPort;
/** Another instance may hold the port that we picked: so many picks before we call it a fault. */
const maxPortPicks = 16;
/** So many multicasts in a row that did not come back mean a membership lost without notice: everything is joined anew. */
const deafAfterSends = 3;

export function createPresenceSockets(deps: Deps, options: Options): PresenceSockets {
  const receivers = new Map<AddressFamily, UdpSocket>();
  const senders = new Map<string, Sender>();
  /** Addresses of adapters that people chose not to use. */
  let unwanted: readonly InterfaceAddress[] = [];
  let unicastPort = 0;
  let renewing = false;
  /** Ends the wait until the next look. */
  let wake: AbortController | undefined;

  return {
    name: 'sockets',
    run,
    multicast(bytes, wanted = () => true) {
      for (const sender of senders.values()) {
        if (!sender.socket || !wanted(sender.interface)) continue;
        sender.sent += 1;
        sender.sendsSinceLoopback += 1;
        sender.socket.send(bytes, groupEndpoint(sender.interface));
      }
    },
    unicast(bytes, destination) {
      const usable = [...senders.values()].filter((sender) => sender.socket && sender.interface.family === destination.family);
      const heardBy = destination.local === undefined ? undefined : senders.get(destination.local);
      const onLink = heardBy?.socket ? heardBy : usable.find((candidate) => isOnLink(destination.address, candidate.interface));
      // The system would route it out of that very adapter, whichever socket it came from.
      if (!onLink && unwanted.some((address) => isOnLink(destination.address, address))) return false;
      const sender = onLink ?? usable[0];
      if (!sender?.socket) return false;
      sender.sent += 1;
      sender.socket.send(bytes, destination);
      return true;
    },
    addresses: () =>
      [...senders.values()].map((sender) => ({ ...sender, joined: sender.joined && receivers.has(sender.interface.family) })),
    unicastPort: () => unicastPort,
    noteLoopback(source) {
      const own = [...senders.values()].find(
        (sender) => source.port === unicastPort && source.address === zoned(sender.interface) && sender.socket !== undefined,
      );
      if (!own) return false;
      own.lastLoopbackMs = deps.clock.monotonicMs();
      own.sendsSinceLoopback = 0;
      return true;
    },
    isOwnEndpoint: ({ address, port }) =>
      port === unicastPort && [...senders.values()].some((sender) => zoned(sender.interface) === address),
    renew() {
      renewing = true;
      wake?.abort();
    },
  };

  async function run({ signal, ready }: Parameters<Service['run']>[0]): Promise<void> {
    try {
      await pickUnicastPort();
      await follow(usableNow());
      ready();
      while (!signal.aborted) {
        wake = new AbortController();
        await pause(deps.clock, options.interfacePollMs, AbortSignal.any([signal, wake.signal]));
        if (!signal.aborted) await look();
      }
    } finally {
      closeAll();
    }
  }

  function usableNow(): readonly InterfaceAddress[] {
    const listed = deps.interfaces.list();
    const usable = usableAddresses(listed, options);
    unwanted = listed.filter(({ name, internal }) => !internal && usable.every((address) => address.name !== name));
    return usable;
  }

  /** One look at the adapters: follows a difference, and otherwise only mends what failed. */
  async function look(): Promise<void> {
    const wanted = usableNow();
    const current = [...senders.values()];
    const same = sameAddresses(
      wanted,
      current.map((sender) => sender.interface),
    );
    const deaf = current.some((sender) => sender.sendsSinceLoopback >= deafAfterSends);
    if (!same || deaf || renewing) await follow(wanted);
    else await mend(current.filter((sender) => sender.failure !== undefined));
  }

  async function mend(failing: readonly Sender[]): Promise<void> {
    if (failing.length === 0) return;
    const before = boundKeys();
    for (const sender of failing) {
      await openSender(sender.interface);
      const receiver = receivers.get(sender.interface.family);
      if (receiver && sender.socket) join(receiver, sender);
    }
    if (boundKeys() !== before) deps.onChange();
  }

  /**
   * Brings the sockets in line with the adapters. Receivers are opened anew and every membership taken afresh, because a membership can be
   * lost without notice (an adapter that went and came back under the same address): nothing here remembers "joined".
   */
  async function follow(wanted: readonly InterfaceAddress[]): Promise<void> {
    const before = boundKeys();
    const changed = renewing;
    renewing = false;
    const wantedKeys = new Set(wanted.map(addressKey));
    for (const [key, sender] of senders) {
      if (wantedKeys.has(key)) continue;
      sender.socket?.close();
      senders.delete(key);
    }
    if (changed) closeSockets();
    for (const address of wanted) await openSender(address);
    await openReceivers();
    if (changed || boundKeys() !== before) deps.onChange();
  }

  function boundKeys(): string {
    return [...senders].flatMap(([key, sender]) => (sender.socket && sender.joined ? [key] : [])).join();
  }

  async function openSender(address: InterfaceAddress): Promise<void> {
    const key = addressKey(address);
    const sender: Sender = senders.get(key) ?? {
      interface: address,
      socket: undefined,
      joined: false,
      sent: 0,
      sendFailures: 0,
      lastSendFailure: undefined,
      heard: 0,
      lastLoopbackMs: undefined,
      sendsSinceLoopback: 0,
      failure: undefined,
    };
    senders.set(key, sender);
    if (sender.socket) return;
    try {
      sender.socket = await deps.udp.open(
        {
          family: address.family,
          address: zoned(address),
          port: unicastPort,
          shared: false,
          multicast: { interface: address, hops: options.hops },
        },
        {
          onDatagram: (bytes, source) => receive(bytes, { ...source, via: 'unicast', local: key }),
          onError(error, destination) {
            sender.sendFailures += 1;
            sender.lastSendFailure = { code: error.code, atMs: deps.clock.monotonicMs(), destination };
            // One peer that cannot be reached says nothing about the adapter; the group can always be sent to.
            if (destination && destination.address.split('%')[0] !== groupOf(destination.family)) return;
            fail(sender, error.code);
          },
        },
      );
      sender.failure = undefined;
    } catch (error) {
      fail(sender, codeOf(error));
    }
  }

  async function openReceivers(): Promise<void> {
    for (const family of ['ipv4', 'ipv6'] as const) {
      const used = [...senders.values()].filter((sender) => sender.interface.family === family);
      const previous = receivers.get(family);
      if (used.length === 0 && family === 'ipv6') {
        previous?.close();
        receivers.delete(family);
        continue;
      }
      const receiver = await openReceiver(family, used);
      // The old one is closed after the new one listens: what arrives twice in between is dropped as a replay.
      previous?.close();
      if (receiver) receivers.set(family, receiver);
      else receivers.delete(family);
      if (receiver) for (const sender of used) join(receiver, sender);
    }
  }

  /** IPv4 is what the supervisor must hear about; a host may well have no IPv6 or refuse it. */
  async function openReceiver(family: AddressFamily, used: readonly Sender[]): Promise<UdpSocket | undefined> {
    try {
      const handlers = {
        onDatagram: (bytes: Uint8Array, source: Endpoint) => receive(bytes, { ...source, via: 'group' }),
        onError: (error: PortError) => logError('receiver', error.code),
      };
      return await deps.udp.open({ family, port: options.port, shared: true }, handlers);
    } catch (error) {
      if (family === 'ipv4') throw error;
      for (const sender of used) fail(sender, codeOf(error));
      return undefined;
    }
  }

  function join(receiver: UdpSocket, sender: Sender): void {
    const group = groupOf(sender.interface.family);
    sender.joined = false;
    sender.sendsSinceLoopback = 0;
    try {
      receiver.leave(group, sender.interface);
      receiver.join(group, sender.interface);
      sender.joined = true;
    } catch (error) {
      const code = codeOf(error);
      // Two addresses on one adapter share its membership.
      if (code === 'EADDRINUSE') sender.joined = true;
      else fail(sender, code);
    }
  }

  /** A sender whose sends fail is closed, and so opened again at the next look at the adapters. */
  function fail(sender: Sender, code: string): void {
    logError(addressKey(sender.interface), code);
    sender.failure = { code, sinceMs: sender.failure?.sinceMs ?? deps.clock.monotonicMs() };
    sender.socket?.close();
    sender.socket = undefined;
  }

  function receive(bytes: Uint8Array, source: Arrival): void {
    for (const sender of senders.values()) {
      if (sender.interface.family !== source.family || !isOnLink(source.address, sender.interface)) continue;
      sender.heard += 1;
      break;
    }
    deps.onDatagram(bytes, source);
  }

  /**
   * One port for all addresses, chosen before there are any, so that it is known and stays the same whatever the adapters do. The preferred
   * one first, and kept across restarts when it is still free.
   */
  async function pickUnicastPort(): Promise<void> {
    const addresses = usableNow();
    for (let pick = 0; pick < maxPortPicks; pick += 1) {
      if (unicastPort === 0 && options.preferredUnicastPort > 0) unicastPort = options.preferredUnicastPort;
      else if (unicastPort === 0 || pick > 0) unicastPort = randomPort();
      for (const address of addresses) await openSender(address);
      const taken = [...senders.values()].some((sender) => sender.failure?.code === 'EADDRINUSE');
      if (!taken) return;
      closeSenders();
    }
    throw new PortError('EADDRINUSE', `no free unicast port after ${maxPortPicks} picks`);
  }

  function randomPort(): number {
    return firstDynamicPort + Math.floor(deps.random.fraction() * dynamicPortCount);
  }

  /** An adapter that was reset while the computer slept has its name and its addresses again, and nothing that was opened on it works. */
  function closeSockets(): void {
    for (const sender of senders.values()) {
      sender.socket?.close();
      sender.socket = undefined;
    }
  }

  function closeSenders(): void {
    for (const sender of senders.values()) sender.socket?.close();
    senders.clear();
  }

  function closeAll(): void {
    closeSenders();
    for (const receiver of receivers.values()) receiver.close();
    receivers.clear();
  }

  function groupOf(family: AddressFamily): string {
    return family === 'ipv4' ? options.group : options.group6;
  }

  function groupEndpoint(from: InterfaceAddress): Endpoint {
    const zone = from.family === 'ipv6' ? `%${from.name}` : '';
    return { family: from.family, address: groupOf(from.family) + zone, port: options.port };
  }

  function logError(where: string, code: string): void {
    deps.log.write('warning', 'a socket failed', { where, code });
  }
}

function zoned(address: InterfaceAddress): string {
  return address.family === 'ipv6' ? `${address.address}%${address.name}` : address.address;
}

function codeOf(error: unknown): string {
  if (error instanceof PortError) return error.code;
  throw error;
}
