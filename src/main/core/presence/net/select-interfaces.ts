/**
 * Selects the interface addresses to use, and compares two polls (rules MEM-1 to MEM-3, MEM-5).
 * Pure: it takes the adapter list of the operating system.
 */
import type { AddressFamily, InterfaceAddress } from '../../ports.ts';
import { isLinkLocal } from '../../lib/endpoint.ts';
import { isVirtualAdapter } from '../../lib/virtual-adapters.ts';
import type { PresenceOptions } from '../options.ts';

/** The addresses to use, and the adapters that the limit leaves without one. */
export interface Selection {
  readonly used: readonly InterfaceAddress[];
  /** Names of adapters. */
  readonly leftOut: readonly string[];
}

type Options = Pick<PresenceOptions, 'interfaces' | 'excludedInterfaces' | 'maxSenders'>;

/**
 * Selects one address per adapter and subnet, since a second one would only double the beacons.
 * IPv6 multicasts from the link-local address, because the group has link-local scope; its other
 * addresses are for unicast alone. Loopback must be named, and works over IPv4 only.
 *
 * The limit counts per family, so that the IPv4 and the IPv6 address of an adapter count as one. The
 * adapters of containers come last, since a server may have hundreds.
 */
export function selectAddresses(listed: readonly InterfaceAddress[], options: Options): Selection {
  const bySubnet = new Map<string, InterfaceAddress>();
  for (const candidate of listed) {
    if ((candidate.family === 'ipv6' && candidate.internal) || !isWanted(candidate, options)) continue;
    const subnet = `${candidate.name} ${subnetOf(candidate)}`;
    if (!bySubnet.has(subnet)) bySubnet.set(subnet, candidate);
  }
  const candidates = realFirst([...bySubnet.values()]);
  const chosen = new Set(
    (['ipv4', 'ipv6'] as const).flatMap((family) =>
      byPriority(candidates.filter((candidate) => candidate.family === family)).slice(0, options.maxSenders),
    ),
  );
  const used = candidates.filter((candidate) => chosen.has(candidate));
  const usedNames = new Set(used.map(({ name }) => name));
  return { used, leftOut: [...new Set(candidates.map(({ name }) => name))].filter((name) => !usedNames.has(name)) };
}

/** True for an address that multicasts; others serve unicast alone. */
export function isMulticasting({ family, address }: Pick<InterfaceAddress, 'family' | 'address'>): boolean {
  return family === 'ipv4' || isLinkLocal(address);
}

/** True unless the user excluded the adapter, or named others. Loopback must be named. */
export function isWanted(
  { name, internal }: InterfaceAddress,
  { interfaces: names, excludedInterfaces }: Pick<PresenceOptions, 'interfaces' | 'excludedInterfaces'>,
): boolean {
  return (names ? names.includes(name) : !internal) && !excludedInterfaces().includes(name);
}

/** True if both lists name the same addresses on the same adapters, in any order. */
export function sameAddresses(a: readonly InterfaceAddress[], b: readonly InterfaceAddress[]): boolean {
  const keys = new Set(a.map(addressKey));
  return a.length === b.length && b.every((address) => keys.has(addressKey(address)));
}

/** Identifies an address on an adapter. */
export function addressKey({ name, address, prefixLength }: InterfaceAddress): string {
  return `${name} ${address}/${prefixLength}`;
}

/** The group address of a family, without a zone. */
export function groupOf(family: AddressFamily, { group, group6 }: Pick<PresenceOptions, 'group' | 'group6'>): string {
  return family === 'ipv4' ? group : group6;
}

function realFirst(candidates: readonly InterfaceAddress[]): readonly InterfaceAddress[] {
  return candidates.toSorted((a, b) => Number(isVirtualAdapter(a.name)) - Number(isVirtualAdapter(b.name)));
}

/** Of one family: multicasting addresses first, and the first of every adapter before the second. */
function byPriority(candidates: readonly InterfaceAddress[]): readonly InterfaceAddress[] {
  const seen = new Map<string, number>();
  const ranked = candidates.map((candidate) => {
    const earlier = seen.get(candidate.name) ?? 0;
    seen.set(candidate.name, earlier + 1);
    return { candidate, rank: [isVirtualAdapter(candidate.name), !isMulticasting(candidate), earlier].map(Number) };
  });
  return ranked.toSorted((a, b) => compare(a.rank, b.rank)).map(({ candidate }) => candidate);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const [difference = 0] = a.map((value, index) => value - (b[index] ?? 0)).filter((step) => step !== 0);
  return difference;
}

function subnetOf({ family, address, prefixLength }: InterfaceAddress): string {
  if (family === 'ipv6') return isLinkLocal(address) ? 'link-local' : address;
  const bits = address.split('.').map((part) => Number(part).toString(2).padStart(8, '0'));
  return bits.join('').slice(0, prefixLength);
}
