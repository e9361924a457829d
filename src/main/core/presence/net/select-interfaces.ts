/**
 * Selects the interface addresses to use, and compares two polls (rules MEM-1 to MEM-3). Pure: it
 * takes the adapter list of the operating system.
 */
import type { AddressFamily, InterfaceAddress } from '../../ports.ts';
import type { PresenceOptions } from '../options.ts';

/**
 * Selects one address per adapter and subnet, since a second one would only double the beacons.
 * IPv6 uses the link-local address, because the group has link-local scope. Loopback must be named
 * and works over IPv4 only, since it has no link-local address.
 */
export function usableAddresses(
  listed: readonly InterfaceAddress[],
  options: Pick<PresenceOptions, 'interfaces' | 'excludedInterfaces' | 'maxSenders'>,
): readonly InterfaceAddress[] {
  const bySubnet = new Map<string, InterfaceAddress>();
  for (const candidate of listed) {
    if (!isWanted(candidate, options) || options.excludedInterfaces().includes(candidate.name)) continue;
    const subnet = `${candidate.name} ${subnetOf(candidate)}`;
    if (!bySubnet.has(subnet)) bySubnet.set(subnet, candidate);
  }
  return [...bySubnet.values()].slice(0, options.maxSenders);
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

function isWanted(candidate: InterfaceAddress, { interfaces: names }: Pick<PresenceOptions, 'interfaces'>): boolean {
  if (candidate.family === 'ipv6' && (candidate.internal || !/^fe[89ab]/i.test(candidate.address))) return false;
  return names ? names.includes(candidate.name) : !candidate.internal;
}

function subnetOf({ family, address, prefixLength }: InterfaceAddress): string {
  if (family === 'ipv6') return 'link-local';
  const bits = address.split('.').map((part) => Number(part).toString(2).padStart(8, '0'));
  return bits.join('').slice(0, prefixLength);
}
