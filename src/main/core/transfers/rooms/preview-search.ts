/**
 * Chooses the members that are asked for the small pictures of one offer (rule RFILE-42): the
 * author first, then others in a random order, and after a few of them a pause. Pure but for its
 * own state; times are monotonic milliseconds.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';

export interface PreviewSearch {
  /**
   * @param possible the members that may be asked
   * @returns the member to ask now. It counts as asked
   */
  choose(possible: readonly PeerId[], nowMs: number): PeerId | undefined;
  /** That member came back. */
  heard(peerId: PeerId): void;
  /** Nobody is asked before that time. Then the author is asked again. */
  rest(untilMs: number): void;
  /** When there may be somebody else to ask without any news. Infinity if nothing is planned. */
  nextMs(): number;
}

/** Members that are asked before a pause. */
export const maxTried = 8;
/** A pause doubles up to the second: members that were asked rarely get the pictures later. */
const firstPauseMs = 60_000;
const maxPauseMs = 3_600_000;

export function createPreviewSearch(author: PeerId, fraction: () => number): PreviewSearch {
  /** Since the last pause. */
  const tried = new Set<PeerId>();
  /** Somebody who came back. */
  let recent: PeerId | undefined;
  let restUntilMs = -Infinity;
  /** Of a pause, while there is one. */
  let pausedUntilMs = Infinity;
  let pauseMs = firstPauseMs;

  return {
    choose(possible, nowMs) {
      if (restUntilMs > nowMs) return undefined;
      if (pausedUntilMs <= nowMs) startAnew();
      const chosen = pick(possible.filter((peerId) => !tried.has(peerId)));
      if (chosen !== undefined) tried.add(chosen);
      else if (pausedUntilMs === Infinity) {
        pausedUntilMs = nowMs + pauseMs;
        pauseMs = Math.min(maxPauseMs, 2 * pauseMs);
      }
      return chosen;
    },
    heard(peerId) {
      tried.delete(peerId);
      recent = peerId;
      if (peerId !== author) return;
      startAnew();
      restUntilMs = -Infinity;
      pauseMs = firstPauseMs;
    },
    rest(untilMs) {
      restUntilMs = untilMs;
      pausedUntilMs = untilMs;
    },
    nextMs: () => pausedUntilMs,
  };

  function startAnew(): void {
    tried.clear();
    pausedUntilMs = Infinity;
  }

  /** Beyond the limit only the author, and somebody who came back. */
  function pick(open: readonly PeerId[]): PeerId | undefined {
    if (open.includes(author)) return author;
    if (recent !== undefined && open.includes(recent)) {
      const chosen = recent;
      recent = undefined;
      return chosen;
    }
    return tried.size < maxTried ? open[Math.floor(fraction() * open.length)] : undefined;
  }
}
