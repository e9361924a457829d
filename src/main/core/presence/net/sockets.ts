/**
 * The sockets of presence, as all the rest sees them (rules SOCK-1 to SOCK-6). How one address is spoken from is in `sender.ts`, the port that
 * all share in `senders.ts`, the sockets that hear the group in `receivers.ts`, and what opens and closes them in `adapter-following.ts`.
 */
import type { Clock, Endpoint, InterfaceAddress, Interfaces, Log, Random, Udp } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { createAdapterFollowing } from './follow-adapters.ts';
import { isOnLink, type Arrival, type Destination } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import { createReceivers } from './receivers.ts';
import type { BoundAddress, Sender } from './sender.ts';
import { createSenders } from './senders.ts';

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

export function createPresenceSockets(deps: Deps, options: Options): PresenceSockets {
  const senders = createSenders({ ...deps, onDatagram: receive }, options);
  const receivers = createReceivers({ ...deps, onDatagram: receive }, options);
  const following = createAdapterFollowing({ ...deps, senders, receivers }, options);

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

  function addressOf(sender: Sender): BoundAddress {
    const books = sender.books();
    return { ...books, joined: books.joined && receivers.isOpen(sender.interface.family) };
  }

  function receive(bytes: Uint8Array, source: Arrival): void {
    const isFromItsLink = ({ interface: on }: Sender): boolean => on.family === source.family && isOnLink(source.address, on);
    senders.list().find(isFromItsLink)?.noteHeard();
    deps.onDatagram(bytes, source);
  }
}
