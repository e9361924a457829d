/**
 * By which ways a peer is reached, read off its record (rules PROBE-3, CALL-3, CALL-5, CAD-5). Pure: a record and the time in, an answer
 * out.
 */
import type { PresenceOptions } from '../options.ts';
import type { PeerRecord } from './peer-record.ts';

type Options = Pick<PresenceOptions, 'maxBeaconIntervalMs' | 'silentAfterIntervals' | 'silentSlackMs'>;

/** Whether the peer's beacons do not reach us by multicast. @param nowMs monotonic */
export function isUnicastOnly({ lastMulticastMs }: PeerRecord, nowMs: number, options: Options): boolean {
  return lastMulticastMs === undefined || nowMs - lastMulticastMs > options.maxBeaconIntervalMs * options.silentAfterIntervals;
}

/** Whether what the peer has to say may have missed us. @param nowMs monotonic */
export function isBeaconOverdue(
  { lastMulticastMs, announcement: { intervalMs } }: PeerRecord,
  nowMs: number,
  options: Options,
): boolean {
  const dueMs = intervalMs * options.silentAfterIntervals + options.silentSlackMs;
  return lastMulticastMs === undefined || nowMs - lastMulticastMs > dueMs;
}

/** @returns the zone, which is the name of our adapter, of a peer that is known by IPv6 alone */
export function zoneOfIpv6Only({ addresses, lastAddress }: PeerRecord): string | undefined {
  if (addresses.some((address) => address.family === 'ipv4')) return undefined;
  return lastAddress.address.split('%')[1];
}
