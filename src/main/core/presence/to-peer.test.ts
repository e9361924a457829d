import { expect, test } from 'vitest';
import { sampleAnnouncement } from '../../../../test/fixtures/sample-datagrams.ts';
import { departedPeerSchema, peerSchema } from '../../../shared/contract/presence.ts';
import { byName, toDepartedPeer, toPeer } from './to-peer.ts';
import type { PeerRecord } from './registry/peer-record.ts';

const peerId = 'a'.repeat(52);
const ipv4 = { family: 'ipv4', address: '10.0.0.1', port: 61_000 } as const;
const ipv6 = { family: 'ipv6', address: 'fe80::1%eth0', port: 61_001 } as const;
const nobody = (): boolean => false;

function record(change: Partial<PeerRecord> = {}): PeerRecord {
  return {
    peerId,
    publicKey: new Uint8Array(33),
    incarnation: 1,
    sequence: 1,
    announcement: sampleAnnouncement({ name: 'Ana', host: 'ana-pc', note: 'Hi', status: 'busy', unicastPort: 50_123 }),
    presence: 'one-way',
    addresses: [ipv4, ipv6],
    lastAddress: ipv6,
    lastHeardMonotonicMs: 5,
    lastMulticastMs: 5,
    lastSeenMs: 1_767_225_600_000,
    ...change,
  };
}

test('[AUTO-1] a record becomes a PEER, with its addresses and the port that the peer signed', () => {
  const peer = toPeer(record(), nobody);
  expect(peer).toEqual({
    peerId,
    name: 'Ana',
    host: 'ana-pc',
    status: 'busy',
    note: 'Hi',
    addresses: ['10.0.0.1:50123', '[fe80::1%eth0]:50123'],
    presence: 'one-way',
    lastSeenMs: 1_767_225_600_000,
    verified: false,
  });
  expect(peerSchema.strict().safeParse(peer).success).toBe(true);
});

test('[REG-8] a departed peer has a reason and no presence', () => {
  const departed = toDepartedPeer({ record: record(), reason: 'goodbye' }, (id) => id === peerId);
  expect(departed).toMatchObject({ peerId, reason: 'goodbye', lastSeenMs: 1_767_225_600_000, verified: true });
  expect(departedPeerSchema.strict().safeParse(departed).success).toBe(true);
});

test('[WIRE-7] a peer without a printable name is shown by its host, or as unnamed', () => {
  const named = (name: string, host: string): string =>
    toPeer(record({ announcement: sampleAnnouncement({ name, host }) }), nobody).name;
  expect([named('', 'ana-pc'), named('', ''), named('Ana', '')]).toEqual(['ana-pc', 'unnamed', 'Ana']);
});

test('peers are sorted by name as people do, and equal names by peer ID', () => {
  const peers = [
    ['émile', 'c'],
    ['Zoe', 'a'],
    ['Ana', 'd'],
    ['ana', 'b'],
    ['Ana', 'b'],
  ].map(([name = '', id = '']) => ({
    ...toPeer(record({ announcement: sampleAnnouncement({ name }) }), nobody),
    peerId: id.repeat(52),
  }));
  const shown = (list: typeof peers): readonly string[] =>
    list.toSorted(byName).map(({ name, peerId: id }) => `${name} ${id[0]}`);
  expect(shown(peers)).toEqual(['ana b', 'Ana b', 'Ana d', 'émile c', 'Zoe a']);
  expect(shown(peers.toReversed())).toEqual(shown(peers));
});
