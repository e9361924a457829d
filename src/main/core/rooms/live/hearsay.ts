/**
 * Limits of hearsay: what a peer says about the logs of others (rules ROOM-63 and ROOM-64). It
 * counts what is open per source, and ignores sources that proved wrong. `gaps.ts` decides what is
 * hearsay and what proves it wrong.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock } from '../../ports.ts';

const maxOpenPerSource = 8;
const maxOpen = 64;

/** After the first wrong word; each further one doubles it. */
const firstIgnoreMs = 10 * 60_000;
const maxIgnoreMs = 6 * 3_600_000;

/** Sources that proved wrong. Forgetting the oldest only shortens its next penalty. */
const maxLiars = 256;

export interface Hearsay {
  /** Opens one item of that source. @returns false if it is ignored, or a limit is reached */
  open(source: PeerId): boolean;
  /** Ends an open item of that source. */
  close(source: PeerId): void;
  /** The word of that source proved wrong: it is ignored for a while. */
  punish(source: PeerId): void;
  isIgnored(source: PeerId): boolean;
}

export function createHearsay(clock: Clock): Hearsay {
  const openOf = new Map<PeerId, number>();
  const liars = createLruMap<PeerId, { readonly ignoreMs: number; readonly untilMs: number }>(maxLiars);
  let openInAll = 0;

  function isIgnored(source: PeerId): boolean {
    return (liars.get(source)?.untilMs ?? 0) > clock.monotonicMs();
  }

  return {
    open(source) {
      const open = openOf.get(source) ?? 0;
      if (open >= maxOpenPerSource || openInAll >= maxOpen || isIgnored(source)) return false;
      openOf.set(source, open + 1);
      openInAll += 1;
      return true;
    },
    close(source) {
      const open = openOf.get(source);
      if (open === undefined) return;
      if (open > 1) openOf.set(source, open - 1);
      else openOf.delete(source);
      openInAll -= 1;
    },
    punish(source) {
      // Several items of one lie count once.
      if (isIgnored(source)) return;
      const ignoreMs = Math.min(maxIgnoreMs, (liars.get(source)?.ignoreMs ?? firstIgnoreMs / 2) * 2);
      liars.set(source, { ignoreMs, untilMs: clock.monotonicMs() + ignoreMs });
    },
    isIgnored,
  };
}
