/**
 * One interface address that we speak from: its socket, the membership that its adapter has in the group, and the books about both (rules
 * SOCK-2, SOCK-5, MEM-3). One that fails is closed and says why; when it is opened again is for `adapter-following.ts` to say.
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
  /** The system's. */
  readonly code: string;
  /** Monotonic. */
  readonly atMs: number;
  /** Absent if it was an error of the socket itself. */
  readonly destination: Endpoint | undefined;
}

/** What became of one usable interface address. */
export interface BoundAddress {
  readonly interface: InterfaceAddress;
  readonly joined: boolean;
  readonly sent: number;
  readonly sendFailures: number;
  readonly lastSendFailure: SendFailure | undefined;
  readonly heard: number;
  /** Monotonic; when our own multicast last came back on it. */
  readonly lastLoopbackMs: number | undefined;
  /** Why it cannot be used, as the system's code, and since when on the monotonic clock. */
  readonly failure: { readonly code: string; readonly sinceMs: number } | undefined;
}

export interface InterfaceSocket {
  readonly interface: InterfaceAddress;
  isOpen(): boolean;
  /** Several multicasts in a row did not come back. */
  isDeaf(): boolean;
  books(): BoundAddress;
  /** Opens its socket, unless it is open. What the system refuses is noted as its failure. */
  open(port: number): Promise<void>;
  /** Takes the membership of its adapter afresh. */
  join(receiver: UdpSocket): void;
  /** To the group; nothing while it is not open. */
  multicast(bytes: Uint8Array): void;
  unicast(bytes: Uint8Array, destination: Endpoint): void;
  /** Something came in from its link. */
  noteHeard(): void;
  /** A multicast of its own came in. */
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

/** So many multicasts in a row that did not come back mean a membership lost without notice. */
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
    // One peer that cannot be reached says nothing about the adapter; the group can always be sent to.
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

/** @returns the system's code if it refuses */
function joinAfresh(receiver: UdpSocket, group: string, on: InterfaceAddress): string | undefined {
  try {
    receiver.leave(group, on);
    receiver.join(group, on);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    // Two addresses on one adapter share its membership.
    return code === 'EADDRINUSE' ? undefined : code;
  }
}
