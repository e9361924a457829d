/**
 * Our senders: one per usable interface address, all on one port, which so is the node's unicast port (rules SOCK-2, SOCK-4, SOCK-6).
 * Picks that port, and knows which sender reaches whom. Which addresses there are to be is for `sockets.ts` to say.
 */
import { PortError, type Clock, type Endpoint, type InterfaceAddress, type Log, type Random, type Udp } from '../../ports.ts';
import { isOnLink, zoned, type Arrival, type Destination } from '../../lib/endpoint.ts';
import { addressKey } from './membership.ts';
import type { PresenceOptions } from '../options.ts';
import { createSender, type Sender } from './sender.ts';

export interface Senders {
  list(): readonly Sender[];
  /** 0 until the first `pickPort`. */
  port(): number;
  /** Opens a sender for each address on a port that is free on all of them. @throws PortError: there is none */
  pickPort(addresses: readonly InterfaceAddress[]): Promise<void>;
  /** Closes those of other addresses, and opens what is not open. */
  follow(addresses: readonly InterfaceAddress[]): Promise<void>;
  /** The one that heard the destination, else one on its link, else any of its family, unless the way would lead over `avoided`. */
  towards(destination: Destination, avoided: readonly InterfaceAddress[]): Sender | undefined;
  /** Those whose own endpoint it is. */
  at(endpoint: Endpoint): readonly Sender[];
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly udp: Udp;
  readonly log: Log;
  readonly onDatagram: (bytes: Uint8Array, source: Arrival) => void;
}

type Options = Pick<PresenceOptions, 'group' | 'group6' | 'port' | 'preferredUnicastPort' | 'hops'>;

/** Ports from here on are free for anyone to use for a while (RFC 6335 §6). */
const firstDynamicPort = 49_152;
const dynamicPortCount = 65_536 - firstDynamicPort;
/** Another instance may hold the port that we picked: so many picks before we call it a fault. */
const maxPortPicks = 16;

export function createSenders(deps: Deps, options: Options): Senders {
  const senders = new Map<string, Sender>();
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

  function list(): readonly Sender[] {
    return [...senders.values()];
  }

  function senderOf(address: InterfaceAddress): Sender {
    const key = addressKey(address);
    const sender = senders.get(key) ?? createSender(deps, address, options);
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
