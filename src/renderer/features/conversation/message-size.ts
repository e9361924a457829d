/** How much room a message has left, and how that is said. Pure. */
import { maxMessageBytes } from '../../../shared/contract/messages.ts';

/** From here on the counter is shown: nobody who writes a few lines needs it. */
const countBelowBytes = 1_024;

const encoder = new TextEncoder();
const bytes = new Intl.NumberFormat(undefined);

export function bytesLeft(text: string): number {
  return maxMessageBytes - encoder.encode(text).length;
}

/** @returns nothing as long as there is room enough */
export function roomWords(left: number): string | undefined {
  if (left > countBelowBytes) return undefined;
  if (left >= 0) return `${bytes.format(left)} bytes left`;
  return `${bytes.format(-left)} bytes too long. Shorten it or send it in parts.`;
}
