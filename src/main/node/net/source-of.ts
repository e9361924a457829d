/**
 * The source that a connection counts for (rule TLS-11): one computer, as far as its address tells.
 * A computer has one IPv4 address, but may give itself any IPv6 address of its network.
 */
import type { Endpoint } from '../../core/ports.ts';

/** Groups of an IPv6 address that name its network: a /64 (RFC 4291 §2.5.4). */
const networkGroups = 4;
const allGroups = 8;
/** The first group of fe80::/10. */
const linkLocal = /^fe[89ab]/i;

/**
 * @param endpoint with the address in the core's form, as in `fe80::1%eth0`
 * @returns the address of IPv4, the /64 of IPv6, and one source per adapter for link-local
 */
export function sourceOf({ family, address }: Pick<Endpoint, 'family' | 'address'>): string {
  if (family === 'ipv4') return address;
  const [groups = '', zone = ''] = address.toLowerCase().split('%');
  if (linkLocal.test(groups)) return `fe80::/10%${zone}`;
  return `${expand(groups).slice(0, networkGroups).join(':')}::/64`;
}

/** @returns the groups without leading zeros, and with those that `::` stands for */
function expand(address: string): readonly string[] {
  const [head = [], tail] = address.split('::').map(groupsOf);
  if (tail === undefined) return head;
  const gap = Array.from({ length: Math.max(0, allGroups - head.length - tail.length) }, () => '0');
  return [...head, ...gap, ...tail];
}

function groupsOf(part: string): readonly string[] {
  return part === '' ? [] : part.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
}
