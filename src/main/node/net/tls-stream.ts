/**
 * A stream on a TLS socket, and the peer ID that the other end proved. Connecting and accepting are
 * left to `tls-transport.ts`.
 */
import type { TLSSocket } from 'node:tls';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { SecureStream, StreamEnd } from '../../core/messaging/ports.ts';
import { PortError, type Clock, type Endpoint } from '../../core/ports.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { peerIdOfTlsKey } from '../crypto/identity.ts';

/** Idle time after which the system probes the other end (TCP keep-alive). */
const keepAliveMs = 15_000;
/** The time that the other end has to end, after we did. */
const closeDeadlineMs = 5_000;
/** Bytes that the system has not taken; beyond it writers should wait. */
const highWaterMarkBytes = 131_072;

interface Deps {
  readonly clock: Clock;
  readonly socket: TLSSocket;
  readonly peerId: PeerId;
  readonly remote: Endpoint;
  readonly isOutgoing: boolean;
  /** We close it, in good order or at once. It may be called twice. */
  readonly onLeaving?: () => void;
}

/**
 * The peer ID of the key that the other end proved in its handshake.
 *
 * @param protocol the one that ALPN must have chosen
 * @returns undefined if the handshake was not what we require
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

export function createTlsStream({ clock, socket, peerId, remote, isOutgoing, onLeaving }: Deps): SecureStream {
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

  function finish(reason: StreamEnd): void {
    if (end !== undefined) return;
    end = reason;
    ends.emit(reason);
    if (reason === 'closed' && !socket.destroyed) closeByDeadline();
  }

  /** The other end will not take what is unsent by then. */
  function closeByDeadline(): void {
    cancelDeadline ??= clock.setTimer(() => socket.destroy(), closeDeadlineMs);
  }

  return {
    peerId,
    remote,
    isOutgoing,
    exportKey(label, sizeBytes) {
      if (socket.destroyed) throw new PortError('EPIPE', 'the stream has ended');
      // A context is part of the call in some libraries, and an empty one is none in TLS 1.3 (RFC
      // 8446 §7.5).
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
      onLeaving?.();
      // Read on until the other end ends, and drop what it sends meanwhile.
      socket.removeAllListeners('data');
      socket.resume();
      socket.end();
      closeByDeadline();
    },
    destroy() {
      if (isDestroyed || socket.destroyed) return;
      isDestroyed = true;
      onLeaving?.();
      socket.destroy();
    },
    onData(listener) {
      // Not as a Buffer, whose `slice` copies nothing: decoded frames would refer to these bytes.
      const own = ({ buffer, byteOffset, byteLength }: Buffer): void => listener(new Uint8Array(buffer, byteOffset, byteLength));
      // The first listener starts the flow: nothing is lost before it.
      socket.on('data', own);
      return () => void socket.off('data', own);
    },
    release: freeMemory,
    onDrain: (listener) => drains.subscribe(listener),
    onEnd(listener) {
      if (end === undefined) return ends.subscribe(listener);
      listener(end);
      return () => undefined;
    },
  };
}

/** Only if nothing else is in that memory: short buffers share some. */
function freeMemory({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
