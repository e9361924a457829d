/**
 * The datagrams by which we ask and call single peers, and suspect them: what is in each, and at which of a peer's addresses it goes
 * (rules HS-1, HS-9, PROBE-1, PROBE-3, BUDDY-2, CALL-1, CALL-3). When to send one is left to handshake, failure detection, calls and address
 * proof; the answers to what others ask are in `dispatch.ts`.
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
  /** @param unanswered pings of this inquiry before this one */
  ping(record: PeerRecord, nonce: Uint8Array, unanswered: number): void;
  /** Asks whether the peer is at that address. */
  pingAddress(record: PeerRecord, address: Destination, nonce: Uint8Array): void;
  /** To the group. */
  suspicion(suspect: PeerRecord): void;
  /** Our beacon, to whoever is there. */
  call(endpoint: Endpoint): void;
  /** Asks which peers that one knows. */
  askPeers(record: PeerRecord, nonce: Uint8Array): void;
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
      // The address that was heard last may be the only one that is dead.
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
  };
}
