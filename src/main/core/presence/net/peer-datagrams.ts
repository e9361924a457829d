/**
 * Builds the datagrams for one peer, and picks its addresses (rules HS-1, HS-9, PROBE-1, PROBE-3,
 * BUDDY-2, CALL-1, CALL-3). Handshake, failure detection, peer exchange and path validation decide
 * when to send. The answers to peers are in `dispatch.ts`.
 */
import type { Clock, Endpoint } from '../../ports.ts';
import type { Announcement } from '../wire/announcement.ts';
import { recipientTag } from '../wire/datagram.ts';
import type { Arrival, Destination } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import type { PeerRecord } from '../registry/peer-record.ts';
import { isBeaconOverdue } from '../registry/reachability.ts';
import type { Outbound } from './outbound.ts';

/** A peer that is not in the registry yet. */
interface UnprovedPeer {
  readonly publicKey: Uint8Array;
  readonly incarnation: number;
  readonly announcement: Pick<Announcement, 'unicastPort'>;
  readonly source: Arrival;
}

export interface PeerDatagrams {
  hello(peer: UnprovedPeer, nonce: Uint8Array): void;
  /** @param unanswered number of PINGs that this probe sent before */
  ping(record: PeerRecord, nonce: Uint8Array, unanswered: number): void;
  /** Probes the peer at that address. */
  pingAddress(record: PeerRecord, address: Destination, nonce: Uint8Array): void;
  /** Sends a suspicion to the group. */
  suspicion(suspect: PeerRecord): void;
  /** Sends our beacon to that address. */
  call(endpoint: Endpoint): void;
  /** Asks that peer for the addresses of its peers. */
  askPeers(record: PeerRecord, nonce: Uint8Array): void;
  /** Asks that peer to open a session with us. @param byGroup whether to send it to the group too */
  callMe(record: PeerRecord, byGroup: boolean): void;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly outbound: Outbound;
  readonly announcement: () => Announcement;
}

export function createPeerDatagrams({ clock, outbound, announcement }: Deps, options: PresenceOptions): PeerDatagrams {
  return {
    hello({ publicKey, incarnation: echoedIncarnation, source, announcement: { unicastPort } }, nonce) {
      const hello = {
        kind: 'hello',
        to: recipientTag(publicKey),
        echoedIncarnation,
        nonce,
        announcement: announcement(),
      } as const;
      outbound.unicast(hello, { ...source, port: unicastPort });
    },
    ping(record, nonce, unanswered) {
      const wantsBeacon = isBeaconOverdue(record, clock.monotonicMs(), options);
      // Retries go to all addresses, since the last one alone may have failed.
      const reach = unanswered === 0 ? 'last' : 'all';
      outbound.toPeer({ kind: 'ping', to: recipientTag(record.publicKey), nonce, unanswered, wantsBeacon }, record, reach);
    },
    pingAddress({ publicKey, announcement: { unicastPort } }, address, nonce) {
      const ping = { kind: 'ping', to: recipientTag(publicKey), nonce, unanswered: 0, wantsBeacon: false } as const;
      outbound.unicast(ping, { ...address, port: unicastPort });
    },
    suspicion({ publicKey, incarnation: suspectIncarnation }) {
      outbound.multicast({ kind: 'suspect', suspect: recipientTag(publicKey), suspectIncarnation });
    },
    call: (endpoint) => outbound.unicast({ kind: 'beacon', announcement: announcement() }, endpoint),
    askPeers: (record, nonce) => outbound.toPeer({ kind: 'ask-peers', to: recipientTag(record.publicKey), nonce }, record),
    callMe(record, byGroup) {
      const body = { kind: 'call-me', to: recipientTag(record.publicKey) } as const;
      outbound.toPeer(body, record, 'all');
      if (byGroup) outbound.multicast(body);
    },
  };
}
