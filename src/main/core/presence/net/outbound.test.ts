import { describe, expect, test } from 'vitest';
import { sampleAnnouncement } from '../../../../../test/fixtures/sample-datagrams.ts';
import { samplePeerRecord } from '../../../../../test/fixtures/sample-peer.ts';
import { createSimSignatures } from '../../../../../test/fakes/sim-identity.ts';
import type { Endpoint, Envelope } from '../../ports.ts';
import { decodeDatagram, type Datagram } from '../wire/datagram.ts';
import { formatEndpoint } from '../../lib/endpoint.ts';
import type { AddressCredit } from './address-credit.ts';
import { createOutbound } from './outbound.ts';

const signatures = createSimSignatures();
const beacon = { kind: 'beacon', announcement: sampleAnnouncement() } as const;
const elsewhere = { family: 'ipv4', address: '10.0.0.9', port: 50_009 } as const;

const ample: Pick<AddressCredit, 'covers' | 'spend'> = { covers: () => true, spend: () => true };

function createTransmitterFixture({ envelope, credit = ample }: { envelope?: Envelope; credit?: typeof ample } = {}) {
  const identity = signatures.identity('ana');
  const sent: { readonly to: string; readonly bytes: Uint8Array }[] = [];
  const sockets = {
    multicast: (bytes: Uint8Array) => void sent.push({ to: 'group', bytes }),
    unicast(bytes: Uint8Array, destination: Endpoint) {
      sent.push({ to: formatEndpoint(destination), bytes });
      return true;
    },
  };
  const outbound = createOutbound({ identity, incarnation: 7, envelope, sockets, credit }, { minRequestBytes: 288 });
  return { outbound, sent, identity };
}

function read(bytes: Uint8Array): Datagram {
  const decoded = decodeDatagram(bytes);
  if (!decoded.ok || !signatures.verify(decoded.datagram.publicKey, decoded.signedBytes, decoded.signature))
    throw new Error('not a datagram of ours');
  return decoded.datagram;
}

describe('outbound', () => {
  test('[ID-2, HS-5] every datagram is signed and numbered from 1, for any destination', () => {
    const { outbound, sent, identity } = createTransmitterFixture();
    outbound.multicast(beacon);
    outbound.unicast({ kind: 'goodbye' }, elsewhere);
    outbound.toPeer({ kind: 'goodbye' }, samplePeerRecord('bo'));
    const datagrams = sent.map(({ bytes }) => read(bytes));
    expect(datagrams.map(({ kind, incarnation, sequence }) => [kind, incarnation, sequence])).toEqual([
      ['beacon', 7, 1],
      ['goodbye', 7, 2],
      ['goodbye', 7, 3],
    ]);
    expect(datagrams.every(({ publicKey }) => signatures.peerIdOf(publicKey) === identity.peerId)).toBe(true);
    expect([outbound.sentMulticast, outbound.sentUnicast]).toEqual([1, 2]);
  });

  test("[HS-1, PROBE-1] a datagram goes to the peer's latest address or to all, at the port that the peer signed", () => {
    const { outbound, sent } = createTransmitterFixture();
    const addresses = [
      { family: 'ipv4', address: '10.0.0.2', port: 1_111 },
      { family: 'ipv6', address: 'fe80::2%eth0', port: 2_222 },
    ] as const;
    const record = samplePeerRecord('bo', { addresses, lastAddress: addresses[1] });
    outbound.toPeer(beacon, record);
    outbound.toPeer(beacon, record, 'all');
    expect(sent.map(({ to }) => to)).toEqual(['[fe80::2%eth0]:50000', '10.0.0.2:50000', '[fe80::2%eth0]:50000']);
  });

  test('[HS-5, PROBE-1] each address gets a datagram of its own, so the peer answers on every path', () => {
    const { outbound, sent } = createTransmitterFixture();
    const addresses = [
      { family: 'ipv4', address: '10.0.0.2', port: 50_000 },
      { family: 'ipv4', address: '10.1.0.2', port: 50_000 },
    ] as const;
    outbound.toPeer(beacon, samplePeerRecord('bo', { addresses }), 'all');
    expect(sent.map(({ bytes }) => read(bytes).sequence)).toEqual([1, 2]);
  });

  test('[BYE-1, DOUBT-6] while silent only goodbyes are sent, and the sequence keeps rising', () => {
    const { outbound, sent } = createTransmitterFixture();
    outbound.multicast(beacon);
    outbound.fallSilent();
    outbound.multicast(beacon);
    outbound.unicast(beacon, elsewhere);
    outbound.toPeer(beacon, samplePeerRecord('bo'), 'all');
    outbound.multicast({ kind: 'goodbye' });
    outbound.unicast({ kind: 'goodbye' }, elsewhere);
    outbound.toPeer({ kind: 'goodbye' }, samplePeerRecord('bo'));
    outbound.speak();
    outbound.unicast(beacon, elsewhere);
    const datagrams = sent.map(({ bytes }) => read(bytes));
    expect(datagrams.map(({ kind, sequence }) => [kind, sequence])).toEqual([
      ['beacon', 1],
      ['goodbye', 2],
      ['goodbye', 3],
      ['goodbye', 4],
      ['beacon', 5],
    ]);
  });

  test('[TEAM-1] with a team key no datagram leaves unsealed', () => {
    const envelope: Envelope = { seal: (bytes) => Uint8Array.of(1, 2, ...bytes), open: () => undefined, overheadBytes: 2 };
    const { outbound, sent } = createTransmitterFixture({ envelope });
    outbound.multicast(beacon);
    outbound.unicast(beacon, elsewhere);
    outbound.toPeer(beacon, samplePeerRecord('bo'), 'all');
    expect(sent.map(({ bytes }) => [bytes[0], bytes[1], read(bytes.subarray(2)).sequence])).toEqual([
      [1, 2, 1],
      [1, 2, 2],
      [1, 2, 3],
    ]);
  });

  test('[WIRE-9, HS-10] beacons are padded, and an unproved address gets the first draft that its credit covers', () => {
    const left = { bytes: 250 };
    const credit = {
      covers: (_: Endpoint, bytes: number) => bytes <= left.bytes,
      spend: (_: Endpoint, bytes: number) => (left.bytes -= bytes) >= 0,
    };
    const { outbound, sent } = createTransmitterFixture({ credit });
    const goodbye = { body: { kind: 'goodbye' } } as const;
    outbound.multicast(beacon);
    expect(outbound.unproved([{ body: beacon, minBytes: 288 }, { body: beacon }], elsewhere)?.minBytes).toBeUndefined();
    expect(outbound.unproved([{ body: beacon }], elsewhere)).toBeUndefined();
    expect(outbound.unproved([goodbye], elsewhere)).toBeUndefined();
    outbound.toPeer(beacon, samplePeerRecord('bo', { presence: 'one-way' }));
    expect(sent.map(({ to, bytes }) => [to, bytes.length])).toEqual([
      ['group', 288],
      ['10.0.0.9:50009', 155],
    ]);
    expect(sent.map(({ bytes }) => read(bytes))).toMatchObject([beacon, beacon]);
  });
});
