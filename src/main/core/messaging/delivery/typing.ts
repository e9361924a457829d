/**
 * Typing, in both directions: sent at most every few seconds, and believed for a few (rule
 * DELIVER-9). Best effort.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { GetSetting } from '../../../../shared/contract/settings.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { PeerSessions } from '../session-manager/peer-sessions.ts';

export interface Typing {
  /** The user types to that peer, or stopped. Sent over an open session only. */
  set(peerId: PeerId, isTyping: boolean): void;
  /** The user sent the message: it ends typing at the peer. */
  sent(peerId: PeerId): void;
  received(peerId: PeerId, isTyping: boolean): void;
  /** A message of the peer arrived, or its session ended. */
  ended(peerId: PeerId): void;
  close(): void;
}

/** The interval at which typing is sent again while it goes on. */
const repeatMs = 4_000;
/** How long typing is believed: if its end is lost, it must not last for ever. */
const believeMs = 8_000;

interface Deps {
  readonly clock: Clock;
  readonly sessions: Pick<PeerSessions, 'current'>;
  readonly getSetting: GetSetting;
  readonly onTyping: (peerId: PeerId, isTyping: boolean) => void;
}

export function createTyping({ clock, sessions, getSetting, onTyping }: Deps): Typing {
  const sentAtMs = new Map<PeerId, number>();
  const believed = new Map<PeerId, Unsubscribe>();
  return {
    set(peerId, isTyping) {
      // An end is sent even so: the peer may know of a beginning.
      if (isTyping && !getSetting('typingSignals')) return;
      const nowMs = clock.monotonicMs();
      const lastMs = sentAtMs.get(peerId);
      if (isTyping ? lastMs !== undefined && nowMs - lastMs < repeatMs : lastMs === undefined) return;
      if (isTyping) sentAtMs.set(peerId, nowMs);
      else sentAtMs.delete(peerId);
      sessions.current(peerId)?.send({ type: 'typing', isTyping });
    },
    sent: (peerId) => void sentAtMs.delete(peerId),
    received(peerId, isTyping) {
      if (!isTyping) return end(peerId);
      const before = believed.get(peerId);
      before?.();
      believed.set(
        peerId,
        clock.setTimer(() => end(peerId), believeMs),
      );
      if (!before) onTyping(peerId, true);
    },
    ended: end,
    close() {
      for (const cancel of believed.values()) cancel();
      believed.clear();
    },
  };

  function end(peerId: PeerId): void {
    const cancel = believed.get(peerId);
    if (!cancel) return;
    cancel();
    believed.delete(peerId);
    onTyping(peerId, false);
  }
}
