/**
 * Finds out which peers are still here after a time in which we could not know: we did not listen, or our own network was in doubt (rules
 * DOUBT-3, DOUBT-5). All that is silent then is asked, spread over a while. What an answer means is left to `failure-detector.ts`.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock, Random } from '../../ports.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';

export interface Recovery {
  /** We listen again: a second later each peer that was not heard since is asked. */
  recheckSoon(): void;
  /** A peer is kept only because the fault may be our own. */
  beginDoubt(): void;
  /** A peer was heard: a doubt is over, and what was asked meanwhile is asked anew. */
  endDoubt(): void;
  /** Whether a peer is still kept so. */
  isDoubtful(): boolean;
  /** Asks no more. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: Pick<ExpiringRegistry, 'get' | 'list' | 'size'>;
  /** Whether there is an adapter on which others could be heard, and we listen. */
  readonly isConnected: () => boolean;
  /** Asks that peer whether it is here. @param firstWaitMs for the first answer, before the quick questions */
  readonly ask: (peerId: string, firstWaitMs?: number) => void;
  /** Nothing that was unanswered so far counts. */
  readonly startAskingOver: () => void;
  /** Sends a beacon soon. */
  readonly sendBeacon: () => void;
}

/**
 * After a doubt that many had (a switch that was off) everybody would ask everybody. So all send a beacon, and ask somewhat later, in no
 * order, each peer that is still suspect by then; and the first question has some time before the quick ones follow.
 */
const spreadPerPeerMs = 10;
const maxSpreadMs = 500;
const answerAfterDoubtMs = 1_000;
/** After a pause of ours, every living peer is heard within this: by its answer to our burst, or by its own. The rest is asked. */
const firstWordMs = 1_000;
/** What waited unread in our sockets is read by then; it may be the last words of a peer that is long gone. */
const unreadMs = 300;
/** These questions are spread over so long, so that the answers do not come all at once. */
const questionSpreadMs = 1_000;

export function createRecovery({ clock, random, registry, isConnected, ask, startAskingOver, sendBeacon }: Deps): Recovery {
  let isKeepingInDoubt = false;
  /** Questions to suspects that are about to be asked. */
  const cancelQuestions = new Set<Unsubscribe>();
  let cancelRecheck: Unsubscribe | undefined;

  return {
    recheckSoon() {
      cancelRecheck?.();
      cancelRecheck = clock.setTimer(recheck, firstWordMs);
    },
    beginDoubt: () => void (isKeepingInDoubt = true),
    endDoubt() {
      if (!isKeepingInDoubt) return;
      isKeepingInDoubt = false;
      startAskingOver();
      sendBeacon();
      askSuspects();
    },
    // Those may have been heard, left or expired since.
    isDoubtful: () => isKeepingInDoubt && registry.list().some(({ presence }) => presence === 'suspect'),
    close() {
      cancelRecheck?.();
      for (const cancel of cancelQuestions) cancel();
      cancelQuestions.clear();
    },
  };

  /** A peer that left while we did not listen must not be shown until its silence is long enough to be noticed. */
  function recheck(): void {
    const sinceMs = clock.monotonicMs() - firstWordMs + unreadMs;
    const unheard = registry.list().filter((record) => record.lastHeardMonotonicMs < sinceMs);
    askInTurn(
      unheard.map(({ peerId }) => peerId),
      questionSpreadMs / unheard.length,
    );
  }

  function askInTurn([peerId, ...others]: readonly string[], everyMs: number): void {
    // Without an adapter the questions would only be lost; when there is one again all begins anew.
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
