/** Counts the bytes left for a message, and describes them. Pure. */
import { say } from '../../../shared/text/messages/page.ts';
import { maxMessageBytes } from '../../../shared/contract/messages.ts';

/** The counter appears from here on; a few lines never need it. */
const countBelowBytes = 1_024;

/** Steps to read out: a number at every key would drown the text that the user types. */
const spokenBelowBytes = [100, 500, 1_000] as const;

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

/** @returns the words for a screen reader, which change at a few limits only */
export function spokenRoomWords(left: number): string {
  if (left < 0) return say('compose.too-long.spoken');
  const step = spokenBelowBytes.find((limit) => left < limit);
  return step === undefined ? '' : say('compose.bytes-left.spoken', { count: step });
}
