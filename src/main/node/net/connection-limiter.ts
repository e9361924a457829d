/**
 * Limits incoming connections (rules TLS-5 to TLS-7, TLS-10, TLS-11, TLS-13). It counts them, in all
 * and by source, gives each a short time to prove a key, and keeps places for listed peers. Where no
 * place is left, it closes the connection that is needed least. It reports each rejected connection
 * once. TLS itself is left to `tls-transport.ts`; which session is needed least, to the owner of the
 * streams.
 */
import type { Socket } from 'node:net';
import type { ListenerRoom, StreamEnd } from '../../core/messaging/ports.ts';
import type { Clock, Endpoint } from '../../core/ports.ts';
import { createConnectionRate, defaultConnectionRates, type ConnectionRates } from './connection-rate.ts';
import type { Ipv6Zones } from './ipv6-zones.ts';
import { sourceOf } from './source-of.ts';

export interface ConnectionLimits extends ConnectionRates {
  /**
   * From accepting a connection to the proof of its key: slow enough for Wi-Fi, too fast for
   * slowloris.
   */
  readonly handshakeDeadlineMs: number;
  /** Incoming connections, in all and from one source. A whole terminal server is one source. */
  readonly maxStreams: number;
  readonly maxStreamsPerSource: number;
  /** Those without a proof. */
  readonly maxUnproved: number;
  readonly maxUnprovedPerSource: number;
}

export const defaultConnectionLimits: ConnectionLimits = {
  handshakeDeadlineMs: 5_000,
  maxStreams: 512,
  maxStreamsPerSource: 128,
  maxUnproved: 256,
  maxUnprovedPerSource: 64,
  ...defaultConnectionRates,
};

/** The places that stay free for listed peers, of both kinds. */
const keptShare = 0.5;

export interface ConnectionLimiter {
  /** @returns false if there is no room; the connection is then closed */
  admit(socket: Socket): boolean;
  /**
   * The handshake is over.
   *
   * @returns the connection's place; undefined if it was dropped meanwhile
   */
  proved(socket: Socket): ProvedPlace | undefined;
  /** Drops a connection that has proved nothing. */
  refuseUnproved(socket: Socket, reason: StreamEnd): void;
  refuse(socket: Socket, reason: StreamEnd, from: Endpoint): void;
  /** Drops all connections that have proved nothing. */
  close(): void;
}

export interface ProvedPlace {
  readonly from: Endpoint;
  /** The connection is closing: its place is free, though the system needs a moment. Idempotent. */
  free(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly zones: Ipv6Zones;
  readonly room: ListenerRoom;
  readonly onRefused: (reason: StreamEnd, from: Endpoint) => void;
}

interface Place {
  readonly socket: Socket;
  readonly from: Endpoint;
  /** It counts for that source. Each address of a listed peer is a source of its own. */
  readonly source: string;
  /** A listed peer has that address. */
  readonly isHere: boolean;
  readonly cancelDeadline: () => void;
}

/** Places that are limited together. */
interface Share {
  readonly includes: (place: Pick<Place, 'source' | 'isHere'>) => boolean;
  readonly maxStreams: number;
  readonly maxUnproved: number;
}

export function createConnectionLimiter({ clock, zones, room, onRefused }: Deps, options: ConnectionLimits): ConnectionLimiter {
  /** By `keyOf`, in the order of their arrival; those that have proved nothing are in both. */
  const places = new Map<string, Place>();
  const unproved = new Map<string, Place>();
  const rate = createConnectionRate(options);
  let isClosed = false;

  return {
    admit(socket) {
      const from = endpointOf(socket, zones);
      const key = keyOf(socket);
      socket.on('error', () => undefined);
      if (from === undefined || key === undefined || isClosed) {
        socket.destroy();
        return false;
      }
      const isHere = room.isHereAt(from.address);
      const source = isHere ? `here ${from.address}` : sourceOf(from);
      const isInTime = rate.take(source, isHere, clock.monotonicMs());
      if (!isInTime || !sharesOf(source, isHere).every(makeRoom)) return reject(socket, from);
      const cancelDeadline = clock.setTimer(() => drop(key, place, 'deadline'), options.handshakeDeadlineMs);
      const place: Place = { socket, from, source, isHere, cancelDeadline };
      places.set(key, place);
      unproved.set(key, place);
      socket.once('close', () => {
        drop(key, place, 'handshake-failed');
        free(key, place);
      });
      return true;
    },
    proved(socket) {
      const key = keyOf(socket) ?? '';
      const place = unproved.get(key);
      if (place === undefined || !settle(key, place)) return undefined;
      return { from: place.from, free: () => free(key, place) };
    },
    refuseUnproved(socket, reason) {
      const key = keyOf(socket) ?? '';
      const place = unproved.get(key);
      if (place) drop(key, place, reason);
    },
    refuse(socket, reason, from) {
      socket.destroy();
      onRefused(reason, from);
    },
    close() {
      isClosed = true;
      for (const [key, place] of [...unproved]) drop(key, place, 'aborted');
    },
  };

  function sharesOf(source: string, isHere: boolean): readonly Share[] {
    const { maxStreams, maxUnproved, maxStreamsPerSource, maxUnprovedPerSource } = options;
    const all: Share = { includes: () => true, maxStreams, maxUnproved };
    const ofSource: Share = {
      includes: (place) => place.source === source,
      maxStreams: maxStreamsPerSource,
      maxUnproved: maxUnprovedPerSource,
    };
    if (isHere) return [ofSource, all];
    const ofOthers: Share = {
      includes: (place) => !place.isHere,
      maxStreams: maxStreams * (1 - keptShare),
      maxUnproved: maxUnproved * (1 - keptShare),
    };
    return [ofSource, ofOthers, all];
  }

  /** @returns whether the share has a place now */
  function makeRoom({ includes, maxStreams, maxUnproved }: Share): boolean {
    if (countOf(unproved, includes) >= maxUnproved) dropOldest(includes);
    if (countOf(places, includes) < maxStreams || dropOldest(includes)) return true;
    const streams = new Set([...places.values()].filter(includes).map(({ from }) => nameOf(from)));
    return room.closeOne((remote) => streams.has(nameOf(remote))) && countOf(places, includes) < maxStreams;
  }

  /**
   * Drops the oldest connection that has proved nothing. Those of listed peers come last.
   *
   * @returns whether there was one
   */
  function dropOldest(includes: Share['includes']): boolean {
    const candidates = [...unproved].filter(([, place]) => includes(place));
    const oldest = candidates.find(([, { isHere }]) => !isHere) ?? candidates[0];
    if (oldest) drop(...oldest, 'too-many');
    return oldest !== undefined;
  }

  function drop(key: string, place: Place, reason: StreamEnd): void {
    if (!settle(key, place)) return;
    free(key, place);
    place.socket.destroy();
    onRefused(reason, place.from);
  }

  /** Ends the wait for a proof. @returns whether the connection had proved nothing */
  function settle(key: string, place: Place): boolean {
    place.cancelDeadline();
    return unproved.get(key) === place && unproved.delete(key);
  }

  function free(key: string, place: Place): void {
    if (places.get(key) === place) places.delete(key);
  }

  function reject(socket: Socket, from: Endpoint): false {
    // A reset leaves no TIME_WAIT behind, with which a flood would fill the system.
    socket.resetAndDestroy();
    onRefused('too-many', from);
    return false;
  }
}

function countOf(places: ReadonlyMap<string, Place>, includes: Share['includes']): number {
  let count = 0;
  for (const place of places.values()) if (includes(place)) count += 1;
  return count;
}

function nameOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
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
