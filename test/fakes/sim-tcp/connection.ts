/**
 * One end of a connection of the simulated TCP. Sequence numbers do not wrap: a simulation sends less than 4 GiB on one connection. Nobody
 * is asked whether they are there: an end that has nothing to send does not notice that the other is gone.
 */
import { createEmitter } from '../../../src/shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../src/shared/rpc/link.ts';
import type { Clock, Endpoint } from '../../../src/main/core/ports.ts';
import type { Segment } from './segment.ts';

/** Carried by one datagram: less faithful than 1,460, and five times as quick to simulate. */
const segmentBytes = 8_192;
/** What the system takes and holds for a reader. */
const receiveBufferBytes = 65_536;
/** Until something is sent again: at first, and at most. */
const firstRetryMs = 200;
const maxRetryMs = 2_000;
/** Without any answer for this long the connection is lost. Real systems are more patient; sessions do not wait for them. */
const giveUpMs = 20_000;
/** Acknowledgements of the same byte that mean that the next one was lost (RFC 5681 §3.2). */
const duplicatesMeaningLoss = 3;

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

interface Unacknowledged {
  readonly kind: 'data' | 'fin';
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly endSequence: number;
}

const nothing = new Uint8Array(0);

export function createConnection({ clock, send, events }: Deps, identity: Identity): Connection {
  const data = createEmitter<Uint8Array>();
  const flushed = createEmitter<void>();
  const ends = createEmitter<ConnectionEnd>();
  let isReady = identity.answer === undefined;
  // Sending.
  let queue: Uint8Array[] = [];
  let unsentBytes = 0;
  let inFlight: Unacknowledged[] = [];
  let nextSequence = 0;
  let acknowledged = 0;
  let windowEnd = receiveBufferBytes;
  let duplicates = 0;
  let isEnding = false;
  let finSent = false;
  let retryMs = firstRetryMs;
  let heardMs = clock.monotonicMs();
  let cancelRetry: Unsubscribe | undefined;
  // Receiving.
  let expected = 0;
  const early = new Map<number, Segment>();
  let unread: Uint8Array[] = [];
  let unreadBytes = 0;
  let isPaused = true;
  let finReceived = false;
  let cancelFlow: Unsubscribe | undefined;
  let end: ConnectionEnd | undefined;
  let isGone = false;

  if (identity.answer) answer();
  else sendAck();

  function answer(): void {
    send({ kind: 'syn-ack', sequence: 0, acknowledged: 0, windowBytes: receiveBufferBytes, bytes: identity.answer ?? nothing });
    arm();
  }

  function sendAck(): void {
    send({ kind: 'ack', sequence: nextSequence, acknowledged: expected, windowBytes: windowBytes(), bytes: nothing });
  }

  function windowBytes(): number {
    return Math.max(0, receiveBufferBytes - unreadBytes);
  }

  function receive(segment: Segment): void {
    heardMs = clock.monotonicMs();
    if (segment.kind === 'rst') return leave('lost');
    if (segment.kind === 'syn') return isReady ? undefined : answer();
    if (segment.kind === 'syn-ack') return sendAck();
    takeAcknowledgement(segment);
    if (!isReady) {
      isReady = true;
      events.onReady(connection);
    }
    if (segment.kind !== 'ack') takeData(segment);
    // Its answer tells our window too.
    if (segment.kind !== 'ack' && !isGone) sendAck();
    if (!isGone) pump();
    leaveIfDone();
  }

  function takeAcknowledgement(segment: Segment): void {
    const before = windowEnd;
    windowEnd = Math.max(windowEnd, segment.acknowledged + segment.windowBytes);
    if (segment.acknowledged > acknowledged) {
      acknowledged = segment.acknowledged;
      inFlight = inFlight.filter(({ endSequence }) => endSequence > acknowledged);
      duplicates = 0;
      retryMs = firstRetryMs;
      cancelRetry?.();
      cancelRetry = undefined;
    } else if (segment.kind === 'ack' && inFlight.length > 0 && windowEnd === before) {
      duplicates += 1;
      if (duplicates === duplicatesMeaningLoss) sendAgain(1);
    }
  }

  function takeData(segment: Segment): void {
    if (segment.sequence >= expected) early.set(segment.sequence, segment);
    for (let next = early.get(expected); next !== undefined; next = early.get(expected)) {
      early.delete(expected);
      if (next.kind === 'fin') {
        expected += 1;
        finReceived = true;
      } else if (next.bytes.length === 0) return;
      else {
        expected += next.bytes.length;
        unread.push(next.bytes.slice());
        unreadBytes += next.bytes.length;
      }
    }
    flow();
  }

  /** Hands on what may be read; then, in order, the end. */
  function flow(): void {
    while (!isPaused && unread.length > 0) {
      const bytes = unread.shift() as Uint8Array;
      unreadBytes -= bytes.length;
      if (!isEnding) data.emit(bytes);
    }
    if (!isPaused && finReceived && unread.length === 0) {
      finish('closed');
      close();
    }
  }

  function pump(): void {
    while (queue.length > 0 && nextSequence < windowEnd) {
      const first = queue[0] as Uint8Array;
      const bytes = first.subarray(0, Math.min(segmentBytes, windowEnd - nextSequence));
      if (bytes.length === first.length) queue.shift();
      else queue[0] = first.subarray(bytes.length);
      unsentBytes -= bytes.length;
      transmit({ kind: 'data', sequence: nextSequence, bytes, endSequence: nextSequence + bytes.length });
      if (unsentBytes === 0) flushed.emit();
    }
    if (isEnding && queue.length === 0 && !finSent) {
      finSent = true;
      transmit({ kind: 'fin', sequence: nextSequence, bytes: nothing, endSequence: nextSequence + 1 });
    }
    arm();
  }

  function transmit(segment: Unacknowledged): void {
    // Patience begins with the first byte that waits for an answer.
    if (inFlight.length === 0) heardMs = clock.monotonicMs();
    inFlight.push(segment);
    nextSequence = segment.endSequence;
    sendSegment(segment);
  }

  function sendSegment({ kind, sequence, bytes }: Unacknowledged): void {
    send({ kind, sequence, acknowledged: expected, windowBytes: windowBytes(), bytes });
  }

  function sendAgain(count: number): void {
    for (const segment of inFlight.slice(0, count)) sendSegment(segment);
  }

  /** Something waits for an answer: an answer to a SYN, data, or room at the other end. */
  function arm(): void {
    if (isGone || cancelRetry || (isReady && inFlight.length === 0 && queue.length === 0)) return;
    cancelRetry = clock.setTimer(() => {
      cancelRetry = undefined;
      if (clock.monotonicMs() - heardMs >= giveUpMs) return leave('lost');
      retryMs = Math.min(2 * retryMs, maxRetryMs);
      if (!isReady) return answer();
      if (inFlight.length > 0) sendAgain(inFlight.length);
      else send({ kind: 'data', sequence: nextSequence, acknowledged: expected, windowBytes: windowBytes(), bytes: nothing });
      arm();
    }, retryMs);
  }

  function close(): void {
    isEnding = true;
    pump();
  }

  function leaveIfDone(): void {
    if (finSent && finReceived && inFlight.length === 0) leave('closed');
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
    queue = [];
    unread = [];
    inFlight = [];
    events.onGone();
    finish(how);
  }

  function resume(): void {
    if (!isPaused || isGone) return;
    isPaused = false;
    cancelFlow = clock.setTimer(() => {
      const wasFull = windowBytes() < segmentBytes;
      flow();
      if (wasFull && !isGone) sendAck();
      leaveIfDone();
    }, 0);
  }

  const connection: Connection = {
    ...identity,
    get unsentBytes() {
      return unsentBytes;
    },
    receive,
    write(bytes) {
      if (isEnding || isGone || bytes.length === 0) return;
      queue.push(bytes.slice());
      unsentBytes += bytes.length;
      pump();
    },
    pause() {
      isPaused = true;
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
      send({ kind: 'rst', sequence: nextSequence, acknowledged: expected, windowBytes: 0, bytes: nothing });
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
