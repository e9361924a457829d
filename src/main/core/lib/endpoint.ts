/**
 * Endpoints and interface addresses: their text form, and which of our addresses reaches a
 * destination.
 */
import { ipv6Number } from './ipv6.ts';
import type { Endpoint, InterfaceAddress } from '../ports.ts';

const ipv6Bits = 128;

export interface Destination extends Endpoint {
  /**
   * Our interface socket that heard the peer, and should answer it: two adapters may have the same
   * subnet.
   */
  readonly local?: string;
}

/** The source of a datagram, and how it arrived. */
export interface Arrival extends Destination {
  readonly via: 'group' | 'unicast';
}

/** The endpoint as text: `10.0.0.1:4255` or `[fe80::1%eth0]:4255`. */
export function formatEndpoint(endpoint: Endpoint): string {
  const address = endpoint.family === 'ipv6' ? `[${endpoint.address}]` : endpoint.address;
  return `${address}:${endpoint.port}`;
}

/**
 * True if the endpoint can belong to a node. Rejects multicast, unspecified addresses and
 * well-known ports, so that no peer can direct our datagrams there.
 */
export function isNodeEndpoint({ family, address, port }: Endpoint): boolean {
  if (port < 1_024) return false;
  if (family === 'ipv6') return !/^(ff|::$)/i.test(address);
  const [first = 0] = address.split('.').map(Number);
  return first > 0 && first < 224;
}

/**
 * True if a peer may name that endpoint. Also rejects what is the broadcast address of most
 * networks. A source address needs no such check: systems drop datagrams from a broadcast address.
 */
export function isCallable(endpoint: Endpoint): boolean {
  return isNodeEndpoint(endpoint) && !(endpoint.family === 'ipv4' && endpoint.address.endsWith('.255'));
}

/** Adds the zone to an IPv6 address that needs one: `fe80::1%eth0`. */
export function zoned(address: string, { name }: Pick<InterfaceAddress, 'name'>): string {
  return /^(fe[89ab]|ff)/i.test(address) ? `${address}%${name}` : address;
}

/** True for an address that means something on one link alone. */
export function isLinkLocal(address: string): boolean {
  return /^(fe[89ab]|169\.254\.)/i.test(address);
}

/** True if `address` (with a zone if link-local) is on the link of `on`. */
export function isOnLink(address: string, on: InterfaceAddress): boolean {
  if (on.family === 'ipv6') return isOnIpv6Link(address, on);
  const mask = on.prefixLength === 0 ? 0 : (~0 << (32 - on.prefixLength)) >>> 0;
  return address.includes('.') && (ipv4Number(address) & mask) >>> 0 === (ipv4Number(on.address) & mask) >>> 0;
}

function isOnIpv6Link(address: string, on: InterfaceAddress): boolean {
  const [bare = '', zone] = address.split('%');
  if (isLinkLocal(on.address) || isLinkLocal(bare)) return isLinkLocal(on.address) && zone === on.name;
  const [one, other] = [ipv6Number(bare), ipv6Number(on.address)];
  const hostBits = BigInt(ipv6Bits - on.prefixLength);
  return one !== undefined && other !== undefined && one >> hostBits === other >> hostBits;
}

function ipv4Number(address: string): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0) >>> 0;
}
