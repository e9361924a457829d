/**
 * Who may come in (rules TLS-5 to TLS-7): counts incoming connections, in all and by address, gives each a short time to prove a key, and
 * keeps those that have proved nothing few. It tells once about each that was turned away. It knows nothing of TLS but its sockets.
 */
import type { Socket } from 'node:net';
import type { StreamEnd } from '../../core/messaging/ports.ts';
import type { Clock, Endpoint } from '../../core/ports.ts';
import type { Zones } from './zones.ts';

export interface GateOptions {
  /** An incoming connection must have proved its key this long after it was accepted: slow enough for Wi-Fi, too fast for slowloris. */
  readonly handshakeDeadlineMs: number;
  /** Incoming connections, in all and from one address. Whole terminal servers have one address. */
  readonly maxStreams: number;
  readonly maxStreamsPerAddress: number;
  /** Of them, those that have proved nothing; beyond it the oldest of these goes, so that a flood cannot shut out who is quick. */
  readonly maxUnproved: number;
  readonly maxUnprovedPerAddress: number;
}

export const defaultGateOptions: GateOptions = {
  handshakeDeadlineMs: 5_000,
  maxStreams: 512,
  maxStreamsPerAddress: 128,
  maxUnproved: 256,
  maxUnprovedPerAddress: 64,
};

export interface Gate {
  /** @returns false if there is no room: the connection is closed then */
  admit(socket: Socket): boolean;
  /** The handshake is over. @returns where it came from; undefined if it is no connection of ours, or was given up meanwhile */
  proved(socket: Socket): Endpoint | undefined;
  refuse(socket: Socket, reason: StreamEnd, from: Endpoint): void;
  /** Gives up all that have proved nothing. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly zones: Zones;
  readonly onRefused: (reason: StreamEnd, from: Endpoint) => void;
}

interface Guest {
  readonly key: string;
  readonly socket: Socket;
  readonly from: Endpoint;
  readonly cancelDeadline: () => void;
}

export function createGate({ clock, zones, onRefused }: Deps, options: GateOptions): Gate {
  /** In the order in which they came. */
  const unproved = new Map<string, Guest>();
  const unprovedByAddress = new Map<string, number>();
  const openByAddress = new Map<string, number>();
  let open = 0;
  let isClosed = false;

  function giveUp(guest: Guest, reason: StreamEnd): void {
    if (!forget(guest)) return;
    guest.socket.destroy();
    onRefused(reason, guest.from);
  }

  /** @returns whether it had proved nothing */
  function forget(guest: Guest): boolean {
    guest.cancelDeadline();
    if (unproved.get(guest.key) !== guest) return false;
    count(unprovedByAddress, guest.from.address, -1);
    return unproved.delete(guest.key);
  }

  function makeRoom(address: string): void {
    if ((unprovedByAddress.get(address) ?? 0) >= options.maxUnprovedPerAddress) {
      for (const guest of unproved.values()) if (guest.from.address === address) return giveUp(guest, 'too-many');
    }
    const [oldest] = unproved.values();
    if (unproved.size >= options.maxUnproved && oldest) giveUp(oldest, 'too-many');
  }

  function turnAway(socket: Socket, from: Endpoint): false {
    // A reset leaves nothing behind in the system, where a flood would fill it with connections that wait to be forgotten.
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
      if (!hasRoom) return turnAway(socket, from);
      open += 1;
      count(openByAddress, from.address, 1);
      count(unprovedByAddress, from.address, 1);
      const cancelDeadline = clock.setTimer(() => giveUp(guest, 'deadline'), options.handshakeDeadlineMs);
      const guest: Guest = { key, socket, from, cancelDeadline };
      unproved.set(key, guest);
      socket.once('close', () => {
        open -= 1;
        count(openByAddress, from.address, -1);
        giveUp(guest, 'handshake-failed');
      });
      return true;
    },
    proved(socket) {
      const guest = unproved.get(keyOf(socket) ?? '');
      if (guest === undefined || !forget(guest)) return undefined;
      return guest.from;
    },
    refuse(socket, reason, from) {
      socket.destroy();
      onRefused(reason, from);
    },
    close() {
      isClosed = true;
      for (const guest of [...unproved.values()]) giveUp(guest, 'aborted');
    },
  };
}

/** Both ends of a connection: the same for a TCP socket and for the TLS socket made of it, and for no other that is open. */
function keyOf({ remoteAddress, remotePort, localAddress }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress}`;
}

/** An IPv4 address arrives as `::ffff:10.0.0.1` on a listener for both families. */
function endpointOf({ remoteAddress, remotePort }: Socket, zones: Zones): Endpoint | undefined {
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
