/**
 * Calls of this node that brought no session, and sessions in which nothing got through: counted by
 * reason, and remembered by peer for as long as they go on (rules SESS-19, HEALTH-4, HEALTH-5).
 * Whether a message waits for such a peer, and how the user learns of it, is left to others.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock } from '../../ports.ts';
import type { SessionOptions } from '../session/options.ts';

/** A single failure may be a restart of the peer, or its call back may be on the way. */
const blockedAfterMs = 10_000;
/** A row of failures is over after this time without another: longer than any back-off and call. */
const overAfterMs = 60_000;

/**
 * `blocked`: no connection comes about, most likely because of a firewall · `stalled`: one does, and
 * what is sent over it gets no answer, most likely because larger packets get lost.
 */
export type CallProblem = 'blocked' | 'stalled';

export interface FailingPeer {
  readonly peerId: PeerId;
  readonly problem: CallProblem;
}

export interface FailedCalls {
  /** A call ended without a session. */
  failed(peerId: PeerId, reason: string): void;
  /** The peer answered nothing in an open session, which ended. */
  stalled(peerId: PeerId): void;
  /** A session with that peer is open. */
  opened(peerId: PeerId): void;
  /** The peer acknowledged something. */
  answered(peerId: PeerId): void;
  /** The peers to whom calls fail for some time now. */
  list(): readonly FailingPeer[];
  /** Failed calls by reason. */
  counts(): Readonly<Record<string, number>>;
}

interface Row {
  readonly peerId: PeerId;
  readonly problem: CallProblem;
  readonly sinceMs: number;
  readonly lastMs: number;
}

/** Other ends, such as `busy`, come from the peer itself: it can be reached. */
const problems: Readonly<Record<string, CallProblem>> = {
  refused: 'blocked',
  unreachable: 'blocked',
  deadline: 'blocked',
  'handshake-failed': 'blocked',
  stalled: 'stalled',
};

/** Whether the peer may reach us where a call of ours ended like this. */
export function isUnreached(reason: string): boolean {
  return Object.hasOwn(problems, reason);
}

export function createFailedCalls(
  { clock }: { readonly clock: Pick<Clock, 'monotonicMs'> },
  { maxBackOffs }: Pick<SessionOptions, 'maxBackOffs'>,
): FailedCalls {
  const rows = createLruMap<PeerId, Row>(maxBackOffs);
  const counts: Record<string, number> = {};

  return {
    failed(peerId, reason) {
      counts[reason] = (counts[reason] ?? 0) + 1;
      const problem = problems[reason];
      if (problem) note(peerId, problem);
    },
    stalled: (peerId) => note(peerId, 'stalled'),
    opened(peerId) {
      if (rows.get(peerId)?.problem === 'blocked') rows.delete(peerId);
    },
    answered: (peerId) => void rows.delete(peerId),
    list: () =>
      [...rows.values()].flatMap(({ peerId, problem, sinceMs, lastMs }) => {
        const nowMs = clock.monotonicMs();
        const isNamed = nowMs - lastMs < overAfterMs && (problem === 'stalled' || nowMs - sinceMs >= blockedAfterMs);
        return isNamed ? [{ peerId, problem }] : [];
      }),
    counts: () => ({ ...counts }),
  };

  function note(peerId: PeerId, problem: CallProblem): void {
    const nowMs = clock.monotonicMs();
    const before = rows.get(peerId);
    const goesOn = before !== undefined && nowMs - before.lastMs < overAfterMs;
    rows.set(peerId, { peerId, problem, sinceMs: goesOn ? before.sinceMs : nowMs, lastMs: nowMs });
  }
}
