/**
 * The secure transport of a simulated host: streams over `sim-tcp.ts` whose ends tell each other who they are. Nobody lies about that, and
 * nothing is encrypted: what it keeps of the real thing (node/net/tls-transport.ts) is how streams begin, end, slow down and fail.
 *
 * A process that is killed (`kill`) leaves its host's kernel behind, which resets its streams: they are `lost` at the other end at once,
 * if that can be reached. A host that is switched off (SimTcp's `switchOff`) says nothing: the other end loses a stream when what it
 * sends stays unanswered for 20 s; if it sends nothing, never.
 */
import { createEmitter } from '../../src/shared/lib/emitter.ts';
import type { Clock, Random } from '../../src/main/core/ports.ts';
import type { SecureStream, SecureTransport, StreamEnd } from '../../src/main/core/messaging/ports.ts';
import { createSeededRandom } from './seeded-random.ts';
import type { SimTcp } from './sim-tcp.ts';
import type { Connection } from './sim-tcp/connection.ts';

/** What does not fit into the other end's window, beyond which writers should wait. */
const highWaterMarkBytes = 131_072;
/** After we ended, the other end gets this long to end too. */
const closeDeadlineMs = 5_000;

export interface SimTransport extends SecureTransport {
  /** The process is gone: its listeners and streams too. */
  kill(): void;
  readonly openStreams: number;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly tcp: SimTcp;
  readonly peerId: string;
}

interface Greeting {
  readonly peerId: string;
  /** Of the end that opened: keys of the stream come from it. */
  readonly secret: string;
}

export function createSimTransport({ clock, random, tcp, peerId }: Deps): SimTransport {
  const streams = new Set<SecureStream>();
  const listeners = new Set<{ close(): void }>();
  const killed = new AbortController();

  function open(connection: Connection, other: string, secret: string, isOutgoing: boolean): SecureStream {
    const stream = createSimStream(clock, connection, other, secret, isOutgoing);
    streams.add(stream);
    stream.onEnd(() => void streams.delete(stream));
    return stream;
  }

  return {
    async listen(onStream) {
      const listener = tcp.listen(
        (connection) => {
          const { peerId: other, secret } = JSON.parse(connection.greeting) as Greeting;
          onStream(open(connection, other, secret, false));
        },
        () => JSON.stringify({ peerId, secret: '' } satisfies Greeting),
      );
      listeners.add(listener);
      return { port: listener.port, close: async () => listener.close() };
    },
    async connect(endpoint, { expectedPeerId, deadlineMs, signal }) {
      const secret = [...random.bytes(16)].join('.');
      const deadline = new AbortController();
      const cancelDeadline = clock.setTimer(() => deadline.abort(), deadlineMs);
      const stop = AbortSignal.any([signal, deadline.signal, killed.signal]);
      const result = await tcp.connect(endpoint, JSON.stringify({ peerId, secret } satisfies Greeting), stop);
      cancelDeadline();
      if (!result.ok) return { ok: false, end: deadline.signal.aborted ? 'deadline' : result.end };
      const { peerId: other } = JSON.parse(result.connection.greeting) as Greeting;
      if (other === expectedPeerId) return { ok: true, stream: open(result.connection, other, secret, true) };
      result.connection.reset();
      return { ok: false, end: 'wrong-peer' };
    },
    kill() {
      killed.abort();
      for (const listener of listeners) listener.close();
      for (const stream of [...streams]) stream.destroy();
    },
    get openStreams() {
      return streams.size;
    },
  };
}

function createSimStream(
  clock: Clock,
  connection: Connection,
  peerId: string,
  secret: string,
  isOutgoing: boolean,
): SecureStream {
  const drains = createEmitter<void>();
  const ends = createEmitter<StreamEnd>();
  let end: StreamEnd | undefined;
  let isEnding = false;
  let needsDrain = false;
  let isWanted = true;
  let isFlowing = false;
  let cancelDeadline: (() => void) | undefined;

  connection.onFlushed(() => {
    if (!needsDrain || isEnding || end !== undefined) return;
    needsDrain = false;
    drains.emit();
  });
  connection.onEnd((how) => {
    cancelDeadline?.();
    end = how;
    ends.emit(how);
  });

  return {
    peerId,
    remote: connection.remote,
    isOutgoing,
    exportKey: (label, sizeBytes) => createSeededRandom(`${secret} ${connection.id} ${label}`).bytes(sizeBytes),
    write(bytes) {
      if (isEnding || end !== undefined) return false;
      connection.write(bytes.slice()); // the session uses its memory again
      if (connection.unsentBytes <= highWaterMarkBytes) return true;
      needsDrain = true;
      return false;
    },
    get bufferedBytes() {
      return connection.unsentBytes;
    },
    pause() {
      isWanted = false;
      connection.pause();
    },
    resume() {
      isWanted = true;
      if (isFlowing) connection.resume();
    },
    end() {
      if (isEnding || end !== undefined) return;
      isEnding = true;
      cancelDeadline = clock.setTimer(() => connection.reset(), closeDeadlineMs);
      connection.end();
    },
    destroy: () => connection.reset(),
    onData(listener) {
      isFlowing = true;
      if (isWanted) connection.resume();
      return connection.onData(listener);
    },
    onDrain: (listener) => drains.subscribe(listener),
    onEnd(listener) {
      if (end === undefined) return ends.subscribe(listener);
      listener(end);
      return () => undefined;
    },
  };
}
