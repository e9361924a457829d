/**
 * The open sessions: one per peer, and a limited number (rules SESS-11, SESS-14 and SESS-16).
 * Decides which of two sessions with one peer stays, and which session makes room for another.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock } from '../../ports.ts';
import type { SessionOptions } from '../session/options.ts';
import type { RunningSession } from '../session/session.ts';

export interface SessionTable {
  readonly size: number;
  get(peerId: PeerId): RunningSession | undefined;
  list(): readonly RunningSession[];
  /** @returns whether it may stay; if not, it is closed */
  hasPlaceFor(session: RunningSession): boolean;
  /** @returns the session that it replaces */
  take(session: RunningSession): RunningSession | undefined;
  /** It ended; another one may have replaced it already. */
  leave(session: RunningSession): void;
  /**
   * Closes the session unused for longest among the candidates of peers that are not listed.
   *
   * @returns whether there was one
   */
  closeUnlisted(isCandidate: (session: RunningSession) => boolean): boolean;
}

interface Deps {
  readonly clock: Clock;
  readonly ownPeerId: PeerId;
  readonly isHere: (peerId: PeerId) => boolean;
}

interface Opened {
  readonly session: RunningSession;
  readonly openedMs: number;
}

/**
 * Two sessions with one peer that opened within this time crossed: both ends keep the same one by
 * rule. A later one means that the peer lost the old one: no node dials a peer that it has a
 * session with.
 */
const crossingMs = 10_000;

export function createSessionTable(
  { clock, ownPeerId, isHere }: Deps,
  { maxSessions, maxUnlistedSessions }: Pick<SessionOptions, 'maxSessions' | 'maxUnlistedSessions'>,
): SessionTable {
  const opened = new Map<string, Opened>();

  return {
    get size() {
      return opened.size;
    },
    get: (peerId) => opened.get(peerId)?.session,
    list,
    hasPlaceFor(session) {
      const before = opened.get(session.peerId);
      if (before && !doesReplace(session, before)) session.close('duplicate');
      else if (!before && !makeRoom(session.peerId)) session.close('busy');
      return !session.hasEnded;
    },
    take(session) {
      const before = opened.get(session.peerId)?.session;
      opened.set(session.peerId, { session, openedMs: clock.monotonicMs() });
      return before;
    },
    leave(session) {
      if (opened.get(session.peerId)?.session === session) opened.delete(session.peerId);
    },
    closeUnlisted: (isCandidate) => closeIdle(byUse().find((session) => isCandidate(session) && !isHere(session.peerId))),
  };

  function list(): readonly RunningSession[] {
    return [...opened.values()].map(({ session }) => session);
  }

  /** Both ends apply it: of two that crossed, the one that the lower peerId opened stays. */
  function doesReplace(session: RunningSession, before: Opened): boolean {
    const isCrossing = session.isOutgoing !== before.session.isOutgoing && clock.monotonicMs() - before.openedMs < crossingMs;
    return !isCrossing || session.isOutgoing === ownPeerId < session.peerId;
  }

  /**
   * Closes the session unused for longest where there is no room. One of an unlisted peer goes
   * first, and none of a listed peer makes room for an unlisted one.
   */
  function makeRoom(newcomer: string): boolean {
    const unlisted = byUse().filter(({ peerId }) => !isHere(peerId));
    const isListed = isHere(newcomer);
    if (opened.size < maxSessions && (isListed || unlisted.length < maxUnlistedSessions)) return true;
    return closeIdle(unlisted[0] ?? (isListed ? byUse()[0] : undefined));
  }

  /** The one unused for longest first. */
  function byUse(): readonly RunningSession[] {
    return list().toSorted((a, b) => a.usedMs - b.usedMs);
  }
}

function closeIdle(session: RunningSession | undefined): boolean {
  session?.close('idle');
  return session !== undefined;
}
