/**
 * The network adapters that the operating system lists now. Node.js lists those that are up and
 * have a carrier. The core decides which of them it uses.
 */
import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import type { InterfaceAddress, Interfaces } from '../../core/ports.ts';
import { withoutZone, type ListAdapters } from './ipv6-zones.ts';

/** @param listAdapters replaced in tests */
export function createSystemInterfaces(listAdapters: ListAdapters = networkInterfaces): Interfaces {
  return {
    list() {
      return Object.entries(safely(listAdapters)).flatMap(([name, infos = []]) =>
        infos.map((info) => interfaceAddress(name, info)),
      );
    },
  };
}

/** Some systems refuse the list for a moment, or always (a sandbox). Then there are no adapters. */
function safely(listAdapters: ListAdapters): ReturnType<ListAdapters> {
  try {
    return listAdapters();
  } catch {
    return {};
  }
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
