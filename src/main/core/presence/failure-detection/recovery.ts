/**
 * Probes silent peers after a time without evidence: we did not listen, or doubted our own network
 * (rules DOUBT-3, DOUBT-5). The probes are spread over time. `failure-detector.ts` acts on the
 * outcome.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock, Random } from '../../ports.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';

export interface Recovery {
  /** Schedules a probe of each peer that was not heard since, after a second of listening. */
  recheckSoon(): void;
  /**
   * Likewise, after a stall, but not soon after another stall. Where many nodes share a processor
   * that is too slow for them, the probes of each would delay all others.
   */
  recheckAfterStall(): void;
  /** Records that a peer stays listed only because the fault may be our own. */
  beginDoubt(): void;
  /**
   * Ends the doubt, because a peer was heard. Restarts probes in progress, and probes the suspects.
   */
  endDoubt(): void;
  /** True if a suspect is still listed because of the doubt. */
  isDoubtful(): boolean;
  /** Cancels all scheduled probes. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: Pick<ExpiringRegistry, 'get' | 'list' | 'size'>;
  /** True if there is an adapter to hear peers on, and we listen. */
  readonly isConnected: () => boolean;
  /** Probes that peer. @param firstWaitMs milliseconds until the second PING */
  readonly ask: (peerId: string, firstWaitMs?: number) => void;
  /** Resets the count of unanswered PINGs. */
  readonly startAskingOver: () => void;
  /** Sends a beacon soon. */
  readonly sendBeacon: () => void;
}

/**
 * A failed switch leaves all nodes in doubt, and then all would probe all peers at once. So each
 * node sends a beacon first, and probes the remaining suspects after random delays. The first PING
 * of such a probe gets more time than the others.
 */
const spreadPerPeerMs = 10;
const maxSpreadMs = 500;
const answerAfterDoubtMs = 1_000;
/**
 * The time in which every living peer is heard after a stall: it answers our burst, or sends a
 * beacon.
 */
const firstWordMs = 1_000;
/**
 * The time in which our sockets deliver datagrams from before the stall. Their senders may be long
 * gone.
 */
const unreadMs = 300;
/** The probes after a stall are spread over this time, so that the answers do not come at once. */
const questionSpreadMs = 1_000;
/** Time between two such rounds of probes. Meanwhile silence is noticed as usual (PROBE-1). */
const betweenStallsMs = 30_000;

export function createRecovery({ clock, random, registry, isConnected, ask, startAskingOver, sendBeacon }: Deps): Recovery {
  let isKeepingInDoubt = false;
  /** Scheduled probes of suspects. */
  const cancelQuestions = new Set<Unsubscribe>();
  let cancelRecheck: Unsubscribe | undefined;
  let nextAfterStallMs = -Infinity;

  return {
    recheckSoon,
    recheckAfterStall() {
      const nowMs = clock.monotonicMs();
      if (nowMs < nextAfterStallMs) return;
      nextAfterStallMs = nowMs + betweenStallsMs;
      recheckSoon();
    },
    beginDoubt: () => void (isKeepingInDoubt = true),
    endDoubt() {
      if (!isKeepingInDoubt) return;
      isKeepingInDoubt = false;
      startAskingOver();
      sendBeacon();
      askSuspects();
    },
    // The suspects may have been heard, left or expired since.
    isDoubtful: () => isKeepingInDoubt && registry.list().some(({ presence }) => presence === 'suspect'),
    close() {
      cancelRecheck?.();
      for (const cancel of cancelQuestions) cancel();
      cancelQuestions.clear();
    },
  };

  function recheckSoon(): void {
    cancelRecheck?.();
    cancelRecheck = clock.setTimer(recheck, firstWordMs);
  }

  /**
   * Probes each peer that was not heard since the stall. Otherwise a peer that left meanwhile would
   * stay listed until its silence is noticed.
   */
  function recheck(): void {
    const sinceMs = clock.monotonicMs() - firstWordMs + unreadMs;
    const unheard = registry.list().filter((record) => record.lastHeardMonotonicMs < sinceMs);
    askInTurn(
      unheard.map(({ peerId }) => peerId),
      questionSpreadMs / unheard.length,
    );
  }

  function askInTurn([peerId, ...others]: readonly string[], everyMs: number): void {
    // Without an adapter the PINGs would be lost. Its return starts the recovery anew.
    if (peerId === undefined || !isConnected()) return;
    if (registry.get(peerId)) ask(peerId);
    cancelRecheck = clock.setTimer(() => askInTurn(others, everyMs), everyMs);
  }

  function askSuspects(): void {
    const spreadMs = Math.min(registry.size * spreadPerPeerMs, maxSpreadMs);
    for (const { peerId, presence } of registry.list()) {
      if (presence !== 'suspect') continue;
      const cancel = clock.setTimer(() => {
        cancelQuestions.delete(cancel);
        if (registry.get(peerId)?.presence === 'suspect') ask(peerId, answerAfterDoubtMs);
      }, random.fraction() * spreadMs);
      cancelQuestions.add(cancel);
    }
  }
}
