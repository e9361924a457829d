/**
 * Encodes, signs, seals and sends datagrams: to the group, or to the addresses of one peer. Numbers
 * every datagram of this incarnation.
 */
import type { Envelope, Identity, InterfaceAddress } from '../../ports.ts';
import { encodeDatagram, type DatagramBody } from '../wire/datagram.ts';
import type { Destination } from '../../lib/endpoint.ts';
import type { PeerRecord } from '../registry/peer-record.ts';
import type { PresenceTransport } from './transport.ts';

export interface Outbound {
  multicast(body: DatagramBody, wanted?: (address: InterfaceAddress) => boolean): void;
  unicast(body: DatagramBody, destination: Destination): void;
  /**
   * Sends to the address that the peer was last heard from, or to all its addresses. Each copy has
   * its own sequence.
   * @param reach `all` if the last address may have failed
   */
  toPeer(body: DatagramBody, record: PeerRecord, reach?: 'last' | 'all'): void;
  /** From now until `speak` only goodbyes are sent, since other datagrams would list us again. */
  fallSilent(): void;
  speak(): void;
  readonly sentMulticast: number;
  readonly sentUnicast: number;
}

interface Deps {
  readonly identity: Identity;
  readonly incarnation: number;
  readonly envelope?: Envelope | undefined;
  readonly sockets: Pick<PresenceTransport, 'multicast' | 'unicast'>;
}

export function createOutbound({ identity, incarnation, envelope, sockets }: Deps): Outbound {
  let sequence = 0;
  let isSilent = false;
  let sentMulticast = 0;
  let sentUnicast = 0;
  return {
    multicast(body, wanted) {
      if (isSilent && body.kind !== 'goodbye') return;
      sentMulticast += 1;
      sockets.multicast(seal(body), wanted);
    },
    unicast(body, destination) {
      if (!isSilent || body.kind === 'goodbye') send(seal(body), destination);
    },
    toPeer(body, { addresses, lastAddress, announcement }, reach = 'last') {
      if (isSilent && body.kind !== 'goodbye') return;
      // Use the port that the peer signed, since an attacker could forge the source port. Each
      // address gets a datagram of its own. The peer would drop a second copy, and its answer to
      // the first may be lost on that path.
      for (const address of reach === 'all' ? addresses : [lastAddress])
        send(seal(body), { ...address, port: announcement.unicastPort });
    },
    fallSilent: () => void (isSilent = true),
    speak: () => void (isSilent = false),
    get sentMulticast() {
      return sentMulticast;
    },
    get sentUnicast() {
      return sentUnicast;
    },
  };

  function seal(body: DatagramBody): Uint8Array {
    sequence += 1;
    const bytes = encodeDatagram({ incarnation, sequence }, body, identity);
    return envelope ? envelope.seal(bytes) : bytes;
  }

  function send(bytes: Uint8Array, destination: Destination): void {
    sentUnicast += 1;
    sockets.unicast(bytes, destination);
  }
}
