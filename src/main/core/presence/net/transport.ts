/**
 * The sockets of presence behind one interface (rules SOCK-1 to SOCK-9). There is one interface
 * socket per usable address, all on one port: the unicast port. This file picks that port and the
 * socket for each destination. The parts are `interface-socket.ts`, `group-listeners.ts` and
 * `interface-monitor.ts`.
 */
import {
  PortError,
  type Clock,
  type Endpoint,
  type InterfaceAddress,
  type Interfaces,
  type Log,
  type Random,
  type Udp,
} from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { createInterfaceMonitor, type FollowedSenders } from './interface-monitor.ts';
import { isLinkLocal, isOnLink, zoned, type Arrival, type Destination } from '../../lib/endpoint.ts';
import { addressKey } from './select-interfaces.ts';
import type { PresenceOptions } from '../options.ts';
import { createGroupListeners } from './group-listeners.ts';
import { createInterfaceSocket, type BoundAddress, type InterfaceSocket } from './interface-socket.ts';

/** The first dynamic port (RFC 6335 §6). */
const firstDynamicPort = 49_152;
const dynamicPortCount = 65_536 - firstDynamicPort;
/** Attempts to pick a port, since another program may hold the one we try. */
const maxPortPicks = 16;

export interface PresenceTransport extends Service {
  /** Sends to the group from each bound address that `wanted` accepts. */
  multicast(bytes: Uint8Array, wanted?: (address: InterfaceAddress) => boolean): void;
  /**
   * Sends from the address that heard the destination, else from one on its link, else from any of
   * its family.
   * @returns false if there is none
   */
  unicast(bytes: Uint8Array, destination: Destination): boolean;
  /** The addresses that multicast. */
  addresses(): readonly BoundAddress[];
  /** Names of the adapters that are not used because there are too many. */
  leftOut(): readonly string[];
  /** 0 until the first start. */
  unicastPort(): number;
  /** Records a loopback if the source is one of our own sockets. @returns true if it is */
  noteLoopback(source: Endpoint): boolean;
  /**
   * Closes and reopens all sockets at the next poll. Memberships do not reliably survive a sleep.
   */
  renew(): void;
  /** True for one of our own addresses with our port. */
  isOwnEndpoint(endpoint: Endpoint): boolean;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly udp: Udp;
  readonly interfaces: Interfaces;
  readonly log: Log;
  readonly onDatagram: (bytes: Uint8Array, source: Arrival) => void;
  /** Called once per change of the bound addresses, after the new ones are usable. */
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

interface Senders extends FollowedSenders {
  /**
   * Picks the socket that heard the destination, else one on its link, else any of its family.
   * Returns undefined if the route would use an adapter in `avoided`, or a zone without a socket.
   */
  towards(destination: Destination, avoided: readonly InterfaceAddress[]): InterfaceSocket | undefined;
  /** Sockets with that local endpoint. */
  at(endpoint: Endpoint): readonly InterfaceSocket[];
}

export function createPresenceTransport(deps: Deps, options: Options): PresenceTransport {
  const senders = createSenders({ ...deps, onDatagram: receive }, options);
  const groupListeners = createGroupListeners({ ...deps, onDatagram: receive }, options);
  const following = createInterfaceMonitor({ ...deps, senders, groupListeners }, options);

  return {
    name: 'sockets',
    run: following.run,
    multicast(bytes, wanted = () => true) {
      for (const sender of senders.list()) if (wanted(sender.interface)) sender.multicast(bytes);
    },
    unicast(bytes, destination) {
      const sender = senders.towards(destination, following.unwanted());
      sender?.unicast(bytes, destination);
      return sender !== undefined;
    },
    addresses: () =>
      senders
        .list()
        .filter((sender) => sender.isMulticasting)
        .map((sender) => sender.books()),
    leftOut: following.leftOut,
    unicastPort: senders.port,
    noteLoopback(source) {
      const own = senders.at(source).find((sender) => sender.isOpen());
      own?.noteLoopback();
      return own !== undefined;
    },
    isOwnEndpoint: (endpoint) => senders.at(endpoint).length > 0,
    renew: following.renew,
  };

  function receive(bytes: Uint8Array, source: Arrival): void {
    const isFromItsLink = ({ interface: on }: InterfaceSocket): boolean =>
      on.family === source.family && isOnLink(source.address, on);
    senders.list().find(isFromItsLink)?.noteHeard();
    deps.onDatagram(bytes, source);
  }
}

function createSenders(deps: Omit<Deps, 'interfaces' | 'onChange'>, options: Options): Senders {
  const senders = new Map<string, InterfaceSocket>();
  let port = 0;

  return {
    list,
    port: () => port,
    pickPort,
    async follow(addresses) {
      const keys = new Set(addresses.map(addressKey));
      for (const [key, sender] of senders) {
        if (keys.has(key)) continue;
        sender.close();
        senders.delete(key);
      }
      for (const address of addresses) await senderOf(address).open(port);
    },
    towards(destination, avoided) {
      const usable = list().filter((sender) => sender.isOpen() && sender.interface.family === destination.family);
      const heardBy = destination.local === undefined ? undefined : senders.get(destination.local);
      const onLink = heardBy?.isOpen() ? heardBy : usable.find((candidate) => isOnLink(destination.address, candidate.interface));
      if (onLink) return onLink;
      // The system would route the datagram through that adapter, from any socket.
      if (avoided.some((address) => isOnLink(destination.address, address))) return undefined;
      if (destination.address.includes('%')) return undefined;
      // Routers do not forward what comes from a link-local address.
      return usable.find((candidate) => !isLinkLocal(candidate.interface.address)) ?? usable[0];
    },
    at: (endpoint) =>
      endpoint.port === port
        ? list().filter((sender) => zoned(sender.interface.address, sender.interface) === endpoint.address)
        : [],
    close,
  };

  function list(): readonly InterfaceSocket[] {
    return [...senders.values()];
  }

  function senderOf(address: InterfaceAddress): InterfaceSocket {
    const key = addressKey(address);
    const sender = senders.get(key) ?? createInterfaceSocket(deps, address, options);
    senders.set(key, sender);
    return sender;
  }

  /**
   * Picks one port for all addresses, even before there are any, so that it never depends on the
   * adapters. It tries the preferred port first, and keeps its port across restarts if it is still
   * free.
   */
  async function pickPort(addresses: readonly InterfaceAddress[]): Promise<void> {
    for (let pick = 0; pick < maxPortPicks; pick += 1) {
      if (port === 0 && options.preferredUnicastPort > 0) port = options.preferredUnicastPort;
      else if (port === 0 || pick > 0) port = randomPort();
      for (const address of addresses) await senderOf(address).open(port);
      if (list().every((sender) => sender.books().failure?.code !== 'EADDRINUSE')) return;
      close();
    }
    throw new PortError('EADDRINUSE', `no free unicast port after ${maxPortPicks} picks`);
  }

  function randomPort(): number {
    return firstDynamicPort + Math.floor(deps.random.fraction() * dynamicPortCount);
  }

  function close(): void {
    for (const sender of list()) sender.close();
    senders.clear();
  }
}
