/**
 * Writes messages to a file for people and programs: JSON with everything known, or plain text.
 * Only a few messages are in memory at a time. The file is readable by its owner only, and appears
 * only when it is complete (STORE-13).
 */
import { randomBytes } from 'node:crypto';
import { readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { StoredMessage } from '../../../core/messaging/ports.ts';
import { createMessageLine, oneLine, type LineTexts } from '../../../../shared/text/message-line.ts';
import { errorCode, openNewFile } from '../atomic-file.ts';

/** Everything known about a message. */
export type ExportedMessage = Omit<StoredMessage, 'position' | 'cursor' | 'conversation'> & {
  /** PEERID or `#room`: see `shortNameOf`. */
  readonly conversation: string;
  /** The contact's name now. */
  readonly conversationName?: string;
};

export type ExportFormat = 'json' | 'text';

export type ExportResult =
  | { readonly ok: true; readonly count: number }
  /** `code`: the system's, such as `ENOSPC`, or `notFile`. The incomplete file is removed. */
  | { readonly ok: false; readonly code: string };

/** Of the unfinished file's name: enough that no other user guesses it. */
const suffixSizeBytes = 8;

/** Characters collected before they are written: a few hundred messages. */
const chunkLength = 65_536;

/**
 * @param path an existing file is replaced; a link is followed; anything else is refused (`notFile`)
 * @throws the error of `messages`, after the incomplete file is removed
 */
export async function exportHistory(
  path: string,
  messages: Iterable<ExportedMessage> | AsyncIterable<ExportedMessage>,
  format: ExportFormat,
  options: FormatOptions,
): Promise<ExportResult> {
  let unfinished: string | undefined;
  try {
    const target = await followLink(path);
    if (!(await mayReplace(target))) return { ok: false, code: 'notFile' };
    // Others may write in the folder, so they must not know the name before.
    const fresh = `${target}.${randomBytes(suffixSizeBytes).toString('hex')}.unfinished`;
    const file = await openNewFile(fresh);
    unfinished = fresh;
    let count = 0;
    try {
      for await (const chunk of formatHistory(counted(), format, options)) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, target);
    return { ok: true, count };

    async function* counted(): AsyncGenerator<ExportedMessage> {
      for await (const message of messages) {
        count += 1;
        yield message;
      }
    }
  } catch (error) {
    if (unfinished !== undefined) await rm(unfinished, { force: true }).catch(() => undefined);
    if (error instanceof Error && 'syscall' in error) return { ok: false, code: errorCode(error) };
    throw error;
  }
}

/** @returns the path that the last link leads to, which may be of a file that does not exist */
async function followLink(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    const target = await readlink(path).catch(() => undefined);
    return target === undefined ? path : followLink(resolve(dirname(path), target));
  }
}

/** Whether there is a plain file, or nothing. A device would be replaced by a file. */
async function mayReplace(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true;
    throw error;
  }
}

export interface FormatOptions {
  readonly texts: LineTexts;
  /** For the times in plain text. Absent means the computer's. */
  readonly timeZone?: string;
}

/** @returns the text piece by piece */
export async function* formatHistory(
  messages: Iterable<ExportedMessage> | AsyncIterable<ExportedMessage>,
  format: ExportFormat,
  options: FormatOptions,
): AsyncGenerator<string> {
  const { head, write, tail } = format === 'json' ? jsonFormat : textFormat(options);
  let count = 0;
  let chunk = head;
  for await (const message of messages) {
    chunk += write(message, count);
    count += 1;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk + tail;
}

interface Format {
  readonly head: string;
  write(message: ExportedMessage, index: number): string;
  readonly tail: string;
}

const jsonFormat: Format = {
  head: '[',
  write(message, index) {
    const { messageId, conversation, conversationName, from, fromName, sequence, text, sentAtMs, receivedAtMs, state } = message;
    const fields = { messageId, conversation, conversationName, from, fromName, sequence, text, sentAtMs, receivedAtMs, state };
    return `${index === 0 ? '\n' : ',\n'}${JSON.stringify(fields)}`;
  },
  tail: '\n]\n',
};

/** A heading for each conversation, then a line for each message. */
function textFormat(options: FormatOptions): Format {
  const lineOf = createMessageLine(options);
  let conversation: string | undefined;
  return {
    head: '',
    write(message) {
      const isOther = message.conversation !== conversation;
      const called = message.conversationName === undefined ? '' : `${oneLine(message.conversationName)} `;
      const heading = isOther ? `${conversation === undefined ? '' : '\n'}== ${called}${oneLine(message.conversation)} ==\n` : '';
      conversation = message.conversation;
      return `${heading}${lineOf(message, message.fromName)}\n`;
    },
    tail: '',
  };
}
