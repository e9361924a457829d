/**
 * Random waits before an ask (rule ROOM-67), so that of many peers with the same loss one or two
 * ask. Pure. `rounds.ts` uses them.
 */

/**
 * A wait whose distribution grows exponentially toward `maxMs` (RFC 5401, section 5.2): in a group
 * few draw a short wait, and their ask is repaired before the others ask.
 *
 * @param fraction chance in [0, 1)
 * @param maxMs T, the longest wait
 * @param groupSize G, the number of peers that may have lost the same message; at least 1
 * @returns milliseconds in [0, maxMs]
 */
export function randomBackoffMs(fraction: number, maxMs: number, groupSize: number): number {
  const lambda = Math.log(Math.max(1, groupSize)) + 1;
  const scale = maxMs / lambda;
  const x = (fraction * lambda) / maxMs + lambda / (maxMs * Math.expm1(lambda));
  return Math.min(maxMs, Math.max(0, scale * Math.log(x * Math.expm1(lambda) * scale)));
}
