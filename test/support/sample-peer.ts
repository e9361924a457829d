/** Records of peers for tests, as the registry keeps them. */
import { sampleAnnouncement } from './sample-datagrams.ts';
import type { PeerRecord } from '../../src/main/core/presence/registry/peer-record.ts';

/** A peer at 10.0.0.2, heard by multicast at the start of time. Its key is made of the characters of its name. */
export function samplePeerRecord(name: string, change: Partial<PeerRecord> = {}): PeerRecord {
  const address = { family: 'ipv4', address: '10.0.0.2', port: 50_000 } as const;
  return {
    peerId: name,
    publicKey: samplePublicKey(name),
    incarnation: 100,
    sequence: 1,
    announcement: sampleAnnouncement({ name, unicastPort: 50_000 }),
    presence: 'online',
    addresses: [address],
    lastAddress: address,
    lastHeardMonotonicMs: 0,
    lastMulticastMs: 0,
    lastSeenMs: 0,
    ...change,
  };
}

export function samplePublicKey(name: string): Uint8Array {
  const key = new Uint8Array(33);
  key.set(new TextEncoder().encode(`\u0002${name}`).subarray(0, 33));
  return key;
}
