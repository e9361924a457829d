/**
 * Internet addresses of the simulated network: parsing, canonical text, subnets, and which are multicast or bound to a link.
 */
import { SocketAddress } from 'node:net';
import type { AddressFamily } from '../../../src/main/core/ports.ts';

export interface Address {
  readonly family: AddressFamily;
  /** Canonical, without a zone. */
  readonly text: string;
  readonly zone: string | undefined;
  readonly octets: readonly number[];
  readonly multicast: boolean;
  readonly loopback: boolean;
  /** Means something on one link only, so that it needs a zone to be sent to. */
  readonly linkLocal: boolean;
}

export interface Subnet {
  readonly address: Address;
  readonly prefixLength: number;
}

/** A simulation uses a few hundred addresses; a hostile test may invent more. */
const maxRemembered = 10_000;
const remembered = new Map<string, Address | undefined>();

/** @returns `undefined` for anything that is no address */
export function parseAddress(text: string): Address | undefined {
  if (remembered.has(text)) return remembered.get(text);
  const address = parseUnremembered(text);
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(text, address);
  return address;
}

/** Parses `10.0.0.1/24`; throws on anything else, because only tests write these. */
export function parseSubnet(text: string): Subnet {
  const [addressText = '', prefixText = ''] = text.split('/');
  const address = parseAddress(addressText);
  const prefixLength = Number(prefixText);
  if (address === undefined || prefixText === '' || !(prefixLength >= 0 && prefixLength <= address.octets.length * 8)) {
    throw new Error(`"${text}" is not of the form 10.0.0.1/24 or fe80::1/64`);
  }
  return { address, prefixLength };
}

export function isSameAddress(one: Address, other: Address): boolean {
  return one.family === other.family && one.text === other.text;
}

export function isInSubnet(address: Address, subnet: Subnet): boolean {
  if (address.family !== subnet.address.family) return false;
  for (let bit = 0; bit < subnet.prefixLength; bit += 8) {
    const mask = 0xff00 >> Math.min(8, subnet.prefixLength - bit);
    const difference = (address.octets[bit / 8] as number) ^ (subnet.address.octets[bit / 8] as number);
    if ((difference & mask) !== 0) return false;
  }
  return true;
}

/** Whether routers may forward this multicast group: the organisation's own 239.0.0.0/8, or IPv6 wider than one link. */
export function isRoutableGroup(group: Address): boolean {
  return group.family === 'ipv4' ? group.octets[0] === 239 : ((group.octets[1] as number) & 15) > 2;
}

function parseUnremembered(text: string): Address | undefined {
  const [bare = '', zone, ...more] = text.split('%');
  const family: AddressFamily = bare.includes(':') ? 'ipv6' : 'ipv4';
  if (more.length > 0 || zone === '' || (zone !== undefined && family === 'ipv4')) return undefined;
  let canonical;
  try {
    canonical = new SocketAddress({ address: bare, family }).address;
  } catch {
    return undefined;
  }
  const octets = family === 'ipv4' ? canonical.split('.').map(Number) : octetsOfIpv6(canonical);
  const [first = 0, second = 0] = octets;
  return {
    family,
    text: canonical,
    zone,
    octets,
    multicast: family === 'ipv4' ? first >= 224 && first <= 239 : first === 0xff,
    loopback: family === 'ipv4' ? first === 127 : canonical === '::1',
    linkLocal: family === 'ipv6' && first === 0xfe && (second & 0xc0) === 0x80,
  };
}

/** From canonical text; an embedded dotted IPv4 address (`::ffff:10.0.0.1`) stands for two groups. */
function octetsOfIpv6(canonical: string): number[] {
  const [front = [], back = []] = canonical.split('::').map(groupsOf);
  const groups = [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
  return groups.flatMap((group) => [group >> 8, group & 255]);
}

function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
