/**
 * Lists the files that a user chose, folders with all that is in them (rules DISK-10, DISK-11). A
 * link that the user chose is followed. Links inside a folder are left out, and so is all that is
 * neither a file nor a folder; the log says how many.
 */
import { opendir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { maxFiles, maxOfferBytes } from '../../../shared/contract/transfers.ts';
import { createUniqueNames } from '../../../shared/lib/file-names.ts';
import { compareManifestPaths, isManifestPath } from '../../core/transfers/manifest-paths.ts';
import type { DescribeFailure, ManifestFile, SourceRoot } from '../../core/transfers/ports.ts';
import { errorCode } from '../storage/atomic-file.ts';
import { forEachOf } from './at-once.ts';
import { DiskError } from './disk-failures.ts';

export interface Walked {
  readonly roots: readonly SourceRoot[];
  /** Ordered by `compareManifestPaths`. */
  readonly files: readonly ManifestFile[];
  readonly leftOut: number;
}

/** All that a walk looks at: a tree of links or of empty folders ends too. */
const maxEntries = 1_000_000;
/** Entries of a folder that are read in one go. */
const entriesAtOnce = 256;
/** The decoder writes it in place of bytes that are no text. */
const noText = '\ufffd';
/** Of a whole drive. */
const nameOfDrive = 'files';

/** A failure with the path that it is about. */
export class WalkError extends DiskError<DescribeFailure> {
  readonly path: string;
  constructor(failure: DescribeFailure, path: string) {
    super(failure);
    this.path = path;
  }
}

/** @throws WalkErrors, and the errors of the system with the path in them */
export async function walk(paths: readonly string[], signal: AbortSignal): Promise<Walked> {
  const roots: SourceRoot[] = [];
  const files: ManifestFile[] = [];
  const unique = createUniqueNames((name) => name);
  let entries = 0;
  let leftOut = 0;
  let totalBytes = 0;

  for (const given of paths) {
    const path = resolve(given);
    const name = unique(basename(path) || nameOfDrive);
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw new WalkError('not-a-file', path);
    roots.push({ name, path });
    if (found.isFile()) add([name], path, found);
    else await walkFolder([name], path);
  }
  if (files.length === 0) throw new WalkError('empty', paths[0] ?? '');
  return { roots, files: files.sort((a, b) => compareManifestPaths(a.path, b.path)), leftOut };

  function add(path: readonly string[], plainPath: string, { size, mtimeMs }: { size: number; mtimeMs: number }): void {
    if (!isManifestPath(path) || path.some((segment) => segment.includes(noText))) throw new WalkError('bad-name', plainPath);
    totalBytes += size;
    if (totalBytes > maxOfferBytes) throw new WalkError('too-large', plainPath);
    if (files.length === maxFiles) throw new WalkError('too-many-files', plainPath);
    files.push({ path, sizeBytes: size, modifiedMs: wholeMs(mtimeMs) });
  }

  async function walkFolder(path: readonly string[], plainPath: string): Promise<void> {
    if (!isManifestPath(path)) throw new WalkError('bad-name', plainPath);
    const folders: string[] = [];
    const names: string[] = [];
    for await (const entry of await opendir(plainPath, { bufferSize: entriesAtOnce })) {
      signal.throwIfAborted();
      entries += 1;
      if (entries > maxEntries) throw new WalkError('too-many-files', plainPath);
      if (entry.isFile()) names.push(entry.name);
      else if (entry.isDirectory()) folders.push(entry.name);
      else leftOut += 1;
      if (names.length > maxFiles) throw new WalkError('too-many-files', plainPath);
    }
    await forEachOf(names, async (name) => {
      signal.throwIfAborted();
      const inside = join(plainPath, name);
      add([...path, name], inside, await statFile(inside, name));
    });
    for (const folder of folders) await walkFolder([...path, folder], join(plainPath, folder));
  }
}

/** The time of a file as a manifest has it. */
export function wholeMs(mtimeMs: number): number {
  return Math.max(0, Math.floor(mtimeMs));
}

async function statFile(path: string, name: string): Promise<{ size: number; mtimeMs: number }> {
  try {
    return await stat(path);
  } catch (error) {
    // A name that is no text cannot be opened under the text that stands for it.
    if (errorCode(error) === 'ENOENT') throw new WalkError(name.includes(noText) ? 'bad-name' : 'changed', path);
    throw error;
  }
}
