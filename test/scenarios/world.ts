/**
 * The world of a scenario: hosts with adapters on network segments, and Hallway nodes that run on
 * them. The simulated world is test/sim: one process, virtual time, SimLan. The real world is
 * test/netns: network namespaces, one process per node, real time. Scenarios use only this
 * interface and expectations.ts, so the same IDs run in both. Conveniences belong to
 * expectations.ts, so that a world implements the essentials only.
 */
import type { Peer } from '../../src/shared/contract/presence.ts';
import type { ProfileChange } from '../../src/shared/contract/profile.ts';
import type { PeerId } from '../../src/shared/lib/ids.ts';
import type { AttackOrder, AttackResult } from '../attackers/attacks.ts';
import type { AutomationMessage, NodeRecord } from './node-record.ts';
import type { FileCommands } from './file-commands.ts';
import type { RoomCommands } from './room-commands.ts';

/** Undoes an action. Calling it twice has no further effect. */
export type Undo = () => Promise<void>;

export interface InterfaceOptions {
  /** Such as `eth0`. */
  readonly name: string;
  /**
   * The cable, switch or radio cell that it is connected to. Segments never hear each other.
   * Default: `lan`.
   */
  readonly segment?: string;
  /** True if it has an IPv4 address. Default: true. */
  readonly ipv4?: boolean;
  /** True if it has an IPv6 link-local address. Default: true. */
  readonly ipv6?: boolean;
  /** Number of further IPv4 addresses, for attackers that use many. They never change. */
  readonly extraAddresses?: number;
}

export interface HostOptions {
  /** Default: one `eth0` on `lan`. The loopback adapter always exists, and is up. */
  readonly interfaces?: readonly InterfaceOptions[];
  /** How far its wall clock is ahead. Only simulated hosts have a clock of their own. Default: 0. */
  readonly clockOffsetMs?: number;
}

export interface StartOptions {
  /**
   * The folder of the identity. The same folder after a restart gives the same peer. Default: one
   * per host.
   */
  readonly profile?: string;
  /** The name shown to others. Default: the name of the host. */
  readonly name?: string;
  /** Runs as another account of the same host, where the world has accounts. */
  readonly anotherUser?: boolean;
  /** False returns at once, for a node that cannot become ready yet. */
  readonly awaitReady?: boolean;
  /**
   * Longest wait for `ready`, in milliseconds of this world. Default: 60,000, since fifty processes
   * may share two cores.
   */
  readonly readyDeadlineMs?: number;
}

/** The resources that a node uses on its host. */
export interface NodeCost {
  readonly memoryBytes: number;
  readonly cpuMs: number;
}

/** The traffic that a host sent, without loopback. */
export interface HostTraffic {
  readonly datagrams: number;
  /** Those of them that went to groups. */
  readonly multicastDatagrams: number;
  /** Those of them that are blocks of rooms. Sealed ones cannot be told. */
  readonly groupBlocks: number;
  /** All datagrams as IP packets. */
  readonly bytes: number;
}

/** `left`: stopped cleanly · `dead`: killed by the scenario · `crashed`: ended by itself. */
export type NodeState = 'running' | 'paused' | 'left' | 'dead' | 'crashed';

/** A running Hallway: its automation interface, and actions on its process. */
export interface WorldNode extends RoomCommands, FileCommands {
  readonly host: Host;
  readonly name: string;
  readonly state: NodeState;
  /**
   * All events so far, with their time on the clock of the world, and the state derived from them.
   */
  readonly record: NodeRecord;
  /** Known from `ready` on. */
  readonly peerId: PeerId;
  /** The answer to the command `peers`. */
  askPeers(): Promise<readonly Peer[]>;
  /** The answer to the command `diagnostics`. */
  diagnostics(): Promise<Readonly<Record<string, unknown>>>;
  changeProfile(change: ProfileChange): Promise<void>;
  /**
   * Sends a message.
   *
   * @returns its ID, once it is persisted
   * @throws if it is refused, or if the node ends before it answers; then the message may still be
   * persisted
   */
  send(to: PeerId, text: string): Promise<string>;
  /** The last `limit` messages of the conversation with that peer, oldest first. */
  history(peerId: PeerId, limit: number): Promise<readonly AutomationMessage[]>;
  /** Adds a manual address. @throws if no peer answers there */
  connect(address: string): Promise<void>;
  /** Stops with a goodbye, and waits for the end. */
  stop(): Promise<void>;
  /** Ends it at once and without a goodbye, as `kill -9` does. */
  kill(): Promise<void>;
  /**
   * Freezes it until `resume`, like a debugger or a suspended laptop. Its sockets keep queueing
   * datagrams.
   */
  pause(): void;
  resume(): void;
  /** Undefined where it cannot be measured. */
  cost(): Promise<NodeCost | undefined>;
}

export interface Host {
  readonly name: string;
  /** Starts Hallway, and waits until it is `ready` unless the options say otherwise. */
  start(options?: StartOptions): Promise<WorldNode>;
  /** The current addresses of that adapter, IPv4 first. */
  addressesOf(interfaceName: string): readonly string[];
  addInterface(options: InterfaceOptions): Promise<void>;
  removeInterface(name: string): Promise<void>;
  /**
   * Removes the adapter and adds one with the same name and addresses at once, like a driver reset.
   */
  recreateInterface(name: string): Promise<void>;
  /** Replaces all addresses of the adapter by new ones of the same segment. */
  changeAddress(name: string): Promise<void>;
  /** Removes the addresses of an adapter that stays up, like an expired lease. */
  removeAddresses(name: string): Promise<void>;
  restoreAddresses(name: string): Promise<void>;
  /** Removes the carrier; the addresses stay. */
  pullCable(name: string): Promise<void>;
  plugCable(name: string): Promise<void>;
  /** Switches the adapter off in the operating system. */
  disableInterface(name: string): Promise<void>;
  enableInterface(name: string): Promise<void>;
  /** Blocks all input of this host, including its own looped-back multicast. It can still send. */
  deafen(): Promise<Undo>;
  /** Another program takes the UDP port on all addresses, for exclusive use. */
  occupyPort(port: number): Promise<Undo>;
  /** Attacks the others from this host. Resolves when the attack is over. */
  attack(order: AttackOrder): Promise<AttackResult>;
}

export interface BlockRule {
  /** Default: all hosts. */
  readonly from?: readonly Host[];
  readonly to?: readonly Host[];
  readonly traffic: 'all' | 'multicast' | 'unicast';
}

export interface World {
  readonly kind: 'sim' | 'netns';
  readonly hosts: readonly Host[];
  /** All nodes ever started, in that order, including ended ones. */
  readonly nodes: readonly WorldNode[];
  /** The clock that stamps events: monotonic, in milliseconds. */
  nowMs(): number;
  /** Lets time pass, to show that something does *not* happen meanwhile. */
  passTime(durationMs: number): Promise<void>;
  /**
   * Waits until the processors have room, so that nodes and not the machine are measured.
   * Undefined where time is virtual.
   */
  readonly untilProcessorsAreFree?: () => Promise<void>;
  /**
   * Waits until the condition is true. Evaluates it again after every event of any node.
   *
   * @param what the name of the wait; a function is called at the deadline, and can name the
   * missing part
   * @param deadlineMs longest wait in milliseconds
   * @returns how long it took, in milliseconds
   * @throws at the deadline, with the last events of the nodes
   */
  waitUntil(what: string | (() => string), condition: () => boolean, deadlineMs: number): Promise<number>;
  addHost(options?: HostOptions): Promise<Host>;
  addHosts(count: number, options?: HostOptions): Promise<readonly Host[]>;
  /**
   * @param rate share of frames, 0 to 1, lost per receiver and independently; frames to the own
   * host are never lost
   */
  setLoss(rate: number): Promise<void>;
  /** Loses that share of the frames to one host, besides what all lose. 0 ends it. */
  setLossTo(host: Host, rate: number): Promise<void>;
  block(rule: BlockRule): Promise<Undo>;
  /** Separates the groups: their hosts no longer hear each other. */
  partition(groups: readonly (readonly Host[])[]): Promise<Undo>;
  /**
   * Switches off the switch of a segment. Its adapters keep their carrier, as behind another switch
   * or a radio.
   */
  stopSwitch(segment: string): Promise<Undo>;
  /**
   * Puts a router between two segments, for the hosts on one of them now. It forwards unicast, and
   * no multicast.
   */
  route(one: string, other: string): Promise<void>;
  /** Counts the traffic of hosts from now on. @returns a function that reads it, by host name */
  meterTraffic(): Promise<() => Promise<ReadonlyMap<string, HostTraffic>>>;
  /** Ends everything, and leaves nothing behind. Idempotent. */
  close(): Promise<void>;
}
