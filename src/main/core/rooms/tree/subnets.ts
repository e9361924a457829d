/**
 * Which peers share a network, as far as addresses show it (rules ROOM-141, ROOM-152). The prefixes
 * of our own adapters are known. Of other networks the usual lengths are assumed.
 */
import { isOnLink } from '../../lib/endpoint.ts';
import type { InterfaceAddress } from '../../ports.ts';

/** @returns the same text for addresses of one network */
export function subnetOf(address: string, own: readonly InterfaceAddress[]): string {
  const link = own.find((adapter) => isOnLink(address, adapter));
  if (link) return `link ${link.name} ${link.family}`;
  // A /24 of IPv4, a /64 of IPv6.
  if (address.includes('.')) return address.split('.').slice(0, 3).join('.');
  return address.split(':').slice(0, 4).join(':');
}

export function isNear(address: string | undefined, own: readonly InterfaceAddress[]): boolean {
  return address !== undefined && own.some((adapter) => isOnLink(address, adapter));
}
