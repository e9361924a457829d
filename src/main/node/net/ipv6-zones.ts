/**
 * Zones of IPv6 link-local addresses. The core names an adapter (`fe80::1%eth0`). Windows uses the
 * adapter's number instead (`fe80::1%12`). Other systems use the name, but take a name without an
 * adapter for "any adapter"; so this file checks the name before the system sees it.
 */
import type { networkInterfaces } from 'node:os';

/** The shortest time between two readings of the adapters because of an unknown zone. */
const rereadIntervalMs = 1_000;

/** Reads the adapters of this computer; a test passes its own. */
export type ListAdapters = typeof networkInterfaces;

export interface Ipv6Zones {
  /**
   * An address to bind or join on, in the system's form; undefined if its zone is no adapter that
   * is up.
   */
  ofAdapter(address: string): string | undefined;
  /** An address to send to, in the system's form. Not checked: a socket is bound to its adapter. */
  ofDestination(address: string): string;
  /** An address from the system, in the core's form. */
  ofSource(address: string): string;
}

export function createIpv6Zones(
  listAdapters: ListAdapters,
  monotonicMs: () => number,
  platform: NodeJS.Platform = process.platform,
): Ipv6Zones {
  const isNumbered = platform === 'win32';
  let remembered: readonly Scope[] = [];
  let readAtMs = -Infinity;

  function recall(isWanted: (scope: Scope) => boolean): Scope | undefined {
    const found = remembered.find(isWanted);
    if (found !== undefined || monotonicMs() - readAtMs < rereadIntervalMs) return found;
    readAtMs = monotonicMs();
    remembered = scopes(listAdapters);
    return remembered.find(isWanted);
  }

  return {
    ofAdapter(address) {
      const zone = zoneOf(address);
      if (zone === undefined) return address;
      const scope = scopes(listAdapters).find(({ name }) => name === zone);
      if (scope === undefined) return undefined;
      return isNumbered ? `${withoutZone(address)}%${scope.id}` : address;
    },
    ofDestination(address) {
      const zone = zoneOf(address);
      if (zone === undefined || !isNumbered) return address;
      return `${withoutZone(address)}%${recall(({ name }) => name === zone)?.id ?? zone}`;
    },
    ofSource(address) {
      const zone = zoneOf(address);
      if (zone === undefined || !isNumbered) return address;
      return `${withoutZone(address)}%${recall(({ id }) => id === Number(zone))?.name ?? zone}`;
    },
  };
}

interface Scope {
  readonly name: string;
  readonly id: number;
}

export function withoutZone(address: string): string {
  const at = address.indexOf('%');
  return at < 0 ? address : address.slice(0, at);
}

function zoneOf(address: string): string | undefined {
  const at = address.indexOf('%');
  return at < 0 ? undefined : address.slice(at + 1);
}

/** Name and number of every adapter that has an IPv6 address. @throws if the system refuses */
function scopes(listAdapters: ListAdapters): Scope[] {
  return Object.entries(listAdapters()).flatMap(([name, infos = []]) =>
    infos.flatMap((info) => (info.family === 'IPv6' ? [{ name, id: info.scopeid }] : [])),
  );
}
