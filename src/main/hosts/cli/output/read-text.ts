/** Reads a message from standard input: `hallway send PEER -`. */
import type { Readable } from 'node:stream';
import { maxMessageBytes } from '../../../../shared/contract/messages.ts';

export type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** @returns the text without the line feed at its end. What is too long is not read to its end */
export async function readText(input: Readable): Promise<ReadText> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const bytes of input) {
    parts.push(bytes as Uint8Array);
    sizeBytes += (bytes as Uint8Array).length;
    if (sizeBytes > maxMessageBytes + 1) return { ok: false, message: `A message may have at most ${maxMessageBytes} bytes.` };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
    return { ok: true, text: text.replace(/\r?\n$/, '') };
  } catch {
    return { ok: false, message: 'Standard input is not UTF-8 text.' };
  }
}
