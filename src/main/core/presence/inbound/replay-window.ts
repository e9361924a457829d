/**
 * Tells new datagrams from replays: a sliding window of sequence numbers per sender (RFC 4303
 * §3.4.3). The window of a departed sender stays (rules HS-5, BYE-2). Only datagrams with a valid
 * signature may enter it.
 */

/**
 * Width of a window in sequence numbers. Anything this far behind the highest counts as a replay.
 */
const windowSize = 32;
/** A window with all bits set. */
const allSeen = -1;

interface Window {
  incarnation: number;
  highest: number;
  /** Bit n is set if the number `highest - n` was seen. */
  seen: number;
}

export interface ReplayWindows {
  /**
   * Records a datagram.
   * @returns true if it is new; false for an older incarnation or a number seen before
   */
  accept(peerId: string, incarnation: number, sequence: number): boolean;
  /**
   * True if `accept` would reject the datagram. Changes nothing, so the datagram may be unverified.
   */
  isOld(peerId: string, incarnation: number, sequence: number): boolean;
  /** Makes everything up to the last accepted datagram old, because the sender left. */
  seal(peerId: string): void;
  readonly size: number;
}

/** @param maxWindows number of senders; the least recently accepted one is dropped first */
export function createReplayWindows({ maxWindows }: { readonly maxWindows: number }): ReplayWindows {
  const windows = new Map<string, Window>();
  return {
    accept(peerId, incarnation, sequence) {
      const window = windows.get(peerId);
      if (!window || incarnation > window.incarnation) {
        remember(peerId, { incarnation, highest: sequence, seen: 1 });
        return true;
      }
      if (incarnation < window.incarnation || !slide(window, sequence)) return false;
      remember(peerId, window);
      return true;
    },
    isOld(peerId, incarnation, sequence) {
      const window = windows.get(peerId);
      if (!window || incarnation > window.incarnation) return false;
      return incarnation < window.incarnation || !slide({ ...window }, sequence);
    },
    seal(peerId) {
      const window = windows.get(peerId);
      if (window) window.seen = allSeen;
    },
    get size() {
      return windows.size;
    },
  };

  function remember(peerId: string, window: Window): void {
    // a Map keeps insertion order: the first entry is the least recently accepted one
    windows.delete(peerId);
    windows.set(peerId, window);
    if (windows.size <= maxWindows) return;
    const [oldest] = windows.keys();
    if (oldest !== undefined) windows.delete(oldest);
  }
}

function slide(window: Window, sequence: number): boolean {
  const ahead = sequence - window.highest;
  if (ahead > 0) {
    window.seen = ahead >= windowSize ? 1 : (window.seen << ahead) | 1;
    window.highest = sequence;
    return true;
  }
  const bit = -ahead;
  if (bit >= windowSize || (window.seen & (1 << bit)) !== 0) return false;
  window.seen |= 1 << bit;
  return true;
}
