/**
 * Encodes, signs, seals and sends datagrams: to the group, or to the addresses of one peer. Numbers
 * every datagram of this incarnation. An address that is not proved gets no more than came from it
 * (rule HS-10).
 */
import type { Envelope, Identity, InterfaceAddress } from '../../ports.ts';
import type { AddressCredit } from './address-credit.ts';
import type { PresenceOptions } from '../options.ts';
import { datagramBytes, encodeDatagram, type DatagramBody } from '../wire/datagram.ts';
import { isNodeEndpoint, type Destination } from '../../lib/endpoint.ts';
import type { PeerRecord } from '../registry/peer-record.ts';
import type { PresenceTransport } from './transport.ts';

/** A datagram to send. */
export interface Draft {
  readonly body: DatagramBody;
  /** The size to pad it to, if it is shorter. */
  readonly minBytes?: number;
}

export interface Outbound {
  multicast(body: DatagramBody, wanted?: (address: InterfaceAddress) => boolean): void;
  /** Sends to an address that our user gave, or that the peer proved. */
  unicast(body: DatagramBody, destination: Destination): void;
  /**
   * Sends to an address that is not proved: the first of these drafts that its credit covers.
   * @returns that draft; undefined if nothing was sent
   */
  unproved(drafts: readonly Draft[], destination: Destination): Draft | undefined;
  /**
   * Sends to the address that the peer was last heard from, or to all its addresses. Each copy has
   * its own sequence.
   * @param reach `all` if the last address may have failed
   */
  toPeer(body: DatagramBody, record: PeerRecord, reach?: 'last' | 'all'): void;
  /** Sends the bytes of a block to the group. Its author signed it. */
  blockToGroup(bytes: Uint8Array, wanted: (address: InterfaceAddress) => boolean): void;
  /** Sends them to the address that a peer which is online was last heard from. */
  blockToPeer(bytes: Uint8Array, record: PeerRecord): void;
  /** From now until `speak` only goodbyes are sent, since other datagrams would list us again. */
  fallSilent(): void;
  speak(): void;
  readonly sentMulticast: number;
  readonly sentUnicast: number;
  /** HELLOs and HELLO-ACKs not sent, because too many to that address went unanswered. */
  readonly withheld: number;
}

interface Deps {
  readonly identity: Identity;
  readonly incarnation: number;
  readonly envelope?: Envelope | undefined;
  readonly sockets: Pick<PresenceTransport, 'multicast' | 'unicast'>;
  readonly credit: Pick<AddressCredit, 'covers' | 'spend'>;
}

export function createOutbound(
  { identity, incarnation, envelope, sockets, credit }: Deps,
  { minRequestBytes }: Pick<PresenceOptions, 'minRequestBytes'>,
): Outbound {
  let sequence = 0;
  let isSilent = false;
  let sentMulticast = 0;
  let sentUnicast = 0;
  let withheld = 0;
  return {
    multicast(body, wanted) {
      if (isSilent && body.kind !== 'goodbye') return;
      sentMulticast += 1;
      sockets.multicast(seal(body), wanted);
    },
    unicast(body, destination) {
      if (!isSilent || body.kind === 'goodbye') send(seal(body), destination);
    },
    unproved,
    toPeer(body, { addresses, lastAddress, announcement, presence }, reach = 'last') {
      if (isSilent && body.kind !== 'goodbye') return;
      // Use the port that the peer signed, since an attacker could forge the source port. Each
      // address gets a datagram of its own. The peer would drop a second copy, and its answer to
      // the first may be lost on that path.
      for (const address of reach === 'all' ? addresses : [lastAddress]) {
        const destination = { ...address, port: announcement.unicastPort };
        // A one-way peer may never have answered: its address can be forged.
        if (presence === 'one-way') unproved([{ body }], destination);
        else if (isNodeEndpoint(destination)) send(seal(body), destination);
      }
    },
    blockToGroup(bytes, wanted) {
      if (isSilent) return;
      sentMulticast += 1;
      sockets.multicast(cover(bytes), wanted);
    },
    blockToPeer(bytes, { lastAddress, announcement, presence }) {
      const destination = { ...lastAddress, port: announcement.unicastPort };
      if (!isSilent && presence !== 'one-way' && isNodeEndpoint(destination)) send(cover(bytes), destination);
    },
    fallSilent: () => void (isSilent = true),
    speak: () => void (isSilent = false),
    get sentMulticast() {
      return sentMulticast;
    },
    get sentUnicast() {
      return sentUnicast;
    },
    get withheld() {
      return withheld;
    },
  };

  function unproved(drafts: readonly Draft[], destination: Destination): Draft | undefined {
    const draft = drafts.find(({ body, minBytes }) => credit.covers(destination, datagramBytes(body, minBytes)));
    if (!draft || (isSilent && draft.body.kind !== 'goodbye')) return undefined;
    if (!credit.spend(destination, datagramBytes(draft.body, draft.minBytes))) {
      if (draft.body.kind === 'hello' || draft.body.kind === 'hello-ack') withheld += 1;
      return undefined;
    }
    send(seal(draft.body, draft.minBytes ?? 0), destination);
    return draft;
  }

  function seal(body: DatagramBody, minBytes = body.kind === 'beacon' ? minRequestBytes : 0): Uint8Array {
    sequence += 1;
    const bytes = encodeDatagram({ incarnation, sequence }, body, identity, minBytes);
    return cover(bytes);
  }

  function cover(bytes: Uint8Array): Uint8Array {
    return envelope ? envelope.seal(bytes) : bytes;
  }

  function send(bytes: Uint8Array, destination: Destination): void {
    sentUnicast += 1;
    sockets.unicast(bytes, destination);
  }
}
