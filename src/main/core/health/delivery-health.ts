/**
 * Turns messages that do not get through into a health entry by name (rules SESS-18, SESS-19). The
 * peer is online, so its UDP arrives: mostly a firewall blocks its TCP port, or a switch loses
 * larger packets. The dialer decides when it tries again.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { pause } from '../lib/delay.ts';
import { createLruMap } from '../lib/lru-map.ts';
import type { DialFailure } from '../messaging/session-manager/dialer.ts';
import type { Clock } from '../ports.ts';
import type { Presence } from '../presence/presence.ts';
import type { HealthBoard } from './health-board.ts';

const reviewEveryMs = 1_000;
/** One failure may be a peer that just restarts. A session that stalled took long enough. */
const failuresThatCount: Readonly<Record<Cause, number>> = { firewall: 2, broken: 2, size: 1 };
/** Without a further failure for so long, no message waits any more. Longer than any back-off. */
const overAfterMs = 120_000;
/**
 * A peer that was in doubt so lately explains a session that stalled: the network had failed. A
 * session ends within 25 s, and begins to stall at most that long before.
 */
const doubtExplainsMs = 40_000;
/** The entry names one peer, and counts the others. */
const maxPeers = 256;

/** `size`: packets up to some size arrive, and larger ones do not. */
type Cause = 'firewall' | 'broken' | 'size';

/** Why no stream opened, as far as the user can do something. Other reasons are no entry. */
const causesWithoutStream: ReadonlyMap<string, Cause> = new Map([
  ['refused', 'firewall'],
  ['unreachable', 'firewall'],
  ['deadline', 'firewall'],
  ['stalled', 'broken'],
  ['lost', 'broken'],
  ['handshake-failed', 'broken'],
]);
/** Why a stream opened, and no session: small packets arrive, and larger ones may not. */
const causesWithStream: ReadonlyMap<string, Cause> = new Map([
  ['deadline', 'broken'],
  ['lost', 'broken'],
]);

export interface DeliveryHealth {
  /** A session that something waits for could not be opened. */
  failed(peerId: PeerId, failure: Pick<DialFailure, 'reason' | 'hadStream'>): void;
  /** A session with that peer ended, because nothing answered our messages in it. */
  stalled(peerId: PeerId): void;
  /** A session with that peer is open, whichever end opened it. */
  reached(peerId: PeerId): void;
  /** That peer acknowledged messages of ours. */
  answered(peerId: PeerId): void;
  /** Looks again and again until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Deps {
  readonly clock: Clock;
  readonly health: Pick<HealthBoard, 'raise' | 'clear'>;
  readonly registry: Pick<Presence['registry'], 'get' | 'subscribe'>;
  /** Our own port for sessions. */
  readonly tcpPort: () => number;
}

interface Failures {
  readonly count: number;
  readonly cause: Cause;
  /** Monotonic. */
  readonly lastMs: number;
}

export function createDeliveryHealth({ clock, health, registry, tcpPort }: Deps): DeliveryHealth {
  /** The peer that failed first comes first. */
  const failing = new Map<PeerId, Failures>();
  /** When each peer was in doubt last, or gone. */
  const doubtedMs = createLruMap<PeerId, number>(maxPeers);
  registry.subscribe((event) => {
    if (event.type === 'left') doubtedMs.set(event.departed.record.peerId, clock.monotonicMs());
    else if (event.type === 'updated' && event.record.presence !== 'online')
      doubtedMs.set(event.record.peerId, clock.monotonicMs());
  });

  return {
    failed(peerId, { reason, hadStream }) {
      const cause = (hadStream ? causesWithStream : causesWithoutStream).get(reason);
      if (cause) note(peerId, cause);
    },
    stalled(peerId) {
      const wasInDoubt = clock.monotonicMs() - (doubtedMs.get(peerId) ?? -Infinity) < doubtExplainsMs;
      if (!wasInDoubt && registry.get(peerId)?.presence === 'online') note(peerId, 'size');
    },
    reached(peerId) {
      // A session opens with small packets.
      if (failing.get(peerId)?.cause !== 'size') failing.delete(peerId);
    },
    answered: (peerId) => void failing.delete(peerId),
    async run(signal) {
      while (!signal.aborted) {
        review();
        await pause(clock, reviewEveryMs, signal);
      }
    },
  };

  function note(peerId: PeerId, cause: Cause): void {
    const before = failing.get(peerId);
    if (!before && failing.size >= maxPeers) return;
    failing.set(peerId, { count: (before?.count ?? 0) + 1, cause, lastMs: clock.monotonicMs() });
  }

  function review(): void {
    const nowMs = clock.monotonicMs();
    for (const [peerId, { lastMs }] of failing) {
      if (!registry.get(peerId) || nowMs - lastMs >= overAfterMs) failing.delete(peerId);
    }
    const [first, ...others] = [...failing].filter(([, { count, cause }]) => count >= failuresThatCount[cause]);
    const announcement = first && registry.get(first[0])?.announcement;
    if (!first || !announcement) return health.clear('messages-not-delivered');
    const { name, tcpPort: port } = announcement;
    const values = { name, port, ownPort: tcpPort(), cause: first[1].cause, others: others.length };
    health.raise('messages-not-delivered', values);
  }
}
