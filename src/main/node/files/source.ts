/**
 * Reads the files of an offer (rules DISK-10, DISK-12). A chunk may end in one file and begin in
 * another. A file must be as it was offered, when it is opened and after it was read. No file stays
 * open between two chunks, so nothing keeps its owner from changing or removing it.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createChunkLayout, type ChunkPart } from '../../core/transfers/layout.ts';
import { isManifestPath } from '../../core/transfers/manifest-paths.ts';
import type { ReadFailure, SourceFiles, TransferSource } from '../../core/transfers/ports.ts';
import { forEachOf } from './at-once.ts';
import { DiskError, readFailure } from './disk-failures.ts';
import { toRead, toReadChosen } from './open-flags.ts';
import { createPicturePlaces } from './pictures/picture-places.ts';
import { wholeMs } from './walk.ts';

export function createSource({ roots, files, removesPlace = false }: SourceFiles): TransferSource {
  const layout = createChunkLayout(files);
  const rootPaths = new Map(roots.map(({ name, path }) => [name, path]));
  /** By file, from its first read on: another file in its place is noticed even if it looks alike. */
  const identities = new Map<number, string>();
  const running = new Set<Promise<unknown>>();
  const places = removesPlace ? createPicturePlaces() : undefined;

  async function readPart({ file, offset, at, sizeBytes }: ChunkPart, chunk: Uint8Array): Promise<void> {
    const path = pathOf(file);
    if (path === undefined) throw new DiskError<ReadFailure>('vanished');
    const handle = await open(path, files[file]?.path.length === 1 ? toReadChosen : toRead);
    const bytes = chunk.subarray(at, at + sizeBytes);
    try {
      // After the read: a change during it shows as well.
      if (!(await readAll(handle, bytes, offset))) throw new DiskError<ReadFailure>('changed');
      await places?.clear(file, handle, bytes, offset);
      await checkUnchanged(handle, file);
    } finally {
      await handle.close();
    }
  }

  async function checkUnchanged(handle: FileHandle, file: number): Promise<void> {
    const found = await handle.stat();
    const identity = `${found.dev}:${found.ino}`;
    const { sizeBytes, modifiedMs } = files[file] ?? { sizeBytes: -1, modifiedMs: -1 };
    const isSame = found.isFile() && found.size === sizeBytes && wholeMs(found.mtimeMs) === modifiedMs;
    if (!isSame || (identities.get(file) ?? identity) !== identity) throw new DiskError<ReadFailure>('changed');
    identities.set(file, identity);
  }

  function pathOf(file: number): string | undefined {
    const path = files[file]?.path ?? [];
    const root = rootPaths.get(path[0] ?? '');
    return root !== undefined && isManifestPath(path) ? join(root, ...path.slice(1)) : undefined;
  }

  async function read(chunk: number, memory: Uint8Array | undefined): ReturnType<TransferSource['readChunk']> {
    if (!(chunk >= 0 && chunk < layout.chunkCount)) return { ok: false, code: 'changed' };
    const size = layout.sizeOf(chunk);
    const bytes = memory ? memory.subarray(0, size) : Buffer.allocUnsafeSlow(size);
    let path = '';
    try {
      await forEachOf(layout.partsOf(chunk), async (part) => {
        try {
          await readPart(part, bytes);
        } catch (error) {
          path = pathOf(part.file) ?? '';
          throw error;
        }
      });
      return { ok: true, bytes };
    } catch (error) {
      return readFailure(error, path);
    }
  }

  return {
    async readChunk(chunk, memory) {
      const reading = read(chunk, memory);
      running.add(reading);
      const result = await reading;
      running.delete(reading);
      return result;
    },
    async close() {
      await Promise.all(running);
    },
  };
}

/** @returns false if the file ends before */
async function readAll(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<boolean> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) return false;
    filled += bytesRead;
  }
  return true;
}
