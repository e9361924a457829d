/**
 * Turns sessions that cannot be opened into a health entry by name (rule SESS-18). The peer is
 * online, so its UDP arrives: mostly a firewall blocks its TCP port. The dialer decides when it
 * tries again.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { pause } from '../lib/delay.ts';
import type { DialFailure } from '../messaging/session-manager/dialer.ts';
import type { Clock } from '../ports.ts';
import type { Presence } from '../presence/presence.ts';
import type { HealthBoard } from './health-board.ts';

const reviewEveryMs = 1_000;
/** One failure may be a peer that just restarts. */
const failuresThatCount = 2;
/** Without a further failure for so long, no message waits any more. Longer than any back-off. */
const overAfterMs = 120_000;
/** The entry names one peer, and counts the others. */
const maxPeers = 256;

type Cause = 'firewall' | 'broken';

/** Why no stream opened, as far as the user can do something. Other reasons are no entry. */
const causesWithoutStream: ReadonlyMap<string, Cause> = new Map([
  ['refused', 'firewall'],
  ['unreachable', 'firewall'],
  ['deadline', 'firewall'],
  ['lost', 'broken'],
  ['handshake-failed', 'broken'],
]);
/** Why a stream opened, and no session: small packets arrive, and larger ones may not. */
const causesWithStream: ReadonlyMap<string, Cause> = new Map([
  ['deadline', 'broken'],
  ['lost', 'broken'],
]);

export interface DeliveryHealth {
  /** A session with that peer could not be opened. */
  failed(peerId: PeerId, failure: DialFailure): void;
  /** A session with that peer is open, whichever end opened it. */
  reached(peerId: PeerId): void;
  /** Looks again and again until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Deps {
  readonly clock: Clock;
  readonly health: Pick<HealthBoard, 'raise' | 'clear'>;
  readonly registry: Pick<Presence['registry'], 'get'>;
}

interface Failures {
  readonly count: number;
  readonly cause: Cause;
  /** Monotonic. */
  readonly lastMs: number;
}

export function createDeliveryHealth({ clock, health, registry }: Deps): DeliveryHealth {
  /** The peer that failed first comes first. */
  const failing = new Map<PeerId, Failures>();

  return {
    failed(peerId, { reason, hadStream }) {
      const cause = (hadStream ? causesWithStream : causesWithoutStream).get(reason);
      const before = failing.get(peerId);
      if (!cause || (!before && failing.size >= maxPeers)) return;
      failing.set(peerId, { count: (before?.count ?? 0) + 1, cause, lastMs: clock.monotonicMs() });
    },
    reached: (peerId) => void failing.delete(peerId),
    async run(signal) {
      while (!signal.aborted) {
        review();
        await pause(clock, reviewEveryMs, signal);
      }
    },
  };

  function review(): void {
    const nowMs = clock.monotonicMs();
    for (const [peerId, { lastMs }] of failing) {
      if (!registry.get(peerId) || nowMs - lastMs >= overAfterMs) failing.delete(peerId);
    }
    const [first, ...others] = [...failing].filter(([, { count }]) => count >= failuresThatCount);
    const announcement = first && registry.get(first[0])?.announcement;
    if (!first || !announcement) return health.clear('messages-not-delivered');
    const { name, tcpPort: port } = announcement;
    health.raise('messages-not-delivered', { name, port, cause: first[1].cause, others: others.length });
  }
}
