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

/** A closed pipe. Windows has the second as well. */
const readerGoneCodes: ReadonlySet<string> = new Set(['EPIPE', 'EOF']);

export type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** Settles when the reader has the text, or is gone. What failed is up to `watchOutput`. */
export async function print(text: string): Promise<ExitStatus> {
  await write(`${text}
`);
  return exitStatus.done;
}

/** Like `print`, for a part of the output. @returns whether more is of any use */
export function write(text: string): Promise<boolean> {
  return new Promise((resolve) =>
    process.stdout.write(text, (error) => {
      // The event of the error, for `watchOutput`, follows the callback.
      if (error) setImmediate(resolve, false);
      else resolve(true);
    }),
  );
}

/**
 * Records the first failed write (rule AUTO-8). A reader that is gone, as in `hallway peers | head
 * -1`, is no failure, and neither is a terminal that was closed.
 *
 * @returns the system's code of the failure, if there was one so far
 */
export function watchOutput(output: Writable & { readonly isTTY?: boolean }): () => string | undefined {
  let failure: string | undefined;
  output.on('error', (error: Error & { readonly code?: string }) => {
    const code = error.code ?? error.message;
    const isReaderGone = readerGoneCodes.has(code) || (code === 'EIO' && output.isTTY === true);
    if (!isReaderGone) failure ??= code;
  });
  return () => failure;
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
