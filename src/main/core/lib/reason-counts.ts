/**
 * Counts events by reason, for the diagnostics. A peer may choose a reason, so the number of
 * reasons is bounded: further ones count as `other`.
 */

/** More than this version has. Each costs some 100 bytes. */
const maxReasons = 64;

export interface ReasonCounts {
  add(reason: string): void;
  read(): Readonly<Record<string, number>>;
}

export function createReasonCounts(): ReasonCounts {
  const counts = new Map<string, number>();
  return {
    add(reason) {
      const key = counts.has(reason) || counts.size < maxReasons ? reason : 'other';
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    read: () => Object.fromEntries(counts),
  };
}
