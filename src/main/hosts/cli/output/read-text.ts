/** Reads a message from standard input: `hallway send PEER -`. */
import type { Readable } from 'node:stream';
import { say } from '../../../../shared/text/messages/host.ts';
import { maxMessageBytes } from '../../../../shared/contract/messages.ts';

export type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** @returns the text without the line feed at its end. What is too long is not read to its end */
export async function readText(input: Readable): Promise<ReadText> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const bytes of input) {
    parts.push(bytes as Uint8Array);
    sizeBytes += (bytes as Uint8Array).length;
    if (sizeBytes > maxMessageBytes + 1) return { ok: false, message: say('cli.text-too-long', { limit: maxMessageBytes }) };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
    return { ok: true, text: text.replace(/\r?\n$/, '') };
  } catch {
    return { ok: false, message: say('cli.not-utf8') };
  }
}
