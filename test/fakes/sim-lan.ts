/**
 * A local network in memory: hosts with adapters on segments, datagrams that take time, get lost or doubled, cables, routers and
 * partitions. All chance comes from the seeded random and all time from the fake clock, so one seed gives one trace. Its `Udp` and
 * `Interfaces` pass the same suite as the real ones (test/contract); what it leaves out is TCP, ARP and congestion.
 */
import type { Clock } from '../../src/main/core/ports.ts';
import type { Unsubscribe } from '../../src/shared/rpc/link.ts';
import { createEmitter } from '../../src/shared/lib/emitter.ts';
import { isRoutableGroup, isSameAddress } from './sim-lan/address.ts';
import type { SimHost } from './sim-lan/host.ts';
import { createSimHost } from './sim-lan/host.ts';
import type { Adapter, Packet, SimSegment, Wire } from './sim-lan/packet.ts';
import type { SeededRandom } from './seeded-random.ts';

export type { SimAdapter, SimHost } from './sim-lan/host.ts';
export type { SimSegment } from './sim-lan/packet.ts';

/** What a quiet wired network takes. */
const defaultDelayMs = { min: 0.1, max: 0.5 } as const;

export interface DelayRange {
  readonly min: number;
  readonly max: number;
}

export interface SimLanDependencies {
  readonly clock: Clock;
  readonly random: SeededRandom;
}

export interface SimLanOptions {
  /** Share of deliveries lost, 0 to 1, drawn for each receiver by itself. */
  readonly lossRate?: number;
  readonly delayMs?: DelayRange;
  /** Share of deliveries that arrive twice. */
  readonly duplicationRate?: number;
}

/** One datagram as it was put on a wire. What a host sends to itself alone is none. */
export interface DatagramOnWire {
  readonly atMs: number;
  readonly from: string;
  readonly segment: string;
  /** `ADDRESS:PORT` or `[ADDRESS]:PORT`. */
  readonly source: string;
  readonly destination: string;
  readonly multicast: boolean;
  readonly bytes: Uint8Array;
}

export interface Traffic {
  readonly datagrams: number;
  readonly bytes: number;
}

export interface HostStatistics {
  readonly multicast: Traffic;
  readonly unicast: Traffic;
}

export interface Block {
  readonly from: SimHost;
  readonly to: SimHost;
  /** Which kinds are blocked; both when neither is given. */
  readonly multicast?: boolean;
  readonly unicast?: boolean;
}

/** A packet on its way to one receiver. */
export interface PacketOnItsWay {
  readonly sender: string;
  readonly receiver: string;
  readonly multicast: boolean;
  readonly destinationPort: number;
  readonly bytes: Uint8Array;
}

export interface SimLan {
  addSegment(name: string): SimSegment;
  addHost(name: string): SimHost;
  /** A router between two segments: unicast passes; multicast only with hops left and a group that may leave its link. */
  connect(one: SimSegment, other: SimSegment): void;
  setLoss(rate: number): void;
  setDelay(delayMs: DelayRange): void;
  setDuplication(rate: number): void;
  /**
   * The processor time that a host needs for each datagram, sent or received. It handles one at a
   * time, so the others wait. Default: none.
   */
  setProcessorTime(msPerDatagram: number): void;
  /** Blocks one direction. @returns its undo */
  block(block: Block): Unsubscribe;
  /** Loses these packets. @returns its undo */
  lose(isLost: (packet: PacketOnItsWay) => boolean): Unsubscribe;
  /** Hosts of different groups cannot reach each other; a host in no group reaches all. @returns what heals it */
  partition(groups: readonly (readonly SimHost[])[]): Unsubscribe;
  /** PeerExchange `listener` once for each datagram sent onto a wire, lost or not. */
  onDatagram(listener: (datagram: DatagramOnWire) => void): Unsubscribe;
  /** What each host has sent onto wires, by host name. */
  statistics(): ReadonlyMap<string, HostStatistics>;
  hosts(): readonly SimHost[];
}

interface Counters {
  readonly multicast: { datagrams: number; bytes: number };
  readonly unicast: { datagrams: number; bytes: number };
}

export function createSimLan({ clock, random }: SimLanDependencies, options: SimLanOptions = {}): SimLan {
  const chance = random.fork('sim-lan');
  const adaptersBySegment = new Map<SimSegment, Adapter[]>();
  const routers: (readonly [SimSegment, SimSegment])[] = [];
  const hosts = new Map<string, SimHost>();
  const counters = new Map<string, Counters>();
  const obstacles = new Set<(packet: PacketOnItsWay) => boolean>();
  const taps = createEmitter<DatagramOnWire>();
  let tapCount = 0;
  let lossRate = checkedRate(options.lossRate ?? 0);
  let delayMs = checkedDelay(options.delayMs ?? defaultDelayMs);
  let duplicationRate = checkedRate(options.duplicationRate ?? 0);
  let processorMs = 0;
  const busyUntilMs = new Map<string, number>();

  const wire: Wire = {
    clock,
    transmit,
    isRouted: (segment) => routers.some((ends) => ends.includes(segment)),
    attach: (adapter) => void (adapter.segment && adaptersBySegment.get(adapter.segment)?.push(adapter)),
    detach(adapter) {
      const attached = adapter.segment && adaptersBySegment.get(adapter.segment);
      attached?.splice(attached.indexOf(adapter), 1);
    },
  };

  function transmit(from: Adapter, packet: Packet): void {
    if (!from.carrier || from.segment === undefined) return;
    record(from.segment, packet);
    const leavesInMs = occupy(from.host.name);
    for (const segment of reachableSegments(routers, from.segment, packet)) {
      for (const to of adaptersBySegment.get(segment) ?? []) if (isAddressed(from, to, packet)) carry(to, packet, leavesInMs);
    }
  }

  /** @returns milliseconds until the host is done with one more datagram */
  function occupy(host: string): number {
    if (processorMs === 0) return 0;
    const nowMs = clock.monotonicMs();
    const doneMs = Math.max(nowMs, busyUntilMs.get(host) ?? nowMs) + processorMs;
    busyUntilMs.set(host, doneMs);
    return doneMs - nowMs;
  }

  function carry(to: Adapter, packet: Packet, leavesInMs: number): void {
    const { from, destination, destinationPort, bytes } = packet;
    const onItsWay = { sender: from.name, receiver: to.host.name, multicast: destination.multicast, destinationPort, bytes };
    for (const stops of obstacles) if (stops(onItsWay)) return;
    if (lossRate > 0 && chance.fraction() < lossRate) return;
    deliverLater(to, packet, leavesInMs);
    if (duplicationRate > 0 && chance.fraction() < duplicationRate) deliverLater(to, packet, leavesInMs);
  }

  function deliverLater(to: Adapter, packet: Packet, leavesInMs: number): void {
    const inMs = delayMs.min + (delayMs.max - delayMs.min) * chance.fraction();
    clock.setTimer(() => {
      if (!to.carrier) return;
      const handledInMs = occupy(to.host.name);
      if (handledInMs === 0) to.host.receive(to, packet);
      else clock.setTimer(() => to.host.receive(to, packet), handledInMs);
    }, leavesInMs + inMs);
  }

  function record(segment: SimSegment, packet: Packet): void {
    const { from, source, sourcePort, destination, destinationPort, bytes } = packet;
    const counter = counters.get(from.name)?.[destination.multicast ? 'multicast' : 'unicast'];
    if (counter !== undefined) {
      counter.datagrams += 1;
      counter.bytes += bytes.length;
    }
    if (tapCount === 0) return;
    taps.emit({
      atMs: clock.monotonicMs(),
      from: from.name,
      segment: segment.name,
      source: endpointText(source.text, sourcePort),
      destination: endpointText(destination.text, destinationPort),
      multicast: destination.multicast,
      bytes,
    });
  }

  function addObstacle(stops: (packet: PacketOnItsWay) => boolean): Unsubscribe {
    // A wrapper, so that the same obstacle added twice has an undo each.
    const own: typeof stops = (packet) => stops(packet);
    obstacles.add(own);
    return () => void obstacles.delete(own);
  }

  return {
    addSegment(name) {
      const segment = { name };
      adaptersBySegment.set(segment, []);
      return segment;
    },
    addHost(name) {
      if (hosts.has(name)) throw new Error(`there already is a host ${name}`);
      const host = createSimHost(name, wire);
      hosts.set(name, host);
      counters.set(name, { multicast: { datagrams: 0, bytes: 0 }, unicast: { datagrams: 0, bytes: 0 } });
      return host;
    },
    connect: (one, other) => void routers.push([one, other]),
    setLoss: (rate) => void (lossRate = checkedRate(rate)),
    setProcessorTime: (msPerDatagram) => void (processorMs = msPerDatagram),
    setDelay: (range) => void (delayMs = checkedDelay(range)),
    setDuplication: (rate) => void (duplicationRate = checkedRate(rate)),
    block({ from, to, multicast, unicast }) {
      const namesOneKind = multicast === true || unicast === true;
      const stopsMulticast = multicast ?? !namesOneKind;
      const stopsUnicast = unicast ?? !namesOneKind;
      return addObstacle(({ sender, receiver, multicast: isMulticast }) => {
        return sender === from.name && receiver === to.name && (isMulticast ? stopsMulticast : stopsUnicast);
      });
    },
    lose: addObstacle,
    partition(groups) {
      const groupOf = new Map(groups.flatMap((group, index) => group.map((host) => [host.name, index] as const)));
      return addObstacle(({ sender, receiver }) => {
        const [one, other] = [groupOf.get(sender), groupOf.get(receiver)];
        return one !== undefined && other !== undefined && one !== other;
      });
    },
    onDatagram(listener) {
      const undo = taps.subscribe(listener);
      tapCount += 1;
      let subscribed = true;
      return () => {
        undo();
        if (subscribed) tapCount -= 1;
        subscribed = false;
      };
    },
    statistics: () =>
      new Map(
        [...counters].map(([name, { multicast, unicast }]) => [name, { multicast: { ...multicast }, unicast: { ...unicast } }]),
      ),
    hosts: () => [...hosts.values()],
  };
}

/** The segment itself, and those behind routers that the packet has hops left for. */
function reachableSegments(
  routers: readonly (readonly [SimSegment, SimSegment])[],
  start: SimSegment,
  packet: Packet,
): Set<SimSegment> {
  const { destination, hops } = packet;
  const reached = new Set([start]);
  if (routers.length === 0 || destination.linkLocal || (destination.multicast && !isRoutableGroup(destination))) return reached;
  let frontier: SimSegment[] = [start];
  for (let left = hops - 1; left > 0 && frontier.length > 0; left -= 1) {
    const next = frontier.flatMap((segment) =>
      routers.flatMap(([one, other]) => (one === segment ? [other] : other === segment ? [one] : [])),
    );
    frontier = [...new Set(next)].filter((segment) => !reached.has(segment));
    for (const segment of frontier) reached.add(segment);
  }
  return reached;
}

function isAddressed(from: Adapter, to: Adapter, packet: Packet): boolean {
  const { destination } = packet;
  if (to === from) return false;
  if (!destination.multicast) return to.subnets.some(({ address }) => isSameAddress(address, destination));
  // IPv4 throws away what comes in from outside with one of the host's own addresses as its source; IPv6 does not.
  if (to.host === from.host && destination.family === 'ipv4') return false;
  return to.members.has(destination.text);
}

function endpointText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function checkedRate(rate: number): number {
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`${rate} is not a share between 0 and 1`);
  return rate;
}

function checkedDelay(range: DelayRange): DelayRange {
  if (!(range.min >= 0 && range.max >= range.min))
    throw new RangeError(`${range.min} to ${range.max} ms is not a range of delays`);
  return range;
}
