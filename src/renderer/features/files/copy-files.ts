/**
 * Gives the host a copy of files of which this page knows no path: those of a browser, and pasted
 * images. In slices, a few at a time, so that a message never waits long for its turn on the link.
 */
import { maxSliceBytes } from '../../../shared/contract/chosen-files.ts';
import { say } from '../../../shared/text/messages/page.ts';
import type { RpcClient } from '../../../shared/rpc/rpc.ts';
import { toBase64 } from './base64.ts';
import type { ChosenFile } from './read-choice.ts';

/** Slices on their way: the link is never idle, and another call waits for half a megabyte at most. */
const slicesAtOnce = 4;

export type Chosen = { readonly ok: true; readonly chosenId: string } | { readonly ok: false; readonly problem: string };

interface Progress {
  readonly signal: AbortSignal;
  /** @param share of all bytes, from 0 to 1 */
  onProgress(share: number): void;
}

/** A failure with a sentence for the user. */
class CopyError extends Error {}

export async function copyFiles(
  client: Pick<RpcClient, 'call'>,
  files: readonly ChosenFile[],
  { signal, onProgress }: Progress,
): Promise<Chosen> {
  const begun = await client.call('beginCopy', {});
  if (!begun.ok) return { ok: false, problem: begun.message };
  const { chosenId } = begun.output;
  const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0);
  let doneBytes = 0;
  try {
    for (const { path, file } of files) {
      const { file: number } = await outputOf(client.call('addToCopy', { chosenId, path: [...path] }));
      await inSlices(file, async (offset, bytes) => {
        signal.throwIfAborted();
        await outputOf(client.call('fillCopy', { chosenId, file: number, offset, data: toBase64(bytes) }));
        doneBytes += bytes.length;
        onProgress(doneBytes / totalBytes);
      });
    }
    signal.throwIfAborted();
    return { ok: true, chosenId };
  } catch (error) {
    void client.call('dropCopy', { chosenId });
    if (signal.aborted) return { ok: false, problem: '' };
    return { ok: false, problem: error instanceof CopyError ? error.message : say('files.not-here') };
  }
}

async function outputOf<Output>(
  answer: Promise<{ readonly ok: true; readonly output: Output } | { readonly ok: false; readonly message: string }>,
): Promise<Output> {
  const result = await answer;
  if (!result.ok) throw new CopyError(result.message);
  return result.output;
}

async function inSlices(file: File, take: (offset: number, bytes: Uint8Array) => Promise<void>): Promise<void> {
  let nextOffset = 0;
  async function takeTurns(): Promise<void> {
    while (nextOffset < file.size) {
      const offset = nextOffset;
      nextOffset += maxSliceBytes;
      const slice = await file.slice(offset, offset + maxSliceBytes).arrayBuffer();
      await take(offset, new Uint8Array(slice));
    }
  }
  await Promise.all(Array.from({ length: slicesAtOnce }, takeTurns));
}
