/**
 * Chooses the references of our next block (rule ROOM-65): the newest messages of others that we
 * have. They show other receivers what they lost, and give the order of causes. Pure but for its
 * list. `gaps.ts` reads the references of others.
 */
import type { Clock } from '../../ports.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Reference, SignedBlock } from '../wire/block.ts';
import { shortTag } from './ranges.ts';

const maxReferences = 4;

/** An older message is settled: naming it shows nobody a loss. */
const maxAgeMs = 2_000;

/** Logs that are remembered; only the newest four are ever needed. */
const maxLogs = 16;

export interface References {
  /** A block of another author is kept here. */
  heard(block: Pick<SignedBlock, 'tag' | 'last'>): void;
  /** @returns at most four, one per log, the newest arrival first */
  newest(): readonly Reference[];
}

export function createReferences(clock: Clock): References {
  const logs = createLruMap<string, Reference & { readonly atMs: number }>(maxLogs);
  return {
    heard({ tag, last }) {
      const log = shortTag(tag);
      // A repair of an older message is no news of that log.
      if ((logs.get(log)?.number ?? 0) >= last) return;
      logs.set(log, { tag: log, number: last, atMs: clock.monotonicMs() });
    },
    newest() {
      const sinceMs = clock.monotonicMs() - maxAgeMs;
      return [...logs.values()]
        .filter(({ atMs }) => atMs >= sinceMs)
        .slice(-maxReferences)
        .reverse()
        .map(({ tag, number }) => ({ tag, number }));
    },
  };
}
