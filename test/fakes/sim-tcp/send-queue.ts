/**
 * The sending half of a simulated connection: what waits for the other end's window, what waits for its answer, and what was lost.
 * When to send again is the connection's to decide.
 */
import { receiveBufferBytes } from './receive-buffer.ts';
import type { Segment } from './segment.ts';

/** Carried by one datagram: less faithful than 1,460, and five times as quick to simulate. */
export const segmentBytes = 8_192;
/** Acknowledgements of the same byte that mean that the next one was lost (RFC 5681 §3.2). */
const duplicatesMeaningLoss = 3;

const nothing = new Uint8Array(0);

export interface SendQueue {
  /** Of the next new byte. */
  readonly sequence: number;
  /** Bytes that do not fit into the other end's window. */
  readonly unsentBytes: number;
  readonly hasInFlight: boolean;
  readonly hasUnsent: boolean;
  readonly isFinSent: boolean;
  add(bytes: Uint8Array): void;
  /** No more bytes come: the end of the stream follows them. */
  finish(): void;
  /** Sends what the window allows. */
  pump(): void;
  /** @returns whether it answers something new */
  takeAcknowledgement(segment: Segment): boolean;
  /** Sends all again that waits for an answer. */
  sendAllAgain(): void;
  clear(): void;
}

/** What waits for an answer. */
export interface Unacknowledged {
  readonly kind: 'data' | 'fin';
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

interface Sender {
  send(segment: Unacknowledged): void;
  /** Something waits for an answer now, and nothing did before. */
  onWaiting(): void;
  onFlushed(): void;
}

export function createSendQueue({ send, onWaiting, onFlushed }: Sender): SendQueue {
  let queue: Uint8Array[] = [];
  let unsentBytes = 0;
  let inFlight: (Unacknowledged & { readonly endSequence: number })[] = [];
  let sequence = 0;
  let acknowledged = 0;
  let windowEnd = receiveBufferBytes;
  let duplicates = 0;
  let isEnding = false;
  let isFinSent = false;

  function transmit(segment: Unacknowledged, endSequence: number): void {
    if (inFlight.length === 0) onWaiting();
    inFlight.push({ ...segment, endSequence });
    sequence = endSequence;
    send(segment);
  }

  return {
    get sequence() {
      return sequence;
    },
    get unsentBytes() {
      return unsentBytes;
    },
    get hasInFlight() {
      return inFlight.length > 0;
    },
    get hasUnsent() {
      return queue.length > 0;
    },
    get isFinSent() {
      return isFinSent;
    },
    add(bytes) {
      queue.push(bytes.slice());
      unsentBytes += bytes.length;
    },
    finish: () => void (isEnding = true),
    pump() {
      while (queue.length > 0 && sequence < windowEnd) {
        const first = queue[0] as Uint8Array;
        const bytes = first.subarray(0, Math.min(segmentBytes, windowEnd - sequence));
        if (bytes.length === first.length) queue.shift();
        else queue[0] = first.subarray(bytes.length);
        unsentBytes -= bytes.length;
        transmit({ kind: 'data', sequence, bytes }, sequence + bytes.length);
        if (unsentBytes === 0) onFlushed();
      }
      if (isEnding && queue.length === 0 && !isFinSent) {
        isFinSent = true;
        transmit({ kind: 'fin', sequence, bytes: nothing }, sequence + 1);
      }
    },
    takeAcknowledgement(segment) {
      const before = windowEnd;
      windowEnd = Math.max(windowEnd, segment.acknowledged + segment.windowBytes);
      if (segment.acknowledged > acknowledged) {
        acknowledged = segment.acknowledged;
        inFlight = inFlight.filter(({ endSequence }) => endSequence > acknowledged);
        duplicates = 0;
        return true;
      }
      const [first] = inFlight;
      if (segment.kind === 'ack' && first !== undefined && windowEnd === before) {
        duplicates += 1;
        if (duplicates === duplicatesMeaningLoss) send(first);
      }
      return false;
    },
    sendAllAgain() {
      for (const segment of inFlight) send(segment);
    },
    clear() {
      queue = [];
      inFlight = [];
    },
  };
}
