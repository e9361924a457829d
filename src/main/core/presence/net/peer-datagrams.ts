/**
 * Builds the datagrams for one peer, and picks its addresses (rules HS-1, HS-9, PROBE-1, PROBE-3,
 * HS-10, BUDDY-2, CALL-1, CALL-3, CALL-7, CALL-8). Handshake, failure detection, peer exchange,
 * path validation, call requests and `dispatch.ts` decide when to send.
 */
import type { Clock, Endpoint } from '../../ports.ts';
import type { Announcement } from '../wire/announcement.ts';
import { recipientTag } from '../wire/datagram.ts';
import { isNodeEndpoint, type Arrival, type Destination } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import { isSameEndpoint, type PeerRecord } from '../registry/peer-record.ts';
import { isBeaconOverdue } from '../registry/reachability.ts';
import type { Outbound } from './outbound.ts';

/** A peer that is not in the registry yet. */
interface UnprovedPeer {
  readonly publicKey: Uint8Array;
  readonly incarnation: number;
  readonly announcement: Pick<Announcement, 'unicastPort'>;
  readonly source: Arrival;
}

interface Ping {
  readonly publicKey: Uint8Array;
  readonly source: Destination;
  readonly nonce: Uint8Array;
  readonly wantsBeacon: boolean;
}

/** `whole`: sent · `cut`: sent without our note · `withheld`: the address has no credit. */
export type SentHello = 'whole' | 'cut' | 'withheld';

export interface PeerDatagrams {
  /** @param isAnswer true if the peer said HELLO first; then ours is not padded */
  hello(peer: UnprovedPeer, nonce: Uint8Array, isAnswer: boolean): SentHello;
  /** @param isProved true if the peer answered us from there @returns false if it was not sent */
  helloAck(peer: UnprovedPeer, nonce: Uint8Array, isProved: boolean): boolean;
  /**
   * Answers a PING at its source address.
   * @param port the port that its sender signed @param isProved as above
   */
  pong(ping: Ping, port: number, isProved: boolean): void;
  /** @param unanswered number of PINGs that this probe sent before */
  ping(record: PeerRecord, nonce: Uint8Array, unanswered: number): void;
  /** Probes the peer at that address. */
  pingAddress(record: PeerRecord, address: Destination, nonce: Uint8Array): void;
  /** Probes the peer at that address, known or not, as far as its credit allows. */
  pingByCredit(record: PeerRecord, address: Destination, nonce: Uint8Array): void;
  /** Sends a suspicion to the group. */
  suspicion(suspect: PeerRecord): void;
  /** Sends our beacon to that address. */
  call(endpoint: Endpoint): void;
  /** Asks that peer for the addresses of its peers. */
  askPeers(record: PeerRecord, nonce: Uint8Array): void;
  /**
   * Asks that peer to open a session with us, at each address as far as its credit allows.
   * @param byGroup true sends it to the group too
   */
  callMe(record: PeerRecord, byGroup: boolean): void;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly outbound: Outbound;
  readonly announcement: () => Announcement;
}

export function createPeerDatagrams({ clock, outbound, announcement }: Deps, options: PresenceOptions): PeerDatagrams {
  return {
    hello({ publicKey, incarnation: echoedIncarnation, source, announcement: { unicastPort } }, nonce, isAnswer) {
      const ours = announcement();
      const hello = { kind: 'hello', to: recipientTag(publicKey), echoedIncarnation, nonce, announcement: ours } as const;
      const cut = { ...hello, announcement: { ...ours, note: '' } };
      // The answer to a HELLO is one too, and must not be longer. So the first one is padded.
      const padded = isAnswer ? [] : [{ body: hello, minBytes: options.minRequestBytes }];
      const sent = outbound.unproved([...padded, { body: hello }, { body: cut }], { ...source, port: unicastPort });
      if (!sent) return 'withheld';
      return sent.body === cut && ours.note !== '' ? 'cut' : 'whole';
    },
    helloAck({ publicKey, source, announcement: { unicastPort } }, nonce, isProved) {
      const body = { kind: 'hello-ack', to: recipientTag(publicKey), nonce } as const;
      const destination = { ...source, port: unicastPort };
      if (!isProved) return outbound.unproved([{ body }], destination) !== undefined;
      if (isNodeEndpoint(destination)) outbound.unicast(body, destination);
      return true;
    },
    pong({ publicKey, source, nonce, wantsBeacon }, port, isProved) {
      const destination = { ...source, port };
      const pong = { kind: 'pong', to: recipientTag(publicKey), nonce } as const;
      const bodies = wantsBeacon ? [pong, { kind: 'beacon', announcement: announcement() } as const] : [pong];
      for (const body of bodies) {
        if (!isProved) outbound.unproved([{ body }], destination);
        else if (isNodeEndpoint(destination)) outbound.unicast(body, destination);
      }
    },
    ping(record, nonce, unanswered) {
      const wantsBeacon = isBeaconOverdue(record, clock.monotonicMs(), options);
      // Retries go to all addresses, since the last one alone may have failed.
      const reach = unanswered === 0 ? 'last' : 'all';
      outbound.toPeer({ kind: 'ping', to: recipientTag(record.publicKey), nonce, unanswered, wantsBeacon }, record, reach);
    },
    pingAddress({ publicKey, addresses, announcement: { unicastPort } }, address, nonce) {
      const body = { kind: 'ping', to: recipientTag(publicKey), nonce, unanswered: 0, wantsBeacon: false } as const;
      const destination = { ...address, port: unicastPort };
      const isKnown = addresses.some((known) => isSameEndpoint(known, address));
      // The peer answers with a PONG and a PING, to learn if we have that address.
      if (!isKnown) outbound.unproved([{ body, minBytes: options.minRequestBytes }, { body }], destination);
      else if (isNodeEndpoint(destination)) outbound.unicast(body, destination);
    },
    pingByCredit({ publicKey, announcement: { unicastPort } }, address, nonce) {
      const body = { kind: 'ping', to: recipientTag(publicKey), nonce, unanswered: 0, wantsBeacon: false } as const;
      outbound.unproved([{ body }], { ...address, port: unicastPort });
    },
    suspicion({ publicKey, incarnation: suspectIncarnation }) {
      outbound.multicast({ kind: 'suspect', suspect: recipientTag(publicKey), suspectIncarnation });
    },
    call: (endpoint) => outbound.unicast({ kind: 'beacon', announcement: announcement() }, endpoint),
    askPeers: (record, nonce) => outbound.toPeer({ kind: 'ask-peers', to: recipientTag(record.publicKey), nonce }, record),
    callMe(record, byGroup) {
      const body = { kind: 'call-me', to: recipientTag(record.publicKey) } as const;
      for (const address of record.addresses) {
        outbound.unproved([{ body }], { ...address, port: record.announcement.unicastPort });
      }
      if (byGroup) outbound.multicast(body);
    },
  };
}
