/**
 * Presence as rooms use it: the way of their datagrams to the group and to single peers (rules
 * ROOM-1, ROOM-8). Asks and heads are datagrams of their sender. A block is its author's, whoever
 * sends it, so it is no sign of life. `rooms` decides what to send and when.
 */
import type { InterfaceAddress } from '../ports.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Arrival } from '../lib/endpoint.ts';
import { fromHex } from '../lib/hex.ts';
import type { Outbound } from './net/outbound.ts';
import type { PresenceTransport } from './net/transport.ts';
import type { ExpiringRegistry } from './registry/registry.ts';
import type { Announcement, Top } from './wire/announcement.ts';
import { recipientTag } from './wire/datagram.ts';
import { maxAskRanges, type AskContent, type Head } from './wire/loss-datagrams.ts';

export type { AskRange, Head } from './wire/loss-datagrams.ts';

/** The datagrams that come in. Those of peers that are not online are dropped before. */
export interface RoomListener {
  /** A block, its signature unchecked. */
  onBlock(bytes: Uint8Array, source: Arrival): void;
  onAsk(peerId: PeerId, ask: Pick<AskContent, 'room' | 'ranges'>): void;
  onHeads(peerId: PeerId, heads: readonly Head[]): void;
  /** A listed peer asks for our beacon: it does not hear those to the group. */
  onWantsBeacon(peerId: PeerId): void;
}

export interface RoomChannel {
  /** Once for each adapter. */
  blockToGroup(bytes: Uint8Array): void;
  /** @returns false if the peer is not here */
  blockTo(peerId: PeerId, bytes: Uint8Array): boolean;
  ask(peerId: PeerId, ask: Pick<AskContent, 'room' | 'ranges'>): void;
  /** Asks that peer how far it holds these logs, by their short tags. */
  askTops(peerId: PeerId, room: string, shortTags: readonly string[]): void;
  /** Answers such a question: a beacon to that peer tells these tops. */
  tellTops(peerId: PeerId, tops: readonly Top[]): void;
  headsToGroup(heads: readonly Head[]): void;
  headsTo(peerId: PeerId, heads: readonly Head[]): void;
  /** Records that a block of ours came back from the group. */
  noteLoopback(source: Arrival): void;
}

interface Deps {
  readonly registry: Pick<ExpiringRegistry, 'get'>;
  readonly outbound: Pick<Outbound, 'blockToGroup' | 'blockToPeer' | 'multicast' | 'toPeer'>;
  readonly sockets: Pick<PresenceTransport, 'noteLoopback'>;
  /** The addresses of steady multicast: one family for each adapter, where that reaches all. */
  readonly steadyAddresses: () => (address: InterfaceAddress) => boolean;
  readonly announcement: () => Announcement;
}

export function createRoomChannel({ registry, outbound, sockets, steadyAddresses, announcement }: Deps): RoomChannel {
  return {
    blockToGroup: (bytes) => outbound.blockToGroup(bytes, steadyAddresses()),
    blockTo(peerId, bytes) {
      const record = registry.get(peerId);
      if (record) outbound.blockToPeer(bytes, record);
      return record !== undefined;
    },
    ask(peerId, { room, ranges }) {
      const record = registry.get(peerId);
      if (record) outbound.toPeer({ kind: 'ask', to: recipientTag(record.publicKey), room, ranges }, record);
    },
    askTops(peerId, room, shortTags) {
      const record = registry.get(peerId);
      const ranges = shortTags.slice(0, maxAskRanges).map((tag) => ({ tag: fromHex(tag), from: 0, count: 0 }));
      if (record) outbound.toPeer({ kind: 'ask', to: recipientTag(record.publicKey), room: fromHex(room), ranges }, record);
    },
    tellTops(peerId, tops) {
      const record = registry.get(peerId);
      if (record) outbound.toPeer({ kind: 'beacon', announcement: { ...announcement(), tops } }, record);
    },
    headsToGroup: (heads) => outbound.multicast({ kind: 'heads', heads }, steadyAddresses()),
    headsTo(peerId, heads) {
      const record = registry.get(peerId);
      if (record) outbound.toPeer({ kind: 'heads', heads }, record);
    },
    noteLoopback: (source) => void sockets.noteLoopback(source),
  };
}
