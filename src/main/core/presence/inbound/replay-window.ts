/**
 * Tells a new datagram from one heard before: a sliding window of sequence numbers per sender (RFC 4303 §3.4.3), kept for departed
 * senders too (rules HS-5, BYE-2). Only datagrams with a right signature may be remembered.
 */

/** Sequence numbers this far behind the highest are still told apart; anything older counts as replayed. */
const windowSize = 32;
/** All bits of a window. */
const allSeen = -1;

interface Window {
  incarnation: number;
  highest: number;
  /** Bit n: highest - n was seen. */
  seen: number;
}

export interface ReplayWindows {
  /** Whether it is new; remembers it. An older incarnation or a number seen before is not. */
  accept(peerId: string, incarnation: number, sequence: number): boolean;
  /** Whether `accept` would refuse it; changes nothing, so anything may be shown to it. */
  isOld(peerId: string, incarnation: number, sequence: number): boolean;
  /** Nothing that the sender sent before its last accepted datagram is new any more: it left. */
  seal(peerId: string): void;
  readonly size: number;
}

/** @param maxWindows the least recently accepted sender is forgotten first */
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
    windows.delete(peerId); // a Map keeps order of insertion: the first is the least recently accepted
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
