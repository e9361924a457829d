/**
 * Tells new datagrams from replays: a sliding window of sequence numbers per sender (RFC 4303
 * §3.4.3). The window of a departed sender stays (rules HS-5, BYE-2). Only datagrams with a valid
 * signature may enter it. A proof of freshness can make the window start over at an earlier
 * incarnation (rule HS-13).
 */

/**
 * Width of a window in sequence numbers. Anything this far behind the highest counts as a replay.
 */
const windowSize = 32;
/** A window with all bits set. */
const allSeen = -1;

interface Window {
  incarnation: number;
  /** The highest incarnation that was ever heard. It is higher after a restart of the window. */
  highestEver: number;
  highest: number;
  /** Bit n is set if the number `highest - n` was seen. */
  seen: number;
}

export interface ReplayWindows {
  /**
   * Records a datagram.
   * @param mustLead true if it also has to exceed every number heard of that incarnation
   * @returns true if it is new; false for an older incarnation or a number seen before
   */
  accept(peerId: string, incarnation: number, sequence: number, mustLead?: boolean): boolean;
  /**
   * True if `accept` would reject the datagram. Changes nothing, so the datagram may be unverified.
   */
  isOld(peerId: string, incarnation: number, sequence: number): boolean;
  /** True if a higher incarnation was heard, and that one is not current. */
  isEarlier(peerId: string, incarnation: number): boolean;
  /**
   * Starts the window of a peer over, because it proved that this incarnation is current. Other
   * incarnations count as new only above the highest that was ever heard.
   */
  startOver(peerId: string, incarnation: number, sequence: number): void;
  /** Makes everything up to the last accepted datagram old, because the sender left. */
  seal(peerId: string): void;
  readonly size: number;
}

/** @param maxWindows number of senders; the least recently accepted one is dropped first */
export function createReplayWindows({ maxWindows }: { readonly maxWindows: number }): ReplayWindows {
  const windows = new Map<string, Window>();
  return {
    accept(peerId, incarnation, sequence, mustLead = false) {
      const window = windows.get(peerId);
      if (!window || isLater(window, incarnation)) {
        remember(peerId, { incarnation, highestEver: incarnation, highest: sequence, seen: 1 });
        return true;
      }
      if (incarnation !== window.incarnation || (mustLead && sequence <= window.highest)) return false;
      if (!slide(window, sequence)) return false;
      remember(peerId, window);
      return true;
    },
    isOld(peerId, incarnation, sequence) {
      const window = windows.get(peerId);
      if (!window || isLater(window, incarnation)) return false;
      return incarnation !== window.incarnation || !slide({ ...window }, sequence);
    },
    isEarlier(peerId, incarnation) {
      const window = windows.get(peerId);
      return window !== undefined && incarnation !== window.incarnation && !isLater(window, incarnation);
    },
    startOver(peerId, incarnation, sequence) {
      const highestEver = Math.max(incarnation, windows.get(peerId)?.highestEver ?? 0);
      remember(peerId, { incarnation, highestEver, highest: sequence, seen: 1 });
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

function isLater({ highestEver }: Window, incarnation: number): boolean {
  return incarnation > highestEver;
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
