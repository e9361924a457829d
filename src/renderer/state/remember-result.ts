/** Memoises the result of a selector, so that a component renders only when its value changed. */

/**
 * Runs `compute` only when one of the first `keyCount` arguments changed. Returns the earlier array
 * if the new one has the same content.
 */
export function rememberResult<Arguments extends readonly unknown[], Result>(
  compute: (...from: Arguments) => Result,
  keyCount = Number.POSITIVE_INFINITY,
): (...from: Arguments) => Result {
  let last: { readonly from: Arguments; readonly result: Result } | undefined;
  return (...from) => {
    if (last !== undefined && sameArray(last.from.slice(0, keyCount), from.slice(0, keyCount))) return last.result;
    const result = compute(...from);
    const earlier = last?.result;
    const same = Array.isArray(earlier) && Array.isArray(result) && sameArray(earlier, result);
    last = { from, result: same && earlier !== undefined ? earlier : result };
    return last.result;
  };
}

/**
 * Computes a value of each key, and keeps those of the keys of the last call. So a list whose
 * entries are texts stays comparable by identity, however often it is built.
 */
export function rememberEach<Key, Value>(compute: (key: Key) => Value): (keys: readonly Key[]) => readonly Value[] {
  let known: ReadonlyMap<Key, Value> = new Map();
  return (keys) => {
    const used = new Map<Key, Value>();
    const values = keys.map((key) => {
      const value = known.get(key) ?? compute(key);
      used.set(key, value);
      return value;
    });
    known = used;
    return values;
  };
}

function sameArray(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
}
