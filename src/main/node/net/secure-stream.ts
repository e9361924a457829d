/** One proved stream on a TLS socket, and the proof: who the other end is. How a stream comes to be is left to `secure-transport.ts`. */
import type { TLSSocket } from 'node:tls';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { SecureStream, StreamEnd } from '../../core/messaging/ports.ts';
import { PortError, type Clock, type Endpoint } from '../../core/ports.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { peerIdOfTlsKey } from '../crypto/identity.ts';

/** Idle time after which the system asks by itself whether the other end is there. */
const keepAliveMs = 15_000;
/** After we ended, the other end gets this long to end too. */
const closeDeadlineMs = 5_000;
/** What the system has not taken, beyond which writers should wait. */
const highWaterMarkBytes = 131_072;

interface Deps {
  readonly clock: Clock;
  readonly socket: TLSSocket;
  readonly peerId: PeerId;
  readonly remote: Endpoint;
  readonly isOutgoing: boolean;
}

/**
 * Whose key the other end has proved to own, after a handshake.
 *
 * @param protocol that it must have chosen by ALPN
 * @returns undefined if the handshake was not what we ask for
 */
export function provenPeerId(socket: TLSSocket, protocol: string): PeerId | undefined {
  if (socket.getProtocol() !== 'TLSv1.3' || socket.alpnProtocol !== protocol || socket.isSessionReused()) return undefined;
  try {
    const certificate = socket.getPeerX509Certificate();
    return certificate && peerIdOfTlsKey(certificate.publicKey);
  } catch {
    return undefined; // a key of a kind that the library cannot read
  }
}

export function createSecureStream({ clock, socket, peerId, remote, isOutgoing }: Deps): SecureStream {
  const drains = createEmitter<void>();
  const ends = createEmitter<StreamEnd>();
  let end: StreamEnd | undefined;
  let isEnding = false;
  let isDestroyed = false;
  let hasFailed = false;
  let needsDrain = false;
  let cancelDeadline: (() => void) | undefined;

  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveMs);
  socket.on('error', () => (hasFailed = true));
  socket.on('end', () => finish('closed'));
  socket.on('close', () => {
    cancelDeadline?.();
    finish(isDestroyed ? 'aborted' : isEnding && !hasFailed ? 'closed' : 'lost');
  });
  socket.on('drain', () => {
    if (!needsDrain || isEnding || end !== undefined) return;
    needsDrain = false;
    drains.emit();
  });

  function finish(with_: StreamEnd): void {
    if (end !== undefined) return;
    end = with_;
    ends.emit(with_);
    if (with_ === 'closed' && !socket.destroyed) closeByDeadline();
  }

  /** What we have not sent by then, nobody will take. */
  function closeByDeadline(): void {
    cancelDeadline ??= clock.setTimer(() => socket.destroy(), closeDeadlineMs);
  }

  return {
    peerId,
    remote,
    isOutgoing,
    exportKey(label, sizeBytes) {
      if (socket.destroyed) throw new PortError('EPIPE', 'the stream has ended');
      // A context is part of the call in some libraries, and an empty one is none in TLS 1.3 (RFC 8446 §7.5).
      return new Uint8Array(socket.exportKeyingMaterial(sizeBytes, label, Buffer.alloc(0)));
    },
    write(bytes) {
      if (isEnding || end !== undefined || socket.destroyed) return false;
      socket.write(bytes);
      if (socket.writableLength <= highWaterMarkBytes) return true;
      needsDrain = true;
      return false;
    },
    get bufferedBytes() {
      return socket.writableLength;
    },
    pause: () => void socket.pause(),
    resume: () => void (isEnding || socket.resume()),
    end() {
      if (isEnding || end !== undefined) return;
      isEnding = true;
      // Read on, to see the other end's end; what it says meanwhile is dropped.
      socket.removeAllListeners('data');
      socket.resume();
      socket.end();
      closeByDeadline();
    },
    destroy() {
      if (isDestroyed || socket.destroyed) return;
      isDestroyed = true;
      socket.destroy();
    },
    onData(listener) {
      const own = (bytes: Buffer): void => listener(bytes);
      // The first listener starts the flow: nothing is lost before it.
      socket.on('data', own);
      return () => void socket.off('data', own);
    },
    onDrain: (listener) => drains.subscribe(listener),
    onEnd(listener) {
      if (end === undefined) return ends.subscribe(listener);
      listener(end);
      return () => undefined;
    },
  };
}
