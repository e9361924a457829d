/**
 * Which adapter a datagram leaves by and which source address it carries, as Linux decides; or the code with which the
 * system refuses to send it. The codes and the odd cases were observed on Linux 6.18.
 */
import type { AddressFamily } from '../../../src/main/core/ports.ts';
import type { Address } from './address.ts';
import { isInSubnet, isSameAddress } from './address.ts';
import type { Adapter, Wire } from './packet.ts';

/** What a socket was opened with. */
export interface Origin {
  readonly family: AddressFamily;
  /** Absent on a socket that is bound to every address. */
  readonly bound: Address | undefined;
  /** The adapter chosen for multicast. It may be gone by now. */
  readonly multicastAdapter: Adapter | undefined;
}

export interface Route {
  readonly adapter: Adapter;
  readonly source: Address;
  /** Whether the destination is this very host, so that nothing reaches a wire. */
  readonly local: boolean;
}

export type RefusedSend = 'EINVAL' | 'ENETUNREACH' | 'ENODEV';

export function routeDatagram(
  adapters: readonly Adapter[],
  wire: Wire,
  origin: Origin,
  destination: Address,
): Route | RefusedSend {
  if (destination.family !== origin.family) return 'EINVAL';
  // IPv4 refuses to send from an address that the host no longer has; IPv6 does not mind.
  if (origin.bound?.family === 'ipv4' && adapterOf(adapters, origin.bound) === undefined) return 'ENETUNREACH';
  return destination.multicast ? routeMulticast(origin) : routeUnicast(adapters, wire, origin, destination);
}

/** The adapter that has exactly this address; with a zone, only the adapter of that name. */
export function adapterOf(adapters: readonly Adapter[], address: Address): Adapter | undefined {
  return adapters.find(
    (adapter) =>
      (address.zone === undefined || address.zone === adapter.name) &&
      adapter.subnets.some((subnet) => isSameAddress(subnet.address, address)),
  );
}

function routeMulticast(origin: Origin): Route | RefusedSend {
  const adapter = origin.multicastAdapter;
  if (adapter === undefined) return 'ENETUNREACH';
  if (!adapter.present) return origin.family === 'ipv4' ? 'ENODEV' : 'ENETUNREACH';
  // The loopback adapter has no route for IPv6 multicast.
  if (adapter.segment === undefined && origin.family === 'ipv6') return 'ENETUNREACH';
  return withSource(adapter, origin, (address) => origin.family === 'ipv4' || address.linkLocal);
}

function routeUnicast(adapters: readonly Adapter[], wire: Wire, origin: Origin, destination: Address): Route | RefusedSend {
  if (destination.linkLocal) return routeLinkLocal(adapters, origin, destination);
  if (destination.loopback) return localRoute(adapters[0] as Adapter, origin, destination);
  const owner = adapterOf(adapters, destination);
  if (owner !== undefined) return localRoute(owner, origin, destination);
  const direct = adapters.find((adapter) => adapter.subnets.some((subnet) => isInSubnet(destination, subnet)));
  const adapter = direct ?? adapters.find(({ segment }) => segment !== undefined && wire.isRouted(segment));
  if (adapter === undefined) return 'ENETUNREACH';
  return withSource(adapter, origin, (address) => !address.linkLocal);
}

function routeLinkLocal(adapters: readonly Adapter[], origin: Origin, destination: Address): Route | RefusedSend {
  // A zone that names no adapter counts as none; one that contradicts the socket's own is refused.
  const named = adapters.find(({ name }) => name === destination.zone);
  const own = adapters.find(({ name }) => name === origin.bound?.zone);
  const adapter = own ?? named;
  if (adapter === undefined || (named !== undefined && named !== adapter)) return 'EINVAL';
  const local = adapter.subnets.some((subnet) => isSameAddress(subnet.address, destination));
  return local ? localRoute(adapter, origin, destination) : withSource(adapter, origin, (address) => address.linkLocal);
}

/** A host that talks to itself uses the address it talks to. */
function localRoute(adapter: Adapter, origin: Origin, destination: Address): Route {
  return { adapter, source: origin.bound ?? destination, local: true };
}

function withSource(adapter: Adapter, origin: Origin, isPreferred: (address: Address) => boolean): Route | RefusedSend {
  const own = adapter.subnets.map(({ address }) => address).filter(({ family }) => family === origin.family);
  const source = origin.bound ?? own.find(isPreferred) ?? own[0];
  return source === undefined ? 'ENETUNREACH' : { adapter, source, local: false };
}
