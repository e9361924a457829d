/**
 * One address that we send from: its socket, its group membership and its counters (rules SOCK-2,
 * SOCK-5, SOCK-8, MEM-3). A failing socket is closed and reports the reason.
 * `interface-monitor.ts` decides when to reopen it.
 */
import {
  codeOf,
  type AddressFamily,
  type Clock,
  type Endpoint,
  type InterfaceAddress,
  type Log,
  type PortError,
  type Udp,
  type UdpSocket,
} from '../../ports.ts';
import { zoned, type Arrival } from '../../lib/endpoint.ts';
import { addressKey, groupOf, isMulticasting as isMulticastingAddress } from './select-interfaces.ts';
import type { PresenceOptions } from '../options.ts';

export interface SendFailure {
  /** The error code of the system. */
  readonly code: string;
  /** Monotonic milliseconds. */
  readonly atMs: number;
  /** Absent for an error of the socket itself. */
  readonly destination: Endpoint | undefined;
}

/** The state of one usable interface address. */
export interface BoundAddress {
  readonly interface: InterfaceAddress;
  readonly joined: boolean;
  readonly sent: number;
  readonly sendFailures: number;
  readonly lastSendFailure: SendFailure | undefined;
  /** Failed sends whose code tells that the system's neighbour table is full. */
  readonly tableFullFailures: number;
  readonly heard: number;
  /** When our own multicast last came back on it, monotonic milliseconds. */
  readonly lastLoopbackMs: number | undefined;
  /**
   * Why the address is unusable, as the system's error code, and since when in monotonic
   * milliseconds.
   */
  readonly failure: { readonly code: string; readonly sinceMs: number } | undefined;
}

export interface InterfaceSocket {
  readonly interface: InterfaceAddress;
  /** False for an address that serves unicast alone. */
  readonly isMulticasting: boolean;
  isOpen(): boolean;
  /** True if it is open and, where it multicasts, joined. */
  isUsable(): boolean;
  /** True if several multicasts in a row did not come back. */
  isDeaf(): boolean;
  /** True if it is deaf and its last multicast was refused: it may belong to an adapter of before. */
  isStale(): boolean;
  books(): BoundAddress;
  /** Opens the socket, unless it is open. Records a refusal of the system as its failure. */
  open(port: number): Promise<void>;
  /**
   * Records that its adapter joined the group.
   * @param refusal the system's error code if it did not
   */
  noteJoin(refusal: string | undefined): void;
  /** Sends to the group. Does nothing while closed, or for an address that serves unicast alone. */
  multicast(bytes: Uint8Array): void;
  unicast(bytes: Uint8Array, destination: Endpoint): void;
  /** Records a datagram that arrived from its link. */
  noteHeard(): void;
  /** Records that its own multicast came back. */
  noteLoopback(): void;
  fail(code: string): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly udp: Udp;
  readonly log: Log;
  readonly onDatagram: (bytes: Uint8Array, source: Arrival) => void;
}

type Options = Pick<PresenceOptions, 'group' | 'group6' | 'port' | 'hops'>;

/**
 * Multicasts in a row that may fail to come back. After that many the membership counts as lost.
 */
const deafAfterSends = 3;

/** How Linux refuses a send for which its neighbour table has no room. */
const tableFullCodes: Readonly<Record<AddressFamily, readonly string[]>> = {
  ipv4: ['ENOBUFS'],
  ipv6: ['ENOBUFS', 'EINVAL'],
};

export function createInterfaceSocket(
  { clock, udp, log, onDatagram }: Deps,
  address: InterfaceAddress,
  options: Options,
): InterfaceSocket {
  const key = addressKey(address);
  const group = groupOf(address.family, options);
  const books = emptyBooks(address);
  const isMulticasting = isMulticastingAddress(address);
  let socket: UdpSocket | undefined;
  let sendsSinceLoopback = 0;
  let isLastRefused = false;

  return {
    interface: address,
    isMulticasting,
    isOpen: () => socket !== undefined,
    isUsable: () => socket !== undefined && (books.joined || !isMulticasting),
    isDeaf,
    isStale: () => isDeaf() && isLastRefused,
    books: () => ({ ...books }),
    async open(port) {
      if (socket) return;
      const multicast = isMulticasting ? { multicast: { interface: address, hops: options.hops } } : {};
      try {
        socket = await udp.open(
          { family: address.family, address: zoned(address.address, address), port, shared: false, ...multicast },
          {
            onDatagram: (bytes, source) => onDatagram(bytes, { ...source, via: 'unicast', local: key }),
            onError: noteSendFailure,
          },
        );
        // The failure of a join lasts until a join succeeds.
        if (!isMulticasting || books.joined) books.failure = undefined;
      } catch (error) {
        fail(codeOf(error));
      }
    },
    noteJoin(refusal) {
      sendsSinceLoopback = 0;
      books.joined = refusal === undefined;
      if (refusal !== undefined) fail(refusal);
      else if (socket) books.failure = undefined;
    },
    multicast(bytes) {
      if (!socket || !isMulticasting) return;
      sendsSinceLoopback += 1;
      isLastRefused = false;
      send(bytes, { family: address.family, address: zoned(group, address), port: options.port });
    },
    unicast: send,
    noteHeard: () => void (books.heard += 1),
    noteLoopback() {
      books.lastLoopbackMs = clock.monotonicMs();
      sendsSinceLoopback = 0;
    },
    fail,
    close,
  };

  function isDeaf(): boolean {
    return sendsSinceLoopback >= deafAfterSends;
  }

  function send(bytes: Uint8Array, destination: Endpoint): void {
    if (!socket) return;
    books.sent += 1;
    socket.send(bytes, destination);
  }

  function noteSendFailure({ code }: PortError, destination?: Endpoint): void {
    books.sendFailures += 1;
    books.lastSendFailure = { code, atMs: clock.monotonicMs(), destination };
    const isFull = destination !== undefined && tableFullCodes[address.family].includes(code);
    if (isFull) books.tableFullFailures += 1;
    // Sending to an unreachable peer is no failure of the adapter. Sending to the group always
    // works on a sound one, except with a full neighbour table.
    const isToGroup = destination?.address.split('%')[0] === group;
    if (isToGroup) isLastRefused = true;
    if (!destination || (isToGroup && !isFull)) fail(code);
  }

  function fail(code: string): void {
    log.write('warning', 'a socket failed', { where: key, code });
    books.failure = { code, sinceMs: books.failure?.sinceMs ?? clock.monotonicMs() };
    close();
  }

  function close(): void {
    socket?.close();
    socket = undefined;
  }
}

function emptyBooks(address: InterfaceAddress): { -readonly [Key in keyof BoundAddress]: BoundAddress[Key] } {
  return {
    interface: address,
    joined: false,
    sent: 0,
    sendFailures: 0,
    tableFullFailures: 0,
    lastSendFailure: undefined,
    heard: 0,
    lastLoopbackMs: undefined,
    failure: undefined,
  };
}
