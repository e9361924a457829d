/** A map that holds at most so many entries: when one more is set, the one that was set longest ago goes. Pure. */

export interface LruMap<Key, Value> {
  readonly size: number;
  has(key: Key): boolean;
  /** Does not count as use: whoever wants that sets the entry again. */
  get(key: Key): Value | undefined;
  /** Makes it the newest entry. @returns the value that had to go for it */
  set(key: Key, value: Value): Value | undefined;
  delete(key: Key): void;
  clear(): void;
  /** The oldest first. */
  values(): Iterable<Value>;
}

/** @param maxSize entries, at least 1 */
export function createLruMap<Key, Value>(maxSize: number): LruMap<Key, Value> {
  const entries = new Map<Key, Value>();
  return {
    get size() {
      return entries.size;
    },
    has: (key) => entries.has(key),
    get: (key) => entries.get(key),
    set(key, value) {
      // Deleted first, so that the order is that of the last use.
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= maxSize) return undefined;
      const [oldest] = entries;
      if (oldest === undefined) return undefined;
      entries.delete(oldest[0]);
      return oldest[1];
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
    values: () => entries.values(),
  };
}
