/**
 * Limits incoming connections (rules TLS-5 to TLS-7): counts them, in all and by address, gives
 * each a short time to prove a key, and keeps few that have proved nothing. It reports each
 * rejected connection once. TLS itself is left to `tls-transport.ts`.
 */
import type { Socket } from 'node:net';
import type { StreamEnd } from '../../core/messaging/ports.ts';
import type { Clock, Endpoint } from '../../core/ports.ts';
import type { Ipv6Zones } from './ipv6-zones.ts';

export interface ConnectionLimits {
  /**
   * From accepting a connection to the proof of its key: slow enough for Wi-Fi, too fast for
   * slowloris.
   */
  readonly handshakeDeadlineMs: number;
  /** Incoming connections, in all and from one address. A whole terminal server has one address. */
  readonly maxStreams: number;
  readonly maxStreamsPerAddress: number;
  /**
   * Those without a proof. Beyond it the oldest is dropped, so that a flood cannot shut out a quick
   * peer.
   */
  readonly maxUnproved: number;
  readonly maxUnprovedPerAddress: number;
}

export const defaultConnectionLimits: ConnectionLimits = {
  handshakeDeadlineMs: 5_000,
  maxStreams: 512,
  maxStreamsPerAddress: 128,
  maxUnproved: 256,
  maxUnprovedPerAddress: 64,
};

export interface ConnectionLimiter {
  /** @returns false if there is no room; the connection is then closed */
  admit(socket: Socket): boolean;
  /**
   * The handshake is over.
   *
   * @returns the connection's origin; undefined if it was dropped meanwhile
   */
  proved(socket: Socket): Endpoint | undefined;
  refuse(socket: Socket, reason: StreamEnd, from: Endpoint): void;
  /** Drops all connections that have proved nothing. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly zones: Ipv6Zones;
  readonly onRefused: (reason: StreamEnd, from: Endpoint) => void;
}

interface PendingConnection {
  readonly key: string;
  readonly socket: Socket;
  readonly from: Endpoint;
  readonly cancelDeadline: () => void;
}

export function createConnectionLimiter({ clock, zones, onRefused }: Deps, options: ConnectionLimits): ConnectionLimiter {
  /** In the order of their arrival. */
  const unproved = new Map<string, PendingConnection>();
  const unprovedByAddress = new Map<string, number>();
  const openByAddress = new Map<string, number>();
  let open = 0;
  let isClosed = false;

  function drop(pending: PendingConnection, reason: StreamEnd): void {
    if (!settle(pending)) return;
    pending.socket.destroy();
    onRefused(reason, pending.from);
  }

  /** Ends the wait for a proof. @returns whether the connection had proved nothing */
  function settle(pending: PendingConnection): boolean {
    pending.cancelDeadline();
    if (unproved.get(pending.key) !== pending) return false;
    count(unprovedByAddress, pending.from.address, -1);
    return unproved.delete(pending.key);
  }

  function makeRoom(address: string): void {
    if ((unprovedByAddress.get(address) ?? 0) >= options.maxUnprovedPerAddress) {
      for (const pending of unproved.values()) if (pending.from.address === address) return drop(pending, 'too-many');
    }
    const [oldest] = unproved.values();
    if (unproved.size >= options.maxUnproved && oldest) drop(oldest, 'too-many');
  }

  function reject(socket: Socket, from: Endpoint): false {
    // A reset leaves no TIME_WAIT behind, with which a flood would fill the system.
    socket.on('error', () => undefined);
    socket.resetAndDestroy();
    onRefused('too-many', from);
    return false;
  }

  return {
    admit(socket) {
      const from = endpointOf(socket, zones);
      const key = keyOf(socket);
      socket.on('error', () => undefined);
      if (from === undefined || key === undefined || isClosed) {
        socket.destroy();
        return false;
      }
      makeRoom(from.address);
      const hasRoom = open < options.maxStreams && (openByAddress.get(from.address) ?? 0) < options.maxStreamsPerAddress;
      if (!hasRoom) return reject(socket, from);
      open += 1;
      count(openByAddress, from.address, 1);
      count(unprovedByAddress, from.address, 1);
      const cancelDeadline = clock.setTimer(() => drop(pending, 'deadline'), options.handshakeDeadlineMs);
      const pending: PendingConnection = { key, socket, from, cancelDeadline };
      unproved.set(key, pending);
      socket.once('close', () => {
        open -= 1;
        count(openByAddress, from.address, -1);
        drop(pending, 'handshake-failed');
      });
      return true;
    },
    proved(socket) {
      const pending = unproved.get(keyOf(socket) ?? '');
      if (pending === undefined || !settle(pending)) return undefined;
      return pending.from;
    },
    refuse(socket, reason, from) {
      socket.destroy();
      onRefused(reason, from);
    },
    close() {
      isClosed = true;
      for (const pending of [...unproved.values()]) drop(pending, 'aborted');
    },
  };
}

/**
 * Both ends of a connection: shared by a TCP socket and the TLS socket made of it, and by no other.
 */
function keyOf({ remoteAddress, remotePort, localAddress }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress}`;
}

/** An IPv4 address arrives as `::ffff:10.0.0.1` on a listener for both families. */
function endpointOf({ remoteAddress, remotePort }: Socket, zones: Ipv6Zones): Endpoint | undefined {
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress)?.[1];
  if (mapped !== undefined) return { family: 'ipv4', address: mapped, port: remotePort };
  if (!remoteAddress.includes(':')) return { family: 'ipv4', address: remoteAddress, port: remotePort };
  return { family: 'ipv6', address: zones.ofSource(remoteAddress), port: remotePort };
}

function count(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const after = (counts.get(key) ?? 0) + by;
  if (after > 0) counts.set(key, after);
  else counts.delete(key);
}
