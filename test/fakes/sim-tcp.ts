/**
 * Streams between simulated hosts: a small TCP over SimLan's datagrams, so that loss, delay, partitions, blocks, cables and routers act on
 * it as on everything else. In order and reliable, with a receive window, retransmission, FIN and RST; without congestion control. One of
 * these is a host's kernel: it answers RST for what it does not know, and goes on when a process of the host is killed, until it is
 * switched off. What is said over a stream, and who is at its ends, is left to `sim-transport.ts`.
 */
import type { Clock, Endpoint, Random } from '../../src/main/core/ports.ts';
import { formatEndpoint } from '../../src/main/core/presence/index.ts';
import { createConnection, type Connection, type ConnectionEvents } from './sim-tcp/connection.ts';
import { decodeSegment, encodeSegment, type Segment } from './sim-tcp/segment.ts';
import type { SimHost } from './sim-lan.ts';

/** The UDP port that stands for the IP protocol number of TCP. */
export const carrierPort = 6;
/** How long a SYN may go unanswered before it is sent again. */
const synRetryMs = 300;
const firstEphemeralPort = 32_768;

export interface SimTcp {
  /** @param onConnection told once the other end is known to hear us */
  listen(onConnection: (connection: Connection) => void, greeting: () => string): { readonly port: number; close(): void };
  /** @param greeting travels with the SYN, as the listener's does back */
  connect(
    endpoint: Endpoint,
    greeting: string,
    signal: AbortSignal,
  ): Promise<
    { readonly ok: true; readonly connection: Connection } | { readonly ok: false; readonly end: 'refused' | 'aborted' }
  >;
  /** The power fails: all is gone without a word, and nothing is answered any more. */
  switchOff(): void;
  readonly openConnections: number;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly host: SimHost;
}

interface Listening {
  readonly onConnection: (connection: Connection) => void;
  readonly greeting: () => string;
}

interface Dialing {
  readonly answered: (segment: Segment) => void;
}

export async function createSimTcp({ clock, random, host }: Deps): Promise<SimTcp> {
  const listening = new Map<number, Listening>();
  const connections = new Map<string, Connection>();
  const dialing = new Map<string, Dialing>();
  let lastPort = firstEphemeralPort;
  const handlers = { onDatagram: receive, onError: () => undefined };
  const sockets = {
    ipv4: await host.udp.open({ family: 'ipv4', port: carrierPort, shared: false }, handlers),
    ipv6: await host.udp.open({ family: 'ipv6', port: carrierPort, shared: false }, handlers),
  };

  function send(to: Endpoint, segment: Segment): void {
    sockets[to.family].send(encodeSegment(segment), { ...to, port: carrierPort });
  }

  function receive(bytes: Uint8Array, source: Endpoint): void {
    const segment = decodeSegment(bytes);
    if (segment === undefined) return;
    const key = keyOf(source, segment.destinationPort, segment.sourcePort, segment.id);
    const connection = connections.get(key);
    const dial = dialing.get(key);
    if (dial !== undefined) dial.answered(segment);
    else if (connection !== undefined) connection.receive(segment);
    else if (segment.kind === 'syn') accept(source, segment);
    else if (segment.kind !== 'rst') reset(source, segment);
  }

  function reset(source: Endpoint, { sourcePort, destinationPort, id }: Segment): void {
    send(source, { ...emptySegment, kind: 'rst', sourcePort: destinationPort, destinationPort: sourcePort, id });
  }

  function accept(source: Endpoint, segment: Segment): void {
    const listener = listening.get(segment.destinationPort);
    if (listener === undefined) return reset(source, segment);
    const answer = encodeText(listener.greeting());
    open(source, segment.destinationPort, segment, {
      onReady: (connection) => listener.onConnection(connection),
      answer,
      greeting: decodeText(segment.bytes),
    });
  }

  function open(
    source: Endpoint,
    localPort: number,
    { sourcePort: remotePort, id }: Segment,
    how: Pick<ConnectionEvents, 'onReady'> & { readonly answer?: Uint8Array; readonly greeting: string },
  ): Connection {
    const remote = { ...source, port: remotePort };
    const key = keyOf(source, localPort, remotePort, id);
    const connection = createConnection(
      {
        clock,
        send: (segment) => send(source, { ...segment, sourcePort: localPort, destinationPort: remotePort, id }),
        events: { onReady: how.onReady, onGone: () => void connections.delete(key) },
      },
      { remote, id, localPort, greeting: how.greeting, ...(how.answer && { answer: how.answer }) },
    );
    connections.set(key, connection);
    return connection;
  }

  function newPort(): number {
    lastPort = lastPort >= 60_999 ? firstEphemeralPort : lastPort + 1;
    return lastPort;
  }

  return {
    listen(onConnection, greeting) {
      const port = newPort();
      listening.set(port, { onConnection, greeting });
      return { port, close: () => void listening.delete(port) };
    },
    connect(endpoint, greeting, signal) {
      const localPort = newPort();
      const id = Math.floor(random.fraction() * 2 ** 32);
      const key = keyOf(endpoint, localPort, endpoint.port, id);
      const syn: Segment = {
        ...emptySegment,
        kind: 'syn',
        sourcePort: localPort,
        destinationPort: endpoint.port,
        id,
        bytes: encodeText(greeting),
      };
      return new Promise((resolve) => {
        let cancelRetry = (): void => undefined;
        const settle = (): void => {
          cancelRetry();
          dialing.delete(key);
          signal.removeEventListener('abort', abort);
        };
        const abort = (): void => {
          settle();
          send(endpoint, { ...syn, kind: 'rst' });
          resolve({ ok: false, end: 'aborted' });
        };
        const ask = (): void => {
          send(endpoint, syn);
          cancelRetry = clock.setTimer(ask, synRetryMs);
        };
        dialing.set(key, {
          answered(segment) {
            if (segment.kind !== 'rst' && segment.kind !== 'syn-ack') return;
            settle();
            if (segment.kind === 'rst') return resolve({ ok: false, end: 'refused' });
            const connection = open(endpoint, localPort, segment, {
              onReady: () => undefined,
              greeting: decodeText(segment.bytes),
            });
            resolve({ ok: true, connection });
          },
        });
        if (signal.aborted) return abort();
        signal.addEventListener('abort', abort);
        ask();
      });
    },
    switchOff() {
      listening.clear();
      for (const connection of [...connections.values()]) connection.vanish();
      sockets.ipv4.close();
      sockets.ipv6.close();
    },
    get openConnections() {
      return connections.size;
    },
  };
}

const emptySegment = {
  sourcePort: 0,
  destinationPort: 0,
  id: 0,
  sequence: 0,
  acknowledged: 0,
  windowBytes: 0,
  bytes: new Uint8Array(0),
} as const;

function keyOf(remote: Endpoint, localPort: number, remotePort: number, id: number): string {
  return `${formatEndpoint({ ...remote, port: remotePort })} ${localPort} ${id}`;
}

function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
