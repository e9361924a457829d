/**
 * Turns sessions that cannot be opened into a health entry by name (rule SESS-18). The peer is here,
 * so only its TCP port is out of reach: mostly a firewall. The dialer decides when it tries again.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock } from '../ports.ts';
import type { Presence } from '../presence/presence.ts';
import type { HealthBoard } from './health-board.ts';

/** One failure may be a peer that just restarts. */
const failuresThatCount = 2;
/** Without a further failure for so long, nothing waits any more. Longer than any back-off. */
const overAfterMs = 120_000;
/** The entry tells of one peer, and how many others there are. */
const maxPeers = 256;

/** Why a session did not open, as far as the user can do something. */
const causes: Readonly<Record<string, 'blocked' | 'broken'>> = {
  refused: 'blocked',
  unreachable: 'blocked',
  deadline: 'blocked',
  lost: 'broken',
  'handshake-failed': 'broken',
};

export interface DeliveryHealth {
  /** A session with that peer could not be opened. */
  failed(peerId: PeerId, reason: string): void;
  /** A session with that peer is open, whichever end opened it. */
  reached(peerId: PeerId): void;
}

interface Deps {
  readonly clock: Clock;
  readonly health: Pick<HealthBoard, 'raise' | 'clear'>;
  readonly registry: Pick<Presence['registry'], 'get' | 'subscribe'>;
}

interface Failure {
  readonly count: number;
  readonly cause: 'blocked' | 'broken';
  readonly cancelEnd: Unsubscribe;
}

export function createDeliveryHealth({ clock, health, registry }: Deps): DeliveryHealth {
  /** The peer that failed first comes first. */
  const failures = new Map<PeerId, Failure>();

  registry.subscribe((event) => {
    if (event.type === 'left') forget(event.departed.record.peerId);
  });

  return {
    failed(peerId, reason) {
      const cause = causes[reason];
      if (!cause || registry.get(peerId)?.presence !== 'online') return;
      const before = failures.get(peerId);
      if (!before && failures.size >= maxPeers) return;
      before?.cancelEnd();
      const cancelEnd = clock.setTimer(() => forget(peerId), overAfterMs);
      failures.set(peerId, { count: (before?.count ?? 0) + 1, cause, cancelEnd });
      review();
    },
    reached: forget,
  };

  function forget(peerId: PeerId): void {
    failures.get(peerId)?.cancelEnd();
    if (failures.delete(peerId)) review();
  }

  function review(): void {
    const failing = [...failures].filter(([, { count }]) => count >= failuresThatCount);
    const [first] = failing;
    const announcement = first && registry.get(first[0])?.announcement;
    if (!first || !announcement) return health.clear('messages-blocked');
    const { name, tcpPort } = announcement;
    health.raise('messages-blocked', { name, port: tcpPort, cause: first[1].cause, others: failing.length - 1 });
  }
}
