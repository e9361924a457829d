/**
 * Streams of proved peers, on Node's tls: TLS 1.3, with a certificate from both ends. TLS proves
 * that the other end owns its key; the hash of the key is the peer ID (rules TLS-1 to TLS-8).
 * Unknown peers may prove a key, for a short time and a few at once. The content of a stream is
 * left to `messaging`.
 */
import { constants } from 'node:crypto';
import { connect as connectTcp, createServer, isIP, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls, createSecureContext, Server as TlsServer, type SecureContext, type TLSSocket } from 'node:tls';
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { SecureTransport, StreamEnd } from '../../core/messaging/ports.ts';
import { PortError, type Clock, type Endpoint } from '../../core/ports.ts';
import { prefaceBytes, type CallPrefaces } from '../crypto/call-preface.ts';
import type { TlsCredentials } from '../crypto/certificate.ts';
import { createConnectionLimiter, defaultConnectionLimits, type ConnectionLimits } from './connection-limiter.ts';
import { createTlsStream, provenPeerId } from './tls-stream.ts';
import { createIpv6Zones, type Ipv6Zones } from './ipv6-zones.ts';

/** RFC 7301. */
const protocol = 'hallway/1';

interface Deps {
  readonly clock: Clock;
  readonly credentials: TlsCredentials;
  /** Present where a team key is used. */
  readonly prefaces?: CallPrefaces | undefined;
  /** The port of the last run, which a firewall rule may name. 0: the system picks one. */
  readonly preferredPort?: number;
}

export function createTlsTransport(
  { clock, credentials, prefaces, preferredPort = 0 }: Deps,
  options: ConnectionLimits = defaultConnectionLimits,
): SecureTransport {
  const zones = createIpv6Zones(networkInterfaces, clock.monotonicMs);
  /** A restarted listener keeps its port. */
  let wantedPort = preferredPort;
  const secureContext = createSecureContext({ ...credentials, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' });

  return {
    async listen(onStream, onRefused, room) {
      const limiter = createConnectionLimiter({ clock, zones, room, onRefused }, options);
      const tlsServer = createTlsServer(credentials);
      tlsServer.on('secureConnection', (socket: TLSSocket) => {
        const place = limiter.proved(socket);
        const peerId = provenPeerId(socket, protocol);
        if (place === undefined) socket.destroy();
        else if (peerId === undefined) limiter.refuse(socket, 'handshake-failed', place.from);
        else onStream(createTlsStream({ clock, socket, peerId, remote: place.from, isOutgoing: false, onLeaving: place.free }));
      });
      // The limiter reports a failure when the connection closes.
      tlsServer.on('tlsClientError', (_error, socket) => socket.destroy());
      const server = createServer({ noDelay: true, pauseOnConnect: false }, (socket) => {
        if (!limiter.admit(socket)) return;
        if (!prefaces) return void tlsServer.emit('connection', socket);
        readFirst(socket, prefaceBytes, (preface) => {
          // Sends no byte: outsiders must not learn whose port it is.
          if (prefaces.accept(preface, socket.localPort ?? 0)) tlsServer.emit('connection', socket);
          else limiter.refuseUnproved(socket, 'other-team');
        });
      });
      const port = await listenOn(server, wantedPort);
      wantedPort = port;
      return { port, close: () => closeListener(server, limiter.close) };
    },
    connect: (endpoint, { expectedPeerId, deadlineMs, signal }) =>
      connectStream({ clock, zones, secureContext, prefaces, endpoint, expectedPeerId, deadlineMs, signal }),
  };
}

/** It never listens: it gets the connections that the limiter admits. */
function createTlsServer(credentials: TlsCredentials): TlsServer {
  return new TlsServer({
    ...credentials,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ALPNProtocols: [protocol],
    requestCert: true,
    // No authority signs our certificates. provenPeerId() checks them.
    rejectUnauthorized: false,
    // A resumed session would skip the certificate.
    secureOptions: constants.SSL_OP_NO_TICKET,
  });
}

/** Calls back with the first bytes, fewer if there come no more. The rest stays in the socket. */
function readFirst(socket: Socket, sizeBytes: number, onRead: (bytes: Uint8Array) => void): void {
  const read = (): void => {
    const bytes = socket.read(sizeBytes) as Buffer | null;
    if (bytes === null) return;
    socket.off('readable', read);
    onRead(bytes);
  };
  socket.on('readable', read);
}

/**
 * Listens on all addresses of both families (rule TLS-15).
 *
 * @param wantedPort taken if it is free; otherwise, and for 0, the system picks one
 */
function listenOn(server: Server, wantedPort: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      if (wantedPort === 0) reject(new PortError(error.code ?? 'UNKNOWN', error.message));
      else resolve(listenOn(server, 0));
    };
    server.once('error', fail);
    // Without a host Node listens on `::` for both families, and on 0.0.0.0 where there is no IPv6.
    server.listen({ port: wantedPort }, () => {
      server.off('error', fail);
      // Later errors concern single connections that could not be accepted. We cannot do anything
      // about them.
      server.on('error', () => undefined);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new PortError('UNKNOWN', 'the listener has no port'));
      else resolve(address.port);
    });
  });
}

/** Waits for the listener only. Node would wait for its connections too. */
async function closeListener(server: Server, closeLimiter: () => void): Promise<void> {
  server.close();
  closeLimiter();
  await new Promise((resolve) => setImmediate(resolve));
}

interface Attempt {
  readonly clock: Clock;
  readonly zones: Ipv6Zones;
  readonly secureContext: SecureContext;
  readonly prefaces: CallPrefaces | undefined;
  readonly endpoint: Endpoint;
  readonly expectedPeerId: PeerId;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

type Outcome = Awaited<ReturnType<SecureTransport['connect']>>;

function connectStream({ clock, zones, secureContext, prefaces, endpoint, ...wanted }: Attempt): Promise<Outcome> {
  const { expectedPeerId, deadlineMs, signal } = wanted;
  const host = zones.ofDestination(endpoint.address);
  if (signal.aborted) return Promise.resolve({ ok: false, end: 'aborted' });
  // A name must never reach a name server.
  if (isIP(host) === 0 || !(endpoint.port >= 1 && endpoint.port <= 65_535)) {
    return Promise.resolve({ ok: false, end: 'unreachable' });
  }
  return new Promise((resolve) => {
    const tcp = connectTcp({ host, port: endpoint.port, noDelay: true });
    let socket: Socket = tcp;
    let isConnected = false;
    const cancelDeadline = clock.setTimer(() => fail(isConnected ? 'stalled' : 'deadline'), deadlineMs);
    const abort = (): void => fail('aborted');
    const onClose = (): void => fail(isConnected ? 'handshake-failed' : 'unreachable');
    signal.addEventListener('abort', abort);
    tcp.on('error', onError);
    tcp.on('close', onClose);
    tcp.once('connect', () => {
      isConnected = true;
      if (prefaces) tcp.write(prefaces.create(expectedPeerId, endpoint.port));
      const secure = startTls(tcp, secureContext);
      socket = secure;
      secure.on('error', onError);
      secure.on('close', onClose);
      secure.once('secureConnect', () => {
        const peerId = provenPeerId(secure, protocol);
        if (peerId !== expectedPeerId) return fail(peerId === undefined ? 'handshake-failed' : 'wrong-peer');
        release();
        resolve({ ok: true, stream: createTlsStream({ clock, socket: secure, peerId, remote: endpoint, isOutgoing: true }) });
      });
    });

    function onError(error: NodeJS.ErrnoException): void {
      if (isConnected) fail('handshake-failed');
      else fail(error.code === 'ECONNREFUSED' ? 'refused' : 'unreachable');
    }

    function fail(end: StreamEnd): void {
      release();
      socket.destroy();
      resolve({ ok: false, end });
    }

    function release(): void {
      cancelDeadline();
      signal.removeEventListener('abort', abort);
      for (const each of [tcp, socket]) {
        each.off('error', onError);
        each.off('close', onClose);
        // Later errors do not matter, but must not be unhandled.
        each.on('error', () => undefined);
      }
    }
  });
}

/** No `servername`: it would show the network which peer we mean. */
function startTls(socket: Socket, secureContext: SecureContext): TLSSocket {
  return connectTls({
    socket,
    secureContext,
    minVersion: 'TLSv1.3',
    ALPNProtocols: [protocol],
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
}
