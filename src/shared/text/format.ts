/**
 * Formats lists, counts and durations in English, the same in the application, the command and the
 * doctor. Pure.
 */

/**
 * `a`, `a and b`, `a, b and c`.
 *
 * @param maxNames items to name; the rest is counted: `a, b and 3 more`
 */
export function formatList(names: readonly string[], maxNames = Infinity): string {
  const shown = names.length > maxNames ? [...names.slice(0, maxNames), `${names.length - maxNames} more`] : names;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** `1 time`, `3 times`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const minuteSeconds = 60;
const hourSeconds = 60 * minuteSeconds;
const daySeconds = 24 * hourSeconds;

/**
 * In the largest unit with at least one: `0.8 s`, `12 s`, `3 min`, `2 h`, `5 d`. Ignores the sign.
 */
export function formatDuration(durationMs: number): string {
  // Rounds to tenths first, so that an hour measured a millisecond short is still an hour.
  const seconds = Math.round(Math.abs(durationMs) / 100) / 10;
  if (seconds < 10) return `${seconds} s`;
  if (seconds < minuteSeconds) return `${Math.floor(seconds)} s`;
  if (seconds < hourSeconds) return `${Math.floor(seconds / minuteSeconds)} min`;
  if (seconds < daySeconds) return `${Math.floor(seconds / hourSeconds)} h`;
  return `${Math.floor(seconds / daySeconds)} d`;
}
