/**
 * Says to others that we are here, and what we are called: makes the announcement, and sends it to the group and to the peers that the
 * group does not reach (rules CAD-1, CAD-4, CAD-5, CALL-5). When a beacon is due is decided in `beacon-scheduler.ts`.
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

/** What a node says of itself; the announcer adds the interval and the unicast port. */
export type OwnAnnouncement = Omit<Announcement, 'intervalMs' | 'unicastPort'>;

export interface Announcer {
  /** To be supervised. */
  readonly beaconScheduler: BeaconScheduler;
  /** As it would be sent now. */
  announcement(): Announcement;
  /** What we say of ourselves has changed. */
  announceChange(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly own: () => OwnAnnouncement;
  readonly registry: Pick<ExpiringRegistry, 'list' | 'size'>;
  readonly sockets: Pick<PresenceTransport, 'addresses' | 'unicastPort'>;
  readonly outbound: Pick<Outbound, 'multicast' | 'toPeer'>;
  /** Whether a peer's beacons do not reach us by multicast; then ours do not reach it either. */
  readonly isUnicastOnly: (record: PeerRecord) => boolean;
}

export function createAnnouncer(deps: Deps, options: PresenceOptions): Announcer {
  const { clock, random, registry, sockets, outbound, isUnicastOnly } = deps;
  const population = (): number => registry.size;
  const beaconScheduler = createBeaconScheduler({ clock, random, population, send: sendBeacon }, options);

  return { beaconScheduler, announcement, announceChange };

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
   * A steady beacon goes out once per adapter: over IPv4, and over IPv6 only where there is no IPv4 or a peer is known by IPv6 alone.
   * So two families do not mean twice the traffic.
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
