import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { samplePeerRecord, samplePublicKey } from '../../../../../test/fixtures/sample-peer.ts';
import { formatEndpoint, type Arrival } from '../../lib/endpoint.ts';
import type { PeerRecord } from '../registry/peer-record.ts';
import { createCallRequests } from './call-requests.ts';

const from: Arrival = { family: 'ipv4', address: '10.0.0.2', port: 50_000, via: 'unicast' };

function openCallRequests({
  presence = 'online',
  mayCallBack = true,
}: {
  presence?: PeerRecord['presence'];
  mayCallBack?: boolean;
}) {
  const clock = createFakeClock();
  const sent: string[] = [];
  const nonces: Uint8Array[] = [];
  const called: string[] = [];
  const requests = createCallRequests({
    clock,
    random: createSeededRandom('call requests'),
    registry: { get: (peerId) => (peerId === 'bo' ? samplePeerRecord('bo', { presence }) : undefined) },
    send: {
      callMe: ({ peerId }, byGroup) => void sent.push(`${peerId}${byGroup ? ' and the group' : ''}`),
      pingByCredit(_record, _address, nonce) {
        nonces.push(nonce);
      },
    },
    mayCallBack: () => mayCallBack,
    onCallProved: (peerId, address) => void called.push(`${peerId} at ${formatEndpoint(address)}`),
  });
  const pong = (nonce: Uint8Array, peerId = 'bo') =>
    requests.answered({
      kind: 'pong',
      peerId,
      nonce,
      to: new Uint8Array(8),
      publicKey: samplePublicKey(peerId),
      incarnation: 100,
      sequence: 2,
      source: from,
    });
  return { clock, sent, nonces, called, pong, ...requests };
}

describe('our request', () => {
  test('[CALL-7] goes to a peer that is online, and repeated also to the group', () => {
    const { ask, sent } = openCallRequests({});
    expect({ asked: [ask('bo', false), ask('bo', true), ask('stranger', false)], sent }).toEqual({
      asked: [true, true, false],
      sent: ['bo', 'bo and the group'],
    });
  });

  test.each(['one-way', 'suspect'] as const)('[CALL-7] is not sent to a peer that is %s', (presence) => {
    const { ask, sent } = openCallRequests({ presence });
    expect({ asked: ask('bo', false), sent }).toEqual({ asked: false, sent: [] });
  });
});

describe('the request of a peer', () => {
  test('[CALL-8] leads to a PING at its address, and the PONG to a call there, once', () => {
    const { received, pong, nonces, called } = openCallRequests({});
    received({ peerId: 'bo', incarnation: 100, source: from });
    const [nonce = new Uint8Array(8)] = nonces;
    const wrong = [pong(new Uint8Array(8)), pong(nonce, 'stranger')];
    expect({ wrong, right: [pong(nonce), pong(nonce)], called }).toEqual({
      wrong: [false, false],
      right: [true, false],
      called: ['bo at 10.0.0.2:50000'],
    });
  });

  test('[CALL-8] leads to no call if the PONG comes after a second', async () => {
    const { clock, received, pong, nonces, called } = openCallRequests({});
    received({ peerId: 'bo', incarnation: 100, source: from });
    await clock.advance(1_000);
    const [nonce = new Uint8Array(8)] = nonces;
    expect({ answered: pong(nonce), called }).toEqual({ answered: false, called: [] });
  });

  test.each([
    ['comes from an unlisted peer', { peerId: 'stranger', incarnation: 100, source: from }, {}],
    ['is of an earlier run', { peerId: 'bo', incarnation: 99, source: from }, {}],
    [
      'comes from an address that the peer did not prove',
      { peerId: 'bo', incarnation: 100, source: { ...from, address: '10.0.0.3' } },
      {},
    ],
    ['comes from a one-way peer', { peerId: 'bo', incarnation: 100, source: from }, { presence: 'one-way' }],
    ['is one too many', { peerId: 'bo', incarnation: 100, source: from }, { mayCallBack: false }],
  ] as const)('[CALL-8] has no effect if it %s', (_why, request, given) => {
    const { received, nonces } = openCallRequests(given);
    received(request);
    expect(nonces).toEqual([]);
  });
});
