/**
 * Builds our announcement and sends it in beacons: to the group, and by unicast to peers that the
 * group does not reach (rules CAD-1, CAD-4, CAD-5, CALL-5). `beacon-scheduler.ts` decides when a
 * beacon is due.
 */
import type { Clock, InterfaceAddress, Random } from '../../ports.ts';
import type { Announcement } from '../wire/announcement.ts';
import { createBeaconScheduler, type BeaconScheduler } from './beacon-scheduler.ts';
import { beaconIntervalMs } from './beacon-interval.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import type { PresenceOptions } from '../options.ts';
import type { PeerRecord } from '../registry/peer-record.ts';
import { zoneOfIpv6Only } from '../registry/reachability.ts';
import type { PresenceTransport } from '../net/transport.ts';
import type { Outbound } from '../net/outbound.ts';

/**
 * Our announcement as the caller states it. The announcer adds the interval and the unicast port.
 */
export type OwnAnnouncement = Omit<Announcement, 'intervalMs' | 'unicastPort'>;

export interface Announcer {
  /** The service to supervise. */
  readonly beaconScheduler: BeaconScheduler;
  /** The announcement that a beacon would carry now. */
  announcement(): Announcement;
  /** Schedules a beacon soon, because our announcement changed. */
  announceChange(): void;
  /** The addresses of steady multicast, as it is now (CAD-5). */
  steadyAddresses(): (address: InterfaceAddress) => boolean;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly own: () => OwnAnnouncement;
  readonly registry: Pick<ExpiringRegistry, 'list' | 'size'>;
  readonly sockets: Pick<PresenceTransport, 'addresses' | 'unicastPort'>;
  readonly outbound: Pick<Outbound, 'multicast' | 'toPeer'>;
  /** True if the peer's beacons do not reach us by multicast. Then ours do not reach it either. */
  readonly isUnicastOnly: (record: PeerRecord) => boolean;
}

export function createAnnouncer(deps: Deps, options: PresenceOptions): Announcer {
  const { clock, random, registry, sockets, outbound, isUnicastOnly } = deps;
  const population = (): number => registry.size;
  const beaconScheduler = createBeaconScheduler({ clock, random, population, send: sendBeacon }, options);

  return { beaconScheduler, announcement, announceChange, steadyAddresses };

  function announcement(): Announcement {
    return { ...deps.own(), intervalMs: beaconIntervalMs(population(), options), unicastPort: sockets.unicastPort() };
  }

  function announceChange(): void {
    beaconScheduler.announceChange();
    const unreached = registry.list().filter(isUnicastOnly);
    for (const record of unreached) outbound.toPeer({ kind: 'beacon', announcement: announcement() }, record);
  }

  function sendBeacon(occasion: 'burst' | 'steady'): void {
    outbound.multicast({ kind: 'beacon', announcement: announcement() }, occasion === 'burst' ? undefined : steadyAddresses());
  }

  /**
   * Selects the addresses for a steady beacon: one per adapter, over IPv4. IPv6 is added where the
   * adapter has no IPv4, or a peer is known by IPv6 alone. This keeps two address families from
   * doubling the traffic.
   */
  function steadyAddresses(): (address: InterfaceAddress) => boolean {
    const withIpv4 = new Set(
      sockets
        .addresses()
        .flatMap(({ interface: { family, name }, joined, failure }) => (family === 'ipv4' && joined && !failure ? [name] : [])),
    );
    const needIpv6 = new Set(registry.list().flatMap((record) => zoneOfIpv6Only(record) ?? []));
    return (address) => address.family === 'ipv4' || !withIpv4.has(address.name) || needIpv6.has(address.name);
  }
}
