/** "Is typing": said to a peer at most every few seconds, believed only for a few; best effort (rule DELIVER-9). */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { PeerSessions } from '../session-manager/peer-sessions.ts';

export interface Typing {
  /** We type to that peer, or stopped. Only said over a session that is open. */
  set(peerId: PeerId, isTyping: boolean): void;
  /** We sent what we typed: the peer knows without being told. */
  sent(peerId: PeerId): void;
  received(peerId: PeerId, isTyping: boolean): void;
  /** Its message arrived, or its session ended. */
  ended(peerId: PeerId): void;
  close(): void;
}

/** Said again this often while it goes on. */
const sayEveryMs = 4_000;
/** Believed this long after it was said: one that is lost does not type for ever. */
const believeMs = 8_000;

interface Deps {
  readonly clock: Clock;
  readonly sessions: Pick<PeerSessions, 'current'>;
  readonly onTyping: (peerId: PeerId, isTyping: boolean) => void;
}

export function createTyping({ clock, sessions, onTyping }: Deps): Typing {
  const saidAtMs = new Map<PeerId, number>();
  const believed = new Map<PeerId, Unsubscribe>();
  return {
    set(peerId, isTyping) {
      const nowMs = clock.monotonicMs();
      const lastMs = saidAtMs.get(peerId);
      if (isTyping ? lastMs !== undefined && nowMs - lastMs < sayEveryMs : lastMs === undefined) return;
      if (isTyping) saidAtMs.set(peerId, nowMs);
      else saidAtMs.delete(peerId);
      sessions.current(peerId)?.send({ type: 'typing', isTyping });
    },
    sent: (peerId) => void saidAtMs.delete(peerId),
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
