/** Counts the bytes left for a message, and describes them. Pure. */
import { say } from '../../../shared/text/messages/page.ts';
import { maxMessageBytes } from '../../../shared/contract/messages.ts';

/** The counter appears from here on; a few lines never need it. */
const countBelowBytes = 1_024;

const encoder = new TextEncoder();

export function bytesLeft(text: string): number {
  return maxMessageBytes - encoder.encode(text).length;
}

/** @returns `undefined` while there is enough room */
export function roomWords(left: number): string | undefined {
  if (left > countBelowBytes) return undefined;
  if (left >= 0) return say('compose.bytes-left', { count: left });
  return say('compose.too-long', { count: -left });
}
