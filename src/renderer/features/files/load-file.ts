/**
 * Reads a file of a transfer from the host, to show or save it. A picture is shown only if its
 * header says that it is within the limit (rule IMG-13).
 */
import { maxReadBytes } from '../../../shared/contract/transferred-files.ts';
import { isWithinPixels, pictureHeadBytes, readPictureHeader } from '../../../shared/lib/picture-header.ts';
import type { RpcClient } from '../../../shared/rpc/rpc.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { fromBase64 } from './base64.ts';

interface FilePlace {
  readonly transferId: string;
  readonly file: number;
}

type Loaded = { readonly ok: true; readonly blob: Blob } | { readonly ok: false; readonly problem: string };

type Client = Pick<RpcClient, 'call'>;

/** Calls on their way at a time. */
const slicesAtOnce = 4;

/** @throws if the signal aborts */
export async function loadFile(client: Client, { transferId, file }: FilePlace, signal: AbortSignal): Promise<Loaded> {
  const first = await client.call('readTransferred', { transferId, file, offset: 0 });
  signal.throwIfAborted();
  if (!first.ok) return { ok: false, problem: first.message };
  const { sizeBytes } = first.output;
  const head = fromBase64(first.output.data);
  if (sizeBytes > maxReadBytes) return { ok: false, problem: say('viewer.too-large') };
  if (sizeBytes <= head.length) return { ok: true, blob: new Blob([head]) };
  return loadRest(client, { transferId, file }, { head, sizeBytes, signal });
}

/** @throws if the signal aborts */
export async function loadPicture(client: Client, place: FilePlace, signal: AbortSignal): Promise<Loaded> {
  const loaded = await loadFile(client, place, signal);
  if (!loaded.ok) return loaded;
  const header = readPictureHeader(new Uint8Array(await loaded.blob.slice(0, pictureHeadBytes).arrayBuffer()));
  signal.throwIfAborted();
  if (header === undefined) return { ok: false, problem: say('viewer.unreadable') };
  if (!isWithinPixels(header)) return { ok: false, problem: say('viewer.too-large') };
  return { ok: true, blob: new Blob([loaded.blob], { type: `image/${header.type}` }) };
}

interface Rest {
  readonly head: Uint8Array<ArrayBuffer>;
  readonly sizeBytes: number;
  readonly signal: AbortSignal;
}

async function loadRest(client: Client, place: FilePlace, { head, sizeBytes, signal }: Rest): Promise<Loaded> {
  const sliceBytes = head.length;
  const slices: Uint8Array<ArrayBuffer>[] = [head];
  const count = Math.ceil(sizeBytes / sliceBytes);
  let next = 1;
  let problem: string | undefined;
  async function takeTurns(): Promise<void> {
    while (next < count && problem === undefined) {
      const index = next;
      next += 1;
      const answer = await client.call('readTransferred', { ...place, offset: index * sliceBytes });
      signal.throwIfAborted();
      if (answer.ok) slices[index] = fromBase64(answer.output.data);
      else problem = answer.message;
    }
  }
  await Promise.all(Array.from({ length: slicesAtOnce }, takeTurns));
  return problem === undefined ? { ok: true, blob: new Blob(slices) } : { ok: false, problem };
}
