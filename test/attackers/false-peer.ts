/** A peer that is none: it has a right key, beacons, and answers what it is asked, as the protocol wants; what else it does is its own affair. */
import {
  decodeDatagram,
  encodeDatagram,
  recipientTag,
  type DatagramBody,
  type DatagramKind,
} from '../../src/main/core/presence/wire/datagram.ts';
import { encodeRawBeacon, type RawTexts } from './announcement.ts';
import type { AttackSetup, Location } from './attack-setup.ts';

export interface FalsePeer {
  beacon(): void;
  toGroup(body: DatagramBody): void;
  /** @param source index of where to send from; its own if not given */
  toEndpoint(body: DatagramBody, destination: Location, source?: number): void;
}

export interface FalsePeers {
  /** @param texts of its beacons, sent as they are */
  add(name: string, texts: RawTexts, source?: number): FalsePeer;
  /** How many datagrams of each kind they were asked with. */
  readonly asked: ReadonlyMap<DatagramKind, number>;
}

/** Behind no real node's start, so that none of them seems to be from the past. */
const incarnation = 1_800_000_000_000;

export function createFalsePeers(setup: AttackSetup): FalsePeers {
  /** By the tag that they are asked by. */
  const answer = new Map<string, (body: DatagramBody, to: Location) => void>();
  const asked = new Map<DatagramKind, number>();

  setup.onAnswer((bytes, from) => {
    const decoded = decodeDatagram(bytes);
    if (!decoded.ok) return;
    const { datagram } = decoded;
    asked.set(datagram.kind, (asked.get(datagram.kind) ?? 0) + 1);
    if (datagram.kind !== 'hello' && datagram.kind !== 'ping') return;
    const kind = datagram.kind === 'hello' ? 'hello-ack' : 'pong';
    answer.get(tagText(datagram.to))?.({ kind, to: recipientTag(datagram.publicKey), nonce: datagram.nonce }, from);
  });

  return {
    asked,
    add(name, texts, source = 0) {
      const identity = setup.identity(name);
      const port = setup.sources[source]?.port ?? 0;
      let sequence = 0;
      const encode = (body: DatagramBody): Uint8Array => encodeDatagram({ incarnation, sequence: ++sequence }, body, identity);
      const toEndpoint = (body: DatagramBody, destination: Location, from = source): void =>
        setup.toEndpoint(encode(body), destination, from);
      answer.set(tagText(recipientTag(identity.publicKey)), (body, to) => toEndpoint(body, to));
      return {
        beacon: () => setup.toGroup(encodeRawBeacon({ incarnation, sequence: ++sequence }, texts, port, identity), source),
        toGroup: (body) => setup.toGroup(encode(body), source),
        toEndpoint,
      };
    },
  };
}

function tagText(tag: Uint8Array): string {
  return tag.join(' ');
}
