/**
 * The sockets of presence, as all the rest sees them, and our senders among them: one per usable interface address, all on one port, which
 * so is the node's unicast port (rules SOCK-1 to SOCK-6). Picks that port, and knows which sender reaches which peer. How one address is
 * spoken from is in `interface-socket.ts`, the sockets that hear the group in `group-listeners.ts`, and what opens and closes them, and when, in
 * `adapter-following.ts`.
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
import { isOnLink, zoned, type Arrival, type Destination } from '../../lib/endpoint.ts';
import { addressKey } from './select-interfaces.ts';
import type { PresenceOptions } from '../options.ts';
import { createGroupListeners } from './group-listeners.ts';
import { createInterfaceSocket, type BoundAddress, type InterfaceSocket } from './interface-socket.ts';

/** Ports from here on are free for anyone to use for a while (RFC 6335 §6). */
const firstDynamicPort = 49_152;
const dynamicPortCount = 65_536 - firstDynamicPort;
/** Another instance may hold the port that we picked: so many picks before we call it a fault. */
const maxPortPicks = 16;

export interface PresenceTransport extends Service {
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

interface Senders extends FollowedSenders {
  /** The one that heard the destination, else one on its link, else any of its family, unless the way would lead over `avoided`. */
  towards(destination: Destination, avoided: readonly InterfaceAddress[]): InterfaceSocket | undefined;
  /** Those whose own endpoint it is. */
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
    addresses: () => senders.list().map(addressOf),
    unicastPort: senders.port,
    noteLoopback(source) {
      const own = senders.at(source).find((sender) => sender.isOpen());
      own?.noteLoopback();
      return own !== undefined;
    },
    isOwnEndpoint: (endpoint) => senders.at(endpoint).length > 0,
    renew: following.renew,
  };

  function addressOf(sender: InterfaceSocket): BoundAddress {
    const books = sender.books();
    return { ...books, joined: books.joined && groupListeners.isOpen(sender.interface.family) };
  }

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
      // The system would route it out of that very adapter, whichever socket it came from.
      if (!onLink && avoided.some((address) => isOnLink(destination.address, address))) return undefined;
      return onLink ?? usable[0];
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
   * One port for all addresses, chosen before there are any, so that it is known and stays the same whatever the adapters do. The preferred
   * one first, and kept across restarts when it is still free.
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
