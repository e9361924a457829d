/**
 * Fetches the chunks of a transfer that its sink misses (rules XFER-6 and XFER-7), and writes each
 * one that has the hash of the description.
 */
import { areBytesEqual } from '../../lib/bytes.ts';
import type { Description } from '../description.ts';
import type { FetchEnd, Handled } from './fetch-part.ts';
import { createChunkLayout } from '../layout.ts';
import type { TransferOptions } from '../options.ts';
import { hashBytes, type RunningHash, type TransferSink } from '../ports.ts';
import { damaged, outcomeOf, type PullParts } from './pull-parts.ts';

export async function pullContent(
  { disk, transfer, fetch, onProgress }: PullParts,
  { files, chunkHashes }: Description,
  sink: TransferSink,
  options: TransferOptions,
): Promise<FetchEnd> {
  const layout = createChunkLayout(files);
  const here = new Set<number>();
  for (let chunk = 0; chunk < layout.chunkCount; chunk += 1) if (hasBit(sink.have, chunk)) here.add(chunk);
  let doneBytes = 0;
  for (const chunk of here) doneBytes += layout.sizeOf(chunk);
  onProgress(doneBytes);
  const free = await disk.freeBytes(transfer.directory);
  if (free !== undefined && free < layout.totalBytes - doneBytes) return { type: 'waiting', code: 'disk-full' };
  let damagedChunks = 0;
  return fetch({ ...layout, part: 'content', isHere: (chunk) => here.has(chunk), onChunk: keep });

  async function keep(chunk: number, bytes: Uint8Array, hash: RunningHash): Promise<Handled> {
    if (!areBytesEqual(hash.digest(), chunkHashes.subarray(chunk * hashBytes, (chunk + 1) * hashBytes))) {
      damagedChunks += 1;
      return damagedChunks < options.maxDamagedChunks ? 'again' : damaged;
    }
    const written = await sink.writeChunk(chunk, bytes);
    if (!written.ok) return outcomeOf(written.code);
    doneBytes += bytes.length;
    onProgress(doneBytes);
    return 'kept';
  }
}

function hasBit(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
