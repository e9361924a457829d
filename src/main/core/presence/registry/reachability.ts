/**
 * Derives from a record how a peer can be reached (rules PROBE-3, CALL-3, CALL-5, CAD-5). Pure: it
 * takes a record and the time.
 */
import type { PresenceOptions } from '../options.ts';
import type { PeerRecord } from './peer-record.ts';

type Options = Pick<PresenceOptions, 'maxBeaconIntervalMs' | 'silentAfterIntervals' | 'silentSlackMs'>;

/** A shorter announced interval counts as this: a peer must not make us probe it all the time. */
const minIntervalMs = 1_000;

/** The time without a datagram after which a peer is silent. @param intervalMs as announced */
export function silentAfterMs(intervalMs: number, options: Options): number {
  const believedMs = Math.max(minIntervalMs, Math.min(intervalMs, options.maxBeaconIntervalMs));
  return believedMs * options.silentAfterIntervals + options.silentSlackMs;
}

/** True if the peer's beacons do not reach us by multicast. @param nowMs monotonic milliseconds */
export function isUnicastOnly({ lastMulticastMs }: PeerRecord, nowMs: number, options: Options): boolean {
  return lastMulticastMs === undefined || nowMs - lastMulticastMs > options.maxBeaconIntervalMs * options.silentAfterIntervals;
}

/** True if a beacon of the peer may have been lost. @param nowMs monotonic milliseconds */
export function isBeaconOverdue(
  { lastMulticastMs, announcement: { intervalMs } }: PeerRecord,
  nowMs: number,
  options: Options,
): boolean {
  return lastMulticastMs === undefined || nowMs - lastMulticastMs > silentAfterMs(intervalMs, options);
}

/**
 * @returns the zone of a peer known by IPv6 alone, which is the name of our adapter; else undefined
 */
export function zoneOfIpv6Only({ addresses, lastAddress }: PeerRecord): string | undefined {
  if (addresses.some((address) => address.family === 'ipv4')) return undefined;
  return lastAddress.address.split('%')[1];
}
