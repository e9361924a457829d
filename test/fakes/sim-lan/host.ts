/**
 * One simulated host: its adapters, its `Interfaces` and `Udp` ports, who may bind what, and which socket gets a packet that arrives.
 * The rules are those of Linux with SO_REUSEADDR.
 */
import type { InterfaceAddress, Interfaces, Udp, UdpHandlers, UdpOptions } from '../../../src/main/core/ports.ts';
import { PortError } from '../../../src/main/core/ports.ts';
import type { Address, Subnet } from './address.ts';
import { isSameAddress, parseAddress, parseSubnet } from './address.ts';
import type { Adapter, Packet, PacketReceiver, SimSegment, Wire } from './packet.ts';
import { adapterOf } from './route.ts';
import type { SimSocket } from './socket.ts';
import { createSimSocket } from './socket.ts';

/** Where the system's own choice of ports begins and ends (32768 to 60999 on Linux). */
const firstEphemeralPort = 32_768;
const lastEphemeralPort = 60_999;

export interface AdapterAddresses {
  /** Such as `10.0.0.1/24`, or several; `null` for none. */
  readonly ipv4?: string | readonly string[] | null;
  /** Such as `fe80::1/64`, or several; `null` for none. */
  readonly ipv6?: string | readonly string[] | null;
}

export interface SimAdapter {
  readonly name: string;
  /** The adapter vanishes, and with it every membership on it. */
  detach(): void;
  /** Pulls the cable or plugs it in: without it nothing passes and the adapter is not listed, but its memberships survive. */
  setCarrier(carrier: boolean): void;
  /** Replaces the addresses of the families that are given. Sockets bound to an old one can send no more. */
  changeAddress(addresses: AdapterAddresses): void;
}

export interface SimHost {
  readonly name: string;
  readonly interfaces: Interfaces;
  readonly udp: Udp;
  attach(segment: SimSegment, adapter: AdapterAddresses & { readonly name: string }): SimAdapter;
  /** How many sockets are open: for leak checks. */
  openSockets(): number;
  /** What its sockets have joined, as `eth0 224.0.0.187`: for leak checks. */
  memberships(): readonly string[];
}

export function createSimHost(name: string, wire: Wire): SimHost {
  const adapters: Adapter[] = [];
  /** In the order in which they were opened. */
  const sockets: SimSocket[] = [];
  let lastEphemeral = lastEphemeralPort;
  const receiver: PacketReceiver = { name, receive };

  function receive(on: Adapter, packet: Packet): void {
    if (!on.present) return;
    const { destination, destinationPort } = packet;
    const candidates = sockets.filter(({ port, options }) => port === destinationPort && options.family === destination.family);
    if (destination.multicast) {
      for (const socket of candidates)
        if (socket.bound === undefined && socket.isMember(on, destination)) socket.deliver(packet, on);
      return;
    }
    // Unicast reaches one socket only: the one bound to the very address, else the wildcard; of several the latest.
    const exact = candidates.findLast(
      ({ bound }) =>
        bound !== undefined && isSameAddress(bound, destination) && (bound.zone === undefined || bound.zone === on.name),
    );
    (exact ?? candidates.findLast(({ bound }) => bound === undefined))?.deliver(packet, on);
  }

  function loopBack(on: Adapter, packet: Packet): void {
    if (packet.destination.multicast && !on.members.has(packet.destination.text)) return;
    wire.clock.setTimer(() => receive(on, packet), 0);
  }

  function isTaken(options: UdpOptions, bound: Address | undefined, port: number): boolean {
    return sockets.some(
      (other) =>
        other.port === port &&
        other.options.family === options.family &&
        (other.bound === undefined ||
          bound === undefined ||
          (isSameAddress(other.bound, bound) && other.bound.zone === bound.zone)) &&
        !(other.options.shared && options.shared),
    );
  }

  function ephemeralPort(family: UdpOptions['family']): number {
    for (let tried = firstEphemeralPort; tried <= lastEphemeralPort; tried += 1) {
      lastEphemeral = lastEphemeral === lastEphemeralPort ? firstEphemeralPort : lastEphemeral + 1;
      const candidate = lastEphemeral;
      if (!sockets.some(({ port, options }) => port === candidate && options.family === family)) return candidate;
    }
    throw new PortError('EADDRINUSE', 'no port is free');
  }

  function open(options: UdpOptions, handlers: UdpHandlers): SimSocket {
    const bound = options.address === undefined ? undefined : boundAddress(adapters, options.address, options.family);
    const port = options.port === 0 ? ephemeralPort(options.family) : options.port;
    if (isTaken(options, bound, port)) throw new PortError('EADDRINUSE', `port ${port} is in use on ${name}`);
    const multicastAdapter = options.multicast && multicastAdapterOf(adapters, options.multicast.interface);
    const context = { host: receiver, wire, adapters, loopBack, onClosed };
    const socket = createSimSocket(context, { options, port, bound, multicastAdapter }, handlers);
    sockets.push(socket);
    return socket;
  }

  function onClosed(socket: SimSocket): void {
    sockets.splice(sockets.indexOf(socket), 1);
  }

  function addAdapter(adapter: Adapter): Adapter {
    adapters.push(adapter);
    wire.attach(adapter);
    return adapter;
  }

  function attach(segment: SimSegment, addresses: AdapterAddresses & { readonly name: string }): SimAdapter {
    if (adapters.some((other) => other.name === addresses.name))
      throw new Error(`${name} already has an adapter ${addresses.name}`);
    const adapter = addAdapter(createAdapter(receiver, addresses.name, segment, subnetsAfter([], addresses)));
    return {
      name: adapter.name,
      detach() {
        if (!adapter.present) return;
        adapter.present = false;
        adapter.members.clear();
        for (const socket of sockets) socket.forget(adapter);
        adapters.splice(adapters.indexOf(adapter), 1);
        wire.detach(adapter);
      },
      setCarrier: (carrier) => void (adapter.carrier = carrier),
      changeAddress: (change) => void (adapter.subnets = subnetsAfter(adapter.subnets, change)),
    };
  }

  addAdapter(createAdapter(receiver, 'lo', undefined, [parseSubnet('127.0.0.1/8'), parseSubnet('::1/128')]));

  return {
    name,
    interfaces: { list: () => adapters.filter(({ carrier }) => carrier).flatMap(addressesOf) },
    udp: { open: async (options, handlers) => open(options, handlers).handle },
    attach,
    openSockets: () => sockets.length,
    memberships: () => sockets.flatMap((socket) => socket.memberships().map(({ adapter, group }) => `${adapter.name} ${group}`)),
  };
}

function createAdapter(host: PacketReceiver, name: string, segment: SimSegment | undefined, subnets: readonly Subnet[]): Adapter {
  return { name, host, segment, subnets, carrier: true, present: true, members: new Map() };
}

function subnetsAfter(before: readonly Subnet[], change: AdapterAddresses): Subnet[] {
  const kept = (family: 'ipv4' | 'ipv6'): readonly Subnet[] => before.filter(({ address }) => address.family === family);
  const ipv4 = change.ipv4 === undefined ? kept('ipv4') : [change.ipv4 ?? []].flat().map(parseSubnet);
  const ipv6 = change.ipv6 === undefined ? kept('ipv6') : [change.ipv6 ?? []].flat().map(parseSubnet);
  return [...ipv4, ...ipv6];
}

function addressesOf(adapter: Adapter): InterfaceAddress[] {
  return adapter.subnets.map(({ address, prefixLength }) => ({
    name: adapter.name,
    family: address.family,
    address: address.text,
    prefixLength,
    internal: adapter.segment === undefined,
  }));
}

function boundAddress(adapters: readonly Adapter[], text: string, family: UdpOptions['family']): Address {
  const address = parseAddress(text);
  if (address === undefined || address.family !== family || (address.linkLocal && address.zone === undefined)) {
    throw new PortError('EINVAL', `a socket cannot be bound to ${text}`);
  }
  if (adapterOf(adapters, address) === undefined) throw new PortError('EADDRNOTAVAIL', `no adapter has the address ${text}`);
  return address;
}

/** IPv4 names the adapter by its address, IPv6 by its name. */
function multicastAdapterOf(adapters: readonly Adapter[], on: InterfaceAddress): Adapter {
  const address = parseAddress(on.address);
  const adapter = on.family === 'ipv6' ? adapters.find((one) => one.name === on.name) : address && adapterOf(adapters, address);
  if (adapter === undefined) throw new PortError('EADDRNOTAVAIL', `no adapter ${on.name} ${on.address}`);
  return adapter;
}
