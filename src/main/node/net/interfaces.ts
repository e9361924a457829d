/**
 * The network adapters as the operating system lists them now. Node lists those that are up and have a carrier. What is usable of
 * them is the core's to decide.
 */
import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import type { InterfaceAddress, Interfaces } from '../../core/ports.ts';
import { withoutZone, type ListAdapters } from './zones.ts';

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

/** Some systems refuse the list for a moment, or altogether (a sandbox): no adapters is then what we know. */
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

/** Node leaves `cidr` empty when the mask has holes; the length is then that of the leading ones. */
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
