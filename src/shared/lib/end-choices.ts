/** Times at which a busy status or a pause of notifications may end. Pure. */

export const endChoices = ['hour', 'full-hour', 'tomorrow'] as const;
export type EndChoice = (typeof endChoices)[number];

const hourMs = 60 * 60_000;
/** A nearer full hour would hardly be worth choosing. */
const leastMs = 30 * 60_000;
/** When people come back the next morning, on their own clock. */
const morningHour = 9;

/** @returns milliseconds since 1970 */
export function endOf(choice: EndChoice, nowMs: number): number {
  const now = new Date(nowMs);
  switch (choice) {
    case 'hour':
      return nowMs + hourMs;
    case 'full-hour': {
      const next = new Date(nowMs);
      next.setMinutes(60, 0, 0);
      return next.getTime() - nowMs < leastMs ? next.getTime() + hourMs : next.getTime();
    }
    case 'tomorrow':
      return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, morningHour).getTime();
  }
}
