import { describe, expect, test } from 'vitest';
import { sampleAnnouncement } from '../../../../../test/fixtures/sample-datagrams.ts';
import { samplePeerRecord } from '../../../../../test/fixtures/sample-peer.ts';
import { defaultPresenceOptions as options } from '../options.ts';
import type { PeerRecord } from './peer-record.ts';
import { isBeaconOverdue, isUnicastOnly, silentAfterMs, zoneOfIpv6Only } from './reachability.ts';

/** The beacon interval of a network of 100 peers. */
const intervalMs = 10_000;

function heardByMulticastAt(lastMulticastMs: number | undefined): PeerRecord {
  return samplePeerRecord('ana', { announcement: sampleAnnouncement({ intervalMs }), lastMulticastMs });
}

describe('a peer', () => {
  test('[CALL-5] is unicast-only after 1.5 of the longest intervals without multicast, or if there never was any', () => {
    const record = heardByMulticastAt(1_000);
    expect([isUnicastOnly(record, 23_500, options), isUnicastOnly(record, 23_501, options)]).toEqual([false, true]);
    expect(isUnicastOnly(heardByMulticastAt(undefined), 0, options)).toBe(true);
  });

  test('[PROBE-3] is overdue by multicast after 1.5 of its own intervals plus half a second', () => {
    const record = heardByMulticastAt(1_000);
    expect([isBeaconOverdue(record, 16_500, options), isBeaconOverdue(record, 16_501, options)]).toEqual([false, true]);
    expect(isBeaconOverdue(heardByMulticastAt(undefined), 0, options)).toBe(true);
  });

  test('[CAD-5] known by IPv6 alone names the adapter that needs IPv6', () => {
    const ipv4 = { family: 'ipv4', address: '10.0.0.2', port: 50_000 } as const;
    const ipv6 = { family: 'ipv6', address: 'fe80::2%eth0', port: 50_000 } as const;
    const zoneOf = (addresses: PeerRecord['addresses']): string | undefined =>
      zoneOfIpv6Only(samplePeerRecord('ana', { addresses, lastAddress: ipv6 }));
    expect([zoneOf([ipv6]), zoneOf([ipv6, ipv4])]).toEqual(['eth0', undefined]);
  });
});

test('[PROBE-1] an interval below a second counts as a second, and one above the longest as the longest', () => {
  expect([0, 1, 300, 1_000, 5_000, 15_000, 65_535].map((announcedMs) => silentAfterMs(announcedMs, options))).toEqual([
    2_000, 2_000, 2_000, 2_000, 8_000, 23_000, 23_000,
  ]);
});
