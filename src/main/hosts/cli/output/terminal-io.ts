/**
 * The standard streams of a command: results on standard output, complaints on standard error, an
 * exit status, a text from standard input, and a question to the user.
 */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { maxMessageBytes } from '../../../../shared/contract/messages.ts';
import { say } from '../../../../shared/text/messages/host.ts';

export const exitStatus = { done: 0, failed: 1, misunderstood: 2 } as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

export type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** Settles when the reader has the text, or is gone. */
export async function print(text: string): Promise<ExitStatus> {
  await write(`${text}\n`);
  return exitStatus.done;
}

/** Like `print`, for a part of the output. */
export function write(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}

export function complain(status: ExitStatus, message: string): ExitStatus {
  process.stderr.write(`${message}\n`);
  return status;
}

/**
 * Reads a message from standard input, for `hallway send PEER -`. It stops reading at the size
 * limit.
 *
 * @returns the text without its last line feed
 */
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

/**
 * Asks the user to confirm something that cannot be undone.
 *
 * @returns whether the answer was yes; the end of the input, Ctrl+C and any other answer mean no
 */
export function confirm(
  question: string,
  { input, output }: { readonly input: Readable; readonly output: Writable },
): Promise<boolean> {
  const reader = createInterface({ input, output });
  return new Promise((resolve) => {
    reader.on('close', () => resolve(false));
    reader.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      reader.close();
    });
  });
}
