/** The limit of a query, the same in both stores. */

/** More rows than there can be in memory. */
const maxRows = 2 ** 31 - 1;

/**
 * @param limit how many rows the caller wants; any number
 * @returns a whole number from 0, because SQL takes a negative limit for none
 */
export function toRowLimit(limit: number): number {
  return Number.isNaN(limit) ? 0 : Math.min(Math.max(Math.trunc(limit), 0), maxRows);
}
