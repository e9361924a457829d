/**
 * The world in which a scenario happens, in real nouns: hosts with adapters on network segments, and Hallway nodes running on them.
 * There are two: simulated (test/sim: one process, virtual time, SimLan) and real (test/netns: network namespaces, one process per node,
 * real time). A scenario uses nothing but this file and what is built upon it here, so that the same ids run in both.
 * Conveniences that need no knowledge of the kind of world are in expectations.ts, so that each world implements only the essentials.
 */
import type { Peer } from '../../src/shared/contract/presence.ts';
import type { ProfileChange } from '../../src/shared/contract/profile.ts';
import type { PeerId } from '../../src/shared/lib/ids.ts';
import type { AttackOrder, AttackResult } from '../attackers/attacks.ts';
import type { AutomationMessage, NodeRecord } from './node-record.ts';

/** Takes back what was done. Doing it twice does nothing more. */
export type Undo = () => Promise<void>;

export interface InterfaceOptions {
  /** Such as `eth0`. */
  readonly name: string;
  /** The cable, switch or radio cell it is connected to; interfaces on different segments never hear each other. `lan` if not given. */
  readonly segment?: string;
  /** Whether it has an IPv4 address; true if not given. */
  readonly ipv4?: boolean;
  /** Whether it has an IPv6 link-local address; true if not given. */
  readonly ipv6?: boolean;
  /** IPv4 addresses that it has besides: for attackers who come from many. Never changed nor taken away. */
  readonly extraAddresses?: number;
}

export interface HostOptions {
  /** One `eth0` on `lan` if not given; the loopback adapter is always there, and up. */
  readonly interfaces?: readonly InterfaceOptions[];
}

export interface StartOptions {
  /** The folder that holds the identity: the same one after a restart is the same peer. One for each host if not given. */
  readonly profile?: string;
  /** The name shown to others; the host's name if not given. */
  readonly name?: string;
  /** Runs as another account of the same host; told apart only where there are accounts. */
  readonly anotherUser?: boolean;
  /** False returns at once: where it cannot become ready yet. */
  readonly awaitReady?: boolean;
  /** Longest wait for `ready`, in milliseconds of this world. 60,000 if not given: fifty processes may have to share two cores. */
  readonly readyDeadlineMs?: number;
}

/** What a node costs its host. */
export interface NodeCost {
  readonly memoryBytes: number;
  readonly cpuMs: number;
}

/** What a host has put on the wires, loopback left out. */
export interface HostTraffic {
  readonly datagrams: number;
  /** Of these, to groups. */
  readonly multicastDatagrams: number;
  /** Of all, as IP packets. */
  readonly bytes: number;
}

/** `left`: stopped cleanly · `dead`: killed by the scenario · `crashed`: ended without being told to. */
export type NodeState = 'running' | 'paused' | 'left' | 'dead' | 'crashed';

/** One running Hallway: what the automation interface says of it, and what can be done to it. */
export interface WorldNode {
  readonly host: Host;
  readonly name: string;
  readonly state: NodeState;
  /** Everything it said so far, each event with the time it was heard at on this world's clock, and what follows from that. */
  readonly record: NodeRecord;
  /** Known from `ready` on. */
  readonly peerId: PeerId;
  /** What it answers to the command `peers`. */
  askPeers(): Promise<readonly Peer[]>;
  /** What it answers to the command `diagnostics`. */
  diagnostics(): Promise<Readonly<Record<string, unknown>>>;
  changeProfile(change: ProfileChange): Promise<void>;
  /**
   * Sends a message.
   *
   * @returns its id, once it is kept
   * @throws when it is refused, or the node ends before it answers: then it may have been kept all the same
   */
  send(to: PeerId, text: string): Promise<string>;
  /** The conversation with that peer, oldest first: the last messages, as many as asked for. */
  history(peerId: PeerId, limit: number): Promise<readonly AutomationMessage[]>;
  /** Adds a peer by address. @throws when nobody answers there */
  connect(address: string): Promise<void>;
  /** Leaves cleanly, with a goodbye, and waits until it is gone. */
  stop(): Promise<void>;
  /** Ends it at once, as `kill -9` does: it says nothing to anybody. */
  kill(): Promise<void>;
  /** Freezes it, as a debugger or a suspended laptop does, until `resume`. Datagrams keep piling up in its sockets. */
  pause(): void;
  resume(): void;
  /** Undefined where it cannot be measured. */
  cost(): Promise<NodeCost | undefined>;
}

export interface Host {
  readonly name: string;
  /** Starts Hallway and, unless told otherwise, waits until it is `ready`. */
  start(options?: StartOptions): Promise<WorldNode>;
  /** The addresses it has on that interface now, IPv4 first. */
  addressesOf(interfaceName: string): readonly string[];
  addInterface(options: InterfaceOptions): Promise<void>;
  removeInterface(name: string): Promise<void>;
  /** Removes the adapter and adds one with the same name and the same addresses at once, as a driver reset does. */
  recreateInterface(name: string): Promise<void>;
  /** Replaces all addresses of the adapter by new ones of the same segment. */
  changeAddress(name: string): Promise<void>;
  /** Takes the addresses away, leaving the adapter up: a lease that ran out. */
  removeAddresses(name: string): Promise<void>;
  restoreAddresses(name: string): Promise<void>;
  /** The carrier is gone; the addresses stay. */
  pullCable(name: string): Promise<void>;
  plugCable(name: string): Promise<void>;
  /** Switched off by the operating system. */
  disableInterface(name: string): Promise<void>;
  enableInterface(name: string): Promise<void>;
  /** Lets nothing reach any socket on this host, its own looped-back multicast included; it can still send. */
  deafen(): Promise<Undo>;
  /** Another program takes the UDP port on all addresses, and does not share it. */
  occupyPort(port: number): Promise<Undo>;
  /** Somebody on this host attacks the others; waits until the attack is over. */
  attack(order: AttackOrder): Promise<AttackResult>;
}

export interface BlockRule {
  /** Everybody if not given. */
  readonly from?: readonly Host[];
  readonly to?: readonly Host[];
  readonly traffic: 'all' | 'multicast' | 'unicast';
}

export interface World {
  readonly kind: 'sim' | 'netns';
  readonly hosts: readonly Host[];
  /** All nodes ever started, in that order, those that ended included. */
  readonly nodes: readonly WorldNode[];
  /** The clock by which events are stamped: monotonic, in milliseconds. */
  nowMs(): number;
  /** Lets time pass: only to show that something does *not* happen meanwhile. */
  passTime(durationMs: number): Promise<void>;
  /**
   * Lets time pass until the condition, looked at again after every event of any node, is true.
   *
   * @param what names the wait; given as a function it is asked at the deadline, and can tell what is missing
   * @returns how long it took, in milliseconds
   * @throws at the deadline, with what the nodes said last
   */
  waitUntil(what: string | (() => string), condition: () => boolean, deadlineMs: number): Promise<number>;
  addHost(options?: HostOptions): Promise<Host>;
  addHosts(count: number, options?: HostOptions): Promise<readonly Host[]>;
  /** @param rate the share, 0 to 1, of frames lost on the way to each receiver, independently; never on the way to the own host */
  setLoss(rate: number): Promise<void>;
  block(rule: BlockRule): Promise<Undo>;
  /** Hosts of different groups no longer hear each other. */
  partition(groups: readonly (readonly Host[])[]): Promise<Undo>;
  /** The switch of a segment is off: the adapters on it keep their carrier, as behind another switch or a radio. */
  stopSwitch(segment: string): Promise<Undo>;
  /** Puts a router between two segments, for the hosts that are on one of them now. It forwards unicast, and no multicast. */
  route(one: string, other: string): Promise<void>;
  /** Counts what hosts put on the wires from now on. @returns what tells it, by host name */
  meterTraffic(): Promise<() => Promise<ReadonlyMap<string, HostTraffic>>>;
  /** Ends everything, and leaves nothing behind. Idempotent. */
  close(): Promise<void>;
}
