/** How much room a message has left, and how that is said. Pure. */
import { say } from '../../../shared/text/messages/page.ts';
import { maxMessageBytes } from '../../../shared/contract/messages.ts';

/** From here on the counter is shown: nobody who writes a few lines needs it. */
const countBelowBytes = 1_024;

const encoder = new TextEncoder();

export function bytesLeft(text: string): number {
  return maxMessageBytes - encoder.encode(text).length;
}

/** @returns nothing as long as there is room enough */
export function roomWords(left: number): string | undefined {
  if (left > countBelowBytes) return undefined;
  if (left >= 0) return say('compose.bytes-left', { count: left });
  return say('compose.too-long', { count: -left });
}
