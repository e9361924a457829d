import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSimSignatures } from '../../../../../test/fakes/sim-identity.ts';
import { sampleAnnouncement } from '../../../../../test/fixtures/sample-datagrams.ts';
import { samplePeerRecord } from '../../../../../test/fixtures/sample-peer.ts';
import { formatEndpoint } from '../../lib/endpoint.ts';
import type { Endpoint } from '../../ports.ts';
import { defaultPresenceOptions } from '../options.ts';
import { createAddressCredit } from './address-credit.ts';
import { createOutbound } from './outbound.ts';
import { createPeerDatagrams } from './peer-datagrams.ts';

const near: Endpoint = { family: 'ipv4', address: '10.0.0.2', port: 50_000 };
const far: Endpoint = { family: 'ipv4', address: '10.1.0.2', port: 50_000 };
const bo = samplePeerRecord('bo', { addresses: [near, far], lastAddress: near });
const nonce = new Uint8Array(8);

/** @param heardBytes the datagram that came from the near address; nothing came from the far one */
function openPeerDatagrams(heardBytes: number) {
  const clock = createFakeClock();
  const credit = createAddressCredit({ clock }, defaultPresenceOptions);
  if (heardBytes > 0) credit.received(near, heardBytes);
  const sent: string[] = [];
  const sockets = {
    multicast: (bytes: Uint8Array) => void sent.push(`${bytes.length} to the group`),
    unicast(bytes: Uint8Array, to: Endpoint) {
      sent.push(`${bytes.length} to ${formatEndpoint(to)}`);
      return true;
    },
  };
  const identity = createSimSignatures().identity('ana');
  const outbound = createOutbound({ identity, incarnation: 7, sockets, credit }, defaultPresenceOptions);
  const datagrams = createPeerDatagrams({ clock, outbound, announcement: () => sampleAnnouncement() }, defaultPresenceOptions);
  return { sent, ...datagrams };
}

test('[CALL-7, HS-10] a call request goes to the addresses that gave credit for it, and on demand to the group', () => {
  const { callMe, sent } = openPeerDatagrams(121);
  callMe(bo, false);
  callMe(bo, true);
  expect(sent).toEqual(['121 to 10.0.0.2:50000', '121 to the group']);
});

test('[CALL-8, HS-10] the PING for a call request goes only to an address that gave credit for it', () => {
  const [tooLittle, enough] = [openPeerDatagrams(130), openPeerDatagrams(131)];
  for (const { pingByCredit } of [tooLittle, enough]) {
    pingByCredit(bo, near, nonce);
    pingByCredit(bo, near, nonce);
    pingByCredit(bo, far, nonce);
  }
  expect({ tooLittle: tooLittle.sent, enough: enough.sent }).toEqual({ tooLittle: [], enough: ['131 to 10.0.0.2:50000'] });
});
