/** A map with a limit: setting one entry too many drops the one that was set longest ago. Pure. */

export interface LruMap<Key, Value> {
  readonly size: number;
  has(key: Key): boolean;
  /** Does not count as use. Set the entry again to make it the newest. */
  get(key: Key): Value | undefined;
  /** Sets an entry and makes it the newest. @returns the value that was dropped, if any */
  set(key: Key, value: Value): Value | undefined;
  delete(key: Key): void;
  clear(): void;
  /** The oldest first. */
  values(): Iterable<Value>;
}

/** @param maxSize number of entries, at least 1 */
export function createLruMap<Key, Value>(maxSize: number): LruMap<Key, Value> {
  const entries = new Map<Key, Value>();
  return {
    get size() {
      return entries.size;
    },
    has: (key) => entries.has(key),
    get: (key) => entries.get(key),
    set(key, value) {
      // Deleted first, so that the entry becomes the newest.
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
