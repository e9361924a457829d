/**
 * One simulated UDP socket: sends through the host's routes, keeps its own memberships, and hands on what the host delivers. Binding
 * and the choice among several sockets are the host's.
 */
import type { Endpoint, InterfaceAddress, UdpHandlers, UdpOptions, UdpSocket } from '../../../src/main/core/ports.ts';
import { PortError } from '../../../src/main/core/ports.ts';
import type { Address } from './address.ts';
import { parseAddress } from './address.ts';
import type { Adapter, Packet, PacketReceiver, Wire } from './packet.ts';
import type { Route } from './route.ts';
import { adapterOf, routeDatagram } from './route.ts';

/** Largest payload of one datagram: what fits after the headers of IPv4, and of IPv6. */
const maxPayloadBytes = { ipv4: 65_507, ipv6: 65_527 } as const;

/** Links that a unicast datagram may cross, as systems set it by default. */
const unicastHops = 64;

export interface SimSocket {
  readonly options: UdpOptions;
  readonly port: number;
  /** Absent when bound to every address. */
  readonly bound: Address | undefined;
  readonly handle: UdpSocket;
  isMember(adapter: Adapter, group: Address): boolean;
  /** Takes away the memberships on an adapter that vanished. */
  forget(adapter: Adapter): void;
  memberships(): readonly { readonly adapter: Adapter; readonly group: string }[];
  deliver(packet: Packet, on: Adapter): void;
}

export interface SimSocketContext {
  readonly host: PacketReceiver;
  readonly wire: Wire;
  readonly adapters: readonly Adapter[];
  /** Hands a datagram to this very host. */
  loopBack(on: Adapter, packet: Packet): void;
  onClosed(socket: SimSocket): void;
}

interface Binding {
  readonly options: UdpOptions;
  readonly port: number;
  readonly bound: Address | undefined;
  readonly multicastAdapter: Adapter | undefined;
}

export function createSimSocket(context: SimSocketContext, binding: Binding, handlers: UdpHandlers): SimSocket {
  const { wire, adapters } = context;
  const { options, port, bound, multicastAdapter } = binding;
  const origin = { family: options.family, bound, multicastAdapter };
  const joined = new Map<Adapter, Set<string>>();
  let open = true;

  function fail(code: string, message: string, destination: Endpoint): void {
    wire.clock.setTimer(() => {
      if (open) handlers.onError(new PortError(code, message), destination);
    }, 0);
  }

  function send(bytes: Uint8Array, destination: Endpoint): void {
    if (!open) return;
    const address = parseAddress(destination.address);
    const target = `${destination.address} port ${destination.port}`;
    if (bytes.length > maxPayloadBytes[options.family])
      return fail('EMSGSIZE', `${bytes.length} bytes do not fit into a datagram`, destination);
    if (address === undefined || !(destination.port >= 1 && destination.port <= 65_535))
      return fail('EINVAL', `no destination: ${target}`, destination);
    const route = routeDatagram(adapters, wire, origin, address);
    if (typeof route === 'string') return fail(route, `cannot send to ${target}`, destination);
    transmit(route, {
      from: context.host,
      source: route.source,
      sourcePort: port,
      destination: address,
      destinationPort: destination.port,
      hops: address.multicast ? (options.multicast?.hops ?? 1) : unicastHops,
      bytes: bytes.slice(),
    });
  }

  function transmit({ adapter, local }: Route, packet: Packet): void {
    // The sender's own host gets its copy of a multicast before the wire does, so it does so even with the cable out.
    if (local || packet.destination.multicast) context.loopBack(adapter, packet);
    if (!local && adapter.segment !== undefined) wire.transmit(adapter, packet);
  }

  function join(groupText: string, on: InterfaceAddress): void {
    const group = parseAddress(groupText);
    const address = parseAddress(on.address);
    if (!open) throw new PortError('EBADF', 'the socket is closed');
    if (group === undefined || address === undefined || !group.multicast || group.family !== options.family) {
      throw new PortError('EINVAL', `${groupText} cannot be joined on ${on.address}`);
    }
    // IPv4 names the adapter by its address, IPv6 by its name.
    const adapter = options.family === 'ipv4' ? adapterOf(adapters, address) : adapters.find(({ name }) => name === on.name);
    if (adapter === undefined)
      throw new PortError(options.family === 'ipv4' ? 'ENODEV' : 'EINVAL', `no adapter ${on.name} ${on.address}`);
    const groups = joined.get(adapter) ?? new Set();
    joined.set(adapter, groups);
    if (!groups.has(group.text)) adapter.members.set(group.text, (adapter.members.get(group.text) ?? 0) + 1);
    groups.add(group.text);
  }

  function leave(groupText: string, on: InterfaceAddress): void {
    const group = parseAddress(groupText)?.text;
    for (const [adapter, groups] of joined) {
      if (adapter.name === on.name && group !== undefined && groups.delete(group)) loseMember(adapter, group);
    }
  }

  function close(): void {
    if (!open) return;
    open = false;
    for (const [adapter, groups] of joined) for (const group of groups) loseMember(adapter, group);
    joined.clear();
    context.onClosed(socket);
  }

  const socket: SimSocket = {
    options,
    port,
    bound,
    handle: { port, send, join, leave, close },
    isMember: (adapter, group) => joined.get(adapter)?.has(group.text) ?? false,
    forget: (adapter) => void joined.delete(adapter),
    memberships: () => [...joined].flatMap(([adapter, groups]) => [...groups].map((group) => ({ adapter, group }))),
    deliver(packet, on) {
      if (!open) return;
      const { family, text, linkLocal } = packet.source;
      // The bytes are the receiver's to change.
      handlers.onDatagram(packet.bytes.slice(), {
        family,
        address: linkLocal ? `${text}%${on.name}` : text,
        port: packet.sourcePort,
      });
    },
  };
  return socket;
}

function loseMember(adapter: Adapter, group: string): void {
  const left = (adapter.members.get(group) ?? 0) - 1;
  if (left > 0) adapter.members.set(group, left);
  else adapter.members.delete(group);
}
