/** How the network doctor lists and counts. Pure. */

/** More names than this are counted rather than listed: a finding must stay a sentence. */
const maxListed = 5;

/** `a`, `a and b`, `a, b and c`; of many the first few and how many more. */
export function listed(names: readonly string[]): string {
  const shown = names.length > maxListed ? [...names.slice(0, maxListed), `${names.length - maxListed} more`] : names;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** `1 time`, `3 times`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A duration for people: `0.8 s`, `12 s`, `3 min`, `2 h`. */
export function durationText(durationMs: number): string {
  const seconds = Math.abs(durationMs) / 1_000;
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
