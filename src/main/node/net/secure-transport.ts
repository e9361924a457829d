/**
 * Streams that are proved to be a peer's, on Node's tls: TLS 1.3, a certificate from both ends, and our own judgement of it: the hash of
 * its key is the peerId (rules TLS-1 to TLS-8). That the other end owns the key, TLS itself proves. Strangers are let in only so far
 * that they can prove something, for a short time and a few at once. What is said on a stream is left to `messaging`.
 */
import { constants } from 'node:crypto';
import { createServer, isIP, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls, createSecureContext, Server as TlsServer, type SecureContext, type TLSSocket } from 'node:tls';
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { SecureTransport, StreamEnd } from '../../core/messaging/ports.ts';
import { PortError, type Clock, type Endpoint } from '../../core/ports.ts';
import type { TlsCredentials } from '../crypto/certificate.ts';
import { createGate, defaultGateOptions, type GateOptions } from './secure-gate.ts';
import { createSecureStream, provenPeerId } from './secure-stream.ts';
import { createZones, type Zones } from './zones.ts';

/** RFC 7301. */
const protocol = 'hallway/1';

interface Deps {
  readonly clock: Clock;
  readonly credentials: TlsCredentials;
}

export function createSecureTransport({ clock, credentials }: Deps, options: GateOptions = defaultGateOptions): SecureTransport {
  const zones = createZones(networkInterfaces, clock.monotonicMs);
  const secureContext = createSecureContext({ ...credentials, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' });

  return {
    async listen(onStream, onRefused) {
      const gate = createGate({ clock, zones, onRefused }, options);
      const tlsServer = createTlsServer(credentials);
      tlsServer.on('secureConnection', (socket: TLSSocket) => {
        const from = gate.proved(socket);
        const peerId = provenPeerId(socket, protocol);
        if (from === undefined) socket.destroy();
        else if (peerId === undefined) gate.refuse(socket, 'handshake-failed', from);
        else onStream(createSecureStream({ clock, socket, peerId, remote: from, isOutgoing: false }));
      });
      // Whoever fails is told of by the gate, when its connection closes.
      tlsServer.on('tlsClientError', (_error, socket) => socket.destroy());
      const server = createServer({ noDelay: true, pauseOnConnect: false }, (socket) => {
        if (gate.admit(socket)) tlsServer.emit('connection', socket);
      });
      const port = await listenOn(server);
      return { port, close: () => closeListener(server, gate.close) };
    },
    connect: (endpoint, { expectedPeerId, deadlineMs, signal }) =>
      connectStream({ clock, zones, secureContext, endpoint, expectedPeerId, deadlineMs, signal }),
  };
}

/** It never listens itself: it is handed the connections that the gate admits. */
function createTlsServer(credentials: TlsCredentials): TlsServer {
  return new TlsServer({
    ...credentials,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ALPNProtocols: [protocol],
    requestCert: true,
    // No authority has signed it. Ours is the judgement in provenPeerId.
    rejectUnauthorized: false,
    // A resumed session would skip the certificate; what it saves is not worth a second way in.
    secureOptions: constants.SSL_OP_NO_TICKET,
  });
}

/** On every address of both families, on a port that the system chooses. */
function listenOn(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(new PortError(error.code ?? 'UNKNOWN', error.message));
    server.once('error', fail);
    // Without a host Node listens on `::` for both families, and on 0.0.0.0 where there is no IPv6.
    server.listen({ port: 0 }, () => {
      server.off('error', fail);
      // Later errors are those of single connections that could not be accepted: there is nothing to do about them.
      server.on('error', () => undefined);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new PortError('UNKNOWN', 'the listener has no port'));
      else resolve(address.port);
    });
  });
}

/** Waits for the listener alone: Node would wait for its connections too. */
async function closeListener(server: Server, closeGate: () => void): Promise<void> {
  server.close();
  closeGate();
  await new Promise((resolve) => setImmediate(resolve));
}

interface Attempt {
  readonly clock: Clock;
  readonly zones: Zones;
  readonly secureContext: SecureContext;
  readonly endpoint: Endpoint;
  readonly expectedPeerId: PeerId;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

type Outcome = Awaited<ReturnType<SecureTransport['connect']>>;

function connectStream({ clock, zones, secureContext, endpoint, expectedPeerId, deadlineMs, signal }: Attempt): Promise<Outcome> {
  const host = zones.ofDestination(endpoint.address);
  if (signal.aborted) return Promise.resolve({ ok: false, end: 'aborted' });
  // Names must never become questions to a name server here.
  if (isIP(host) === 0 || !(endpoint.port >= 1 && endpoint.port <= 65_535)) {
    return Promise.resolve({ ok: false, end: 'unreachable' });
  }
  return new Promise((resolve) => {
    // No `servername`: our names are keys, and the network need not know whom we mean.
    const socket = connectTls({
      host,
      port: endpoint.port,
      secureContext,
      minVersion: 'TLSv1.3',
      ALPNProtocols: [protocol],
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    let isConnected = false;
    const cancelDeadline = clock.setTimer(() => fail('deadline'), deadlineMs);
    const abort = (): void => fail('aborted');
    const onClose = (): void => fail(isConnected ? 'handshake-failed' : 'unreachable');
    signal.addEventListener('abort', abort);
    socket.setNoDelay(true);
    socket.on('error', onError);
    socket.on('close', onClose);
    socket.once('connect', () => (isConnected = true));
    socket.once('secureConnect', () => {
      const peerId = provenPeerId(socket, protocol);
      if (peerId !== expectedPeerId) return fail(peerId === undefined ? 'handshake-failed' : 'wrong-peer');
      release();
      resolve({ ok: true, stream: createSecureStream({ clock, socket, peerId, remote: endpoint, isOutgoing: true }) });
    });

    function onError(error: NodeJS.ErrnoException): void {
      if (isConnected) fail('handshake-failed');
      else fail(error.code === 'ECONNREFUSED' ? 'refused' : 'unreachable');
    }

    function fail(end: StreamEnd): void {
      release();
      // What still comes of it is nobody's business, but must not be unhandled.
      socket.on('error', () => undefined);
      socket.destroy();
      resolve({ ok: false, end });
    }

    function release(): void {
      cancelDeadline();
      signal.removeEventListener('abort', abort);
      socket.off('error', onError);
      socket.off('close', onClose);
    }
  });
}
