/** The facts in an offer: lists the files, and hashes each chunk once (rules DISK-10, DISK-11). */
import { chunkBytes, createChunkLayout } from '../../core/transfers/layout.ts';
import {
  hashBytes,
  type Described,
  type DescribeFailure,
  type DiskFailure,
  type SourceFiles,
} from '../../core/transfers/ports.ts';
import type { Log } from '../../core/ports.ts';
import { errorCode } from '../storage/atomic-file.ts';
import { sha256 } from './sha256.ts';
import { createSource } from './source.ts';
import { walk, WalkError } from './walk.ts';

/** Chunks that are read and hashed at once; each takes its size in memory. */
const maxChunksAtOnce = 4;

const codes = new Map<string, DescribeFailure>([
  ['ENOENT', 'not-found'],
  ['ENOTDIR', 'not-found'],
  ['ELOOP', 'not-found'],
  ['EACCES', 'no-access'],
  ['EPERM', 'no-access'],
  ['ENAMETOOLONG', 'bad-name'],
]);

export async function describeFiles(
  paths: readonly string[],
  signal: AbortSignal,
  log: Log,
  { removesPlace = false }: Pick<SourceFiles, 'removesPlace'> = {},
): Promise<({ readonly ok: true } & Described) | DiskFailure<DescribeFailure>> {
  try {
    signal.throwIfAborted();
    const { roots, files, leftOut } = await walk(paths, signal);
    if (leftOut > 0) log.write('info', 'left out of an offer: links, devices, sockets and pipes', { count: leftOut });
    const chunkHashes = await hashChunks({ roots, files, removesPlace }, signal);
    return { ok: true, roots, files, chunkHashes };
  } catch (error) {
    if (signal.aborted) return { ok: false, code: 'aborted' };
    if (error instanceof WalkError) return { ok: false, code: error.failure, path: error.path };
    const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? { path: error.path } : {};
    return { ok: false, code: codes.get(errorCode(error)) ?? 'unreadable', ...path };
  }
}

async function hashChunks(described: SourceFiles, signal: AbortSignal): Promise<Uint8Array> {
  const { chunkCount } = createChunkLayout(described.files);
  const source = createSource(described);
  const hashes = new Uint8Array(chunkCount * hashBytes);
  let next = 0;
  async function hashSome(): Promise<void> {
    const memory = new Uint8Array(chunkBytes);
    while (next < chunkCount) {
      signal.throwIfAborted();
      const chunk = next;
      next += 1;
      const read = await source.readChunk(chunk, memory);
      if (!read.ok) {
        next = chunkCount;
        // It was there a moment ago.
        throw new WalkError(read.code === 'vanished' ? 'changed' : read.code, read.path ?? '');
      }
      hashes.set(await sha256(read.bytes), chunk * hashBytes);
    }
  }
  try {
    await Promise.all(Array.from({ length: maxChunksAtOnce }, hashSome));
  } finally {
    await source.close();
  }
  return hashes;
}
