/**
 * One address that we send from: its socket, its group membership and its counters (rules SOCK-2,
 * SOCK-5, MEM-3). A failing socket is closed and reports the reason. `interface-monitor.ts` decides
 * when to reopen it.
 */
import {
  codeOf,
  type Clock,
  type Endpoint,
  type InterfaceAddress,
  type Log,
  type PortError,
  type Udp,
  type UdpSocket,
} from '../../ports.ts';
import { zoned, type Arrival } from '../../lib/endpoint.ts';
import { addressKey, groupOf } from './select-interfaces.ts';
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
  isOpen(): boolean;
  /** True if several multicasts in a row did not come back. */
  isDeaf(): boolean;
  books(): BoundAddress;
  /** Opens the socket, unless it is open. Records a refusal of the system as its failure. */
  open(port: number): Promise<void>;
  /** Renews the group membership of its adapter. */
  join(receiver: UdpSocket): void;
  /** Sends to the group. Does nothing while closed. */
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

export function createInterfaceSocket(
  { clock, udp, log, onDatagram }: Deps,
  address: InterfaceAddress,
  options: Options,
): InterfaceSocket {
  const key = addressKey(address);
  const group = groupOf(address.family, options);
  const books = emptyBooks(address);
  let socket: UdpSocket | undefined;
  let sendsSinceLoopback = 0;

  return {
    interface: address,
    isOpen: () => socket !== undefined,
    isDeaf: () => sendsSinceLoopback >= deafAfterSends,
    books: () => ({ ...books }),
    async open(port) {
      if (socket) return;
      const multicast = { interface: address, hops: options.hops };
      try {
        socket = await udp.open(
          { family: address.family, address: zoned(address.address, address), port, shared: false, multicast },
          {
            onDatagram: (bytes, source) => onDatagram(bytes, { ...source, via: 'unicast', local: key }),
            onError: noteSendFailure,
          },
        );
        books.failure = undefined;
      } catch (error) {
        fail(codeOf(error));
      }
    },
    join(receiver) {
      sendsSinceLoopback = 0;
      const refusal = joinAfresh(receiver, group, address);
      books.joined = refusal === undefined;
      if (refusal !== undefined) fail(refusal);
    },
    multicast(bytes) {
      if (!socket) return;
      sendsSinceLoopback += 1;
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

  function send(bytes: Uint8Array, destination: Endpoint): void {
    if (!socket) return;
    books.sent += 1;
    socket.send(bytes, destination);
  }

  function noteSendFailure({ code }: PortError, destination?: Endpoint): void {
    books.sendFailures += 1;
    books.lastSendFailure = { code, atMs: clock.monotonicMs(), destination };
    // Sending to an unreachable peer is no failure of the adapter. Sending to the group always
    // works on a sound one.
    if (!destination || destination.address.split('%')[0] === group) fail(code);
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
    lastSendFailure: undefined,
    heard: 0,
    lastLoopbackMs: undefined,
    failure: undefined,
  };
}

/** Leaves and joins the group. @returns the system's error code if it refuses */
function joinAfresh(receiver: UdpSocket, group: string, on: InterfaceAddress): string | undefined {
  try {
    receiver.leave(group, on);
    receiver.join(group, on);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    // Two addresses of one adapter share a membership.
    return code === 'EADDRINUSE' ? undefined : code;
  }
}
