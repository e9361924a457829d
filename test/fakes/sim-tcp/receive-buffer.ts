/** The receiving half of a simulated connection: puts segments in order, and holds what the reader does not take. */
import type { Segment } from './segment.ts';

/** What the system takes and holds for a reader. */
export const receiveBufferBytes = 65_536;

export interface ReceiveBuffer {
  /** The sequence number of the next byte. */
  readonly expected: number;
  /** Room for more. */
  readonly windowBytes: number;
  /** The other end has sent all that it will. */
  readonly isFinished: boolean;
  readonly isPaused: boolean;
  take(segment: Segment): void;
  /** Hands on what may be read; then, in order, the end. */
  flow(): void;
  setPaused(isPaused: boolean): void;
  clear(): void;
}

interface Reader {
  onBytes(bytes: Uint8Array): void;
  /** Everything was read. */
  onEnd(): void;
}

/** It is paused at first. */
export function createReceiveBuffer({ onBytes, onEnd }: Reader): ReceiveBuffer {
  let expected = 0;
  const early = new Map<number, Segment>();
  let unread: Uint8Array[] = [];
  let unreadBytes = 0;
  let isPaused = true;
  let isFinished = false;

  function flow(): void {
    while (!isPaused && unread.length > 0) {
      const bytes = unread.shift() as Uint8Array;
      unreadBytes -= bytes.length;
      onBytes(bytes);
    }
    if (!isPaused && isFinished && unread.length === 0) onEnd();
  }

  return {
    get expected() {
      return expected;
    },
    get windowBytes() {
      return Math.max(0, receiveBufferBytes - unreadBytes);
    },
    get isFinished() {
      return isFinished;
    },
    get isPaused() {
      return isPaused;
    },
    take(segment) {
      if (segment.sequence >= expected) early.set(segment.sequence, segment);
      for (let next = early.get(expected); next !== undefined; next = early.get(expected)) {
        early.delete(expected);
        if (next.kind === 'fin') {
          expected += 1;
          isFinished = true;
        } else if (next.bytes.length === 0) return;
        else {
          expected += next.bytes.length;
          unread.push(next.bytes.slice());
          unreadBytes += next.bytes.length;
        }
      }
      flow();
    },
    flow,
    setPaused: (paused) => void (isPaused = paused),
    clear: () => void (unread = []),
  };
}
