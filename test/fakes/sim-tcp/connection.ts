/**
 * One end of a connection of the simulated TCP. Sequence numbers do not wrap: a simulation sends less than 4 GiB on one connection. Nobody
 * is asked whether they are there: an end that has nothing to send does not notice that the other is gone.
 */
import { createEmitter } from '../../../src/shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../src/shared/rpc/link.ts';
import type { Clock, Endpoint } from '../../../src/main/core/ports.ts';
import { createReceiveBuffer, receiveBufferBytes } from './receive-buffer.ts';
import type { Segment } from './segment.ts';
import { createSendQueue, segmentBytes } from './send-queue.ts';

/** Until something is sent again: at first, and at most. */
const firstRetryMs = 200;
const maxRetryMs = 2_000;
/** Without any answer for this long the connection is lost. Real systems are more patient; sessions do not wait for them. */
const giveUpMs = 20_000;
export type ConnectionEnd = 'closed' | 'lost' | 'aborted';

export interface ConnectionEvents {
  /** The first word of the other end after our answer. */
  onReady(connection: Connection): void;
  onGone(): void;
}

export interface Connection {
  readonly remote: Endpoint;
  readonly id: number;
  readonly localPort: number;
  /** What the other end said with its SYN or its answer to ours. */
  readonly greeting: string;
  /** Bytes that do not fit into the other end's window. */
  readonly unsentBytes: number;
  receive(segment: Segment): void;
  write(bytes: Uint8Array): void;
  pause(): void;
  resume(): void;
  end(): void;
  /** With a RST. */
  reset(): void;
  /** Without a word, as when the power fails. */
  vanish(): void;
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe;
  /** All that was written is out. */
  onFlushed(listener: () => void): Unsubscribe;
  onEnd(listener: (end: ConnectionEnd) => void): Unsubscribe;
}

interface Deps {
  readonly clock: Clock;
  readonly send: (segment: Pick<Segment, 'kind' | 'sequence' | 'acknowledged' | 'windowBytes' | 'bytes'>) => void;
  readonly events: ConnectionEvents;
}

interface Identity extends Pick<Connection, 'remote' | 'id' | 'localPort' | 'greeting'> {
  /** Present at the end that was called: what it answers the SYN with. */
  readonly answer?: Uint8Array;
}

const nothing = new Uint8Array(0);

export function createConnection({ clock, send, events }: Deps, identity: Identity): Connection {
  const data = createEmitter<Uint8Array>();
  const flushed = createEmitter<void>();
  const ends = createEmitter<ConnectionEnd>();
  let isReady = identity.answer === undefined;
  let isEnding = false;
  let retryMs = firstRetryMs;
  let heardMs = clock.monotonicMs();
  let cancelRetry: Unsubscribe | undefined;
  let cancelFlow: Unsubscribe | undefined;
  let end: ConnectionEnd | undefined;
  let isGone = false;
  const received = createReceiveBuffer({
    onBytes: (bytes) => !isEnding && data.emit(bytes),
    onEnd() {
      finish('closed');
      close();
    },
  });
  const sending = createSendQueue({
    send: (segment) => sendSegment(segment.kind, segment.bytes, segment.sequence),
    // Patience begins with the first byte that waits for an answer.
    onWaiting: () => (heardMs = clock.monotonicMs()),
    onFlushed: () => flushed.emit(),
  });

  if (identity.answer) answer();
  else sendAck();

  function answer(): void {
    send({ kind: 'syn-ack', sequence: 0, acknowledged: 0, windowBytes: receiveBufferBytes, bytes: identity.answer ?? nothing });
    arm();
  }

  function sendSegment(kind: 'ack' | 'data' | 'fin', bytes: Uint8Array = nothing, sequence = sending.sequence): void {
    send({ kind, sequence, acknowledged: received.expected, windowBytes: received.windowBytes, bytes });
  }

  function sendAck(): void {
    sendSegment('ack');
  }

  function receive(segment: Segment): void {
    heardMs = clock.monotonicMs();
    if (segment.kind === 'rst') return leave('lost');
    if (segment.kind === 'syn') return isReady ? undefined : answer();
    if (segment.kind === 'syn-ack') return sendAck();
    if (sending.takeAcknowledgement(segment)) {
      retryMs = firstRetryMs;
      cancelRetry?.();
      cancelRetry = undefined;
    }
    if (!isReady) {
      isReady = true;
      events.onReady(connection);
    }
    if (segment.kind !== 'ack') received.take(segment);
    // Its answer tells our window too.
    if (segment.kind !== 'ack' && !isGone) sendAck();
    if (!isGone) pump();
    leaveIfDone();
  }

  function pump(): void {
    sending.pump();
    arm();
  }

  /** Something waits for an answer: an answer to a SYN, data, or room at the other end. */
  function arm(): void {
    if (isGone || cancelRetry || (isReady && !sending.hasInFlight && !sending.hasUnsent)) return;
    cancelRetry = clock.setTimer(() => {
      cancelRetry = undefined;
      if (clock.monotonicMs() - heardMs >= giveUpMs) return leave('lost');
      retryMs = Math.min(2 * retryMs, maxRetryMs);
      if (!isReady) return answer();
      if (sending.hasInFlight) sending.sendAllAgain();
      else sendSegment('data');
      arm();
    }, retryMs);
  }

  function close(): void {
    isEnding = true;
    sending.finish();
    pump();
  }

  function leaveIfDone(): void {
    if (sending.isFinSent && received.isFinished && !sending.hasInFlight) leave('closed');
  }

  function finish(how: ConnectionEnd): void {
    if (end !== undefined) return;
    end = how;
    ends.emit(how);
  }

  function leave(how: ConnectionEnd): void {
    if (isGone) return;
    isGone = true;
    cancelRetry?.();
    cancelFlow?.();
    sending.clear();
    received.clear();
    events.onGone();
    finish(how);
  }

  function resume(): void {
    if (!received.isPaused || isGone) return;
    received.setPaused(false);
    cancelFlow = clock.setTimer(() => {
      const wasFull = received.windowBytes < segmentBytes;
      received.flow();
      if (wasFull && !isGone) sendAck();
      leaveIfDone();
    }, 0);
  }

  const connection: Connection = {
    ...identity,
    get unsentBytes() {
      return sending.unsentBytes;
    },
    receive,
    write(bytes) {
      if (isEnding || isGone || bytes.length === 0) return;
      sending.add(bytes);
      pump();
    },
    pause() {
      received.setPaused(true);
      cancelFlow?.();
    },
    resume,
    end() {
      if (isEnding || isGone) return;
      close();
      resume();
    },
    reset() {
      if (isGone) return;
      send({ kind: 'rst', sequence: sending.sequence, acknowledged: received.expected, windowBytes: 0, bytes: nothing });
      leave('aborted');
    },
    vanish: () => leave('aborted'),
    onData: (listener) => data.subscribe(listener),
    onFlushed: (listener) => flushed.subscribe(listener),
    onEnd(listener) {
      if (end === undefined) return ends.subscribe(listener);
      listener(end);
      return () => undefined;
    },
  };
  return connection;
}
