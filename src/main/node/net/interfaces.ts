/**
 * The network adapters that the operating system lists now (rule MEM-1). Node.js lists those that
 * are up and have a carrier. The core decides which of them it uses.
 */
import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import type { InterfaceAddress, Interfaces } from '../../core/ports.ts';
import { withoutZone, type ListAdapters } from './ipv6-zones.ts';

/** @param listAdapters replaced in tests */
export function createSystemInterfaces(listAdapters: ListAdapters = networkInterfaces): Interfaces {
  /** Some systems refuse the list for a moment, and a sandbox always. Then the last one counts. */
  let listed: readonly InterfaceAddress[] = [];
  return {
    list() {
      try {
        listed = Object.entries(listAdapters()).flatMap(([name, infos = []]) =>
          infos.map((info) => interfaceAddress(adapterOf(name), info)),
        );
      } catch {
        // Most often no file descriptor is free.
      }
      return listed;
    },
  };
}

/** Linux lists an address with a label under the label: `eth0:1` is an address of `eth0`. */
function adapterOf(label: string): string {
  return label.split(':')[0] ?? label;
}

function interfaceAddress(name: string, info: NetworkInterfaceInfo): InterfaceAddress {
  return {
    name,
    family: info.family === 'IPv6' ? 'ipv6' : 'ipv4',
    address: withoutZone(info.address),
    prefixLength: prefixLengthOf(info),
    internal: info.internal,
  };
}

/** Node.js leaves `cidr` empty when the mask has holes; then the leading ones count. */
function prefixLengthOf({ cidr, netmask, family }: NetworkInterfaceInfo): number {
  const written = cidr?.split('/')[1];
  if (written !== undefined) return Number(written);
  const bits =
    family === 'IPv4'
      ? netmask.split('.').map((part) => Number(part).toString(2).padStart(8, '0'))
      : netmask.split(':').map((part) =>
          Number.parseInt(part || '0', 16)
            .toString(2)
            .padStart(16, '0'),
        );
  return (bits.join('').match(/^1*/) ?? [''])[0].length;
}
