/**
 * The nouns that the parts of the simulated network share: segments, adapters, packets, and the wire that carries them.
 */
import type { Clock } from '../../../src/main/core/ports.ts';
import type { Address, Subnet } from './address.ts';

/** One link: everything attached to it hears a multicast. Compared by identity. */
export interface SimSegment {
  readonly name: string;
}

/** The part of a host that a packet arrives at. */
export interface PacketReceiver {
  readonly name: string;
  receive(on: Adapter, packet: Packet): void;
}

/** A network adapter as the host sees it. Plugging it out and in again makes a new one, as in a kernel. */
export interface Adapter {
  readonly name: string;
  readonly host: PacketReceiver;
  /** Absent on the loopback adapter. */
  readonly segment: SimSegment | undefined;
  subnets: readonly Subnet[];
  /** Whether the cable is in. */
  carrier: boolean;
  /** Whether the host still has it. */
  present: boolean;
  /** How many sockets have joined each group on it. */
  readonly members: Map<string, number>;
}

export interface Packet {
  readonly from: PacketReceiver;
  readonly source: Address;
  readonly sourcePort: number;
  readonly destination: Address;
  readonly destinationPort: number;
  /** How many links it may cross. */
  readonly hops: number;
  /** Nobody writes to these: each receiver gets a copy. */
  readonly bytes: Uint8Array;
}

export interface Wire {
  readonly clock: Clock;
  transmit(from: Adapter, packet: Packet): void;
  /** Whether a router is attached to the segment. */
  isRouted(segment: SimSegment): boolean;
  attach(adapter: Adapter): void;
  detach(adapter: Adapter): void;
}
