/**
 * Files of transfers on this computer, by the ID of the transfer and the number of the file: no
 * page names a path (rules IMG-12, CHOSEN-20 to CHOSEN-22). Those that arrived are read where they
 * were saved, and those of our own offers where they were chosen.
 */
import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import type { StoredTransfer } from '../../core/transfers/ports.ts';

const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;
/** No pipe makes anyone wait. */
const noWait = (constants.O_NONBLOCK as number | undefined) ?? 0;

type SliceResult = { readonly ok: true; readonly bytes: Uint8Array; readonly sizeBytes: number } | { readonly ok: false };

/**
 * @param isOwn whether the offer is ours
 * @returns undefined for a file in a folder, for one that did not arrive, and for no file
 */
export function pathOfFile({ offer, roots, paths, state }: StoredTransfer, isOwn: boolean, file: number): string | undefined {
  const name = offer.files[file]?.name;
  if (name === undefined || name.includes('/')) return undefined;
  if (isOwn) return roots.find((root) => root.name === name)?.path;
  // Each file or folder at the top has a path, in the order of the offer.
  const tops = [...new Set(offer.files.map((each) => each.name.split('/', 1)[0]))];
  const isWhole = state === 'done' && offer.fileCount === offer.files.length && tops.length === paths.length;
  return isWhole ? paths[tops.indexOf(name)] : undefined;
}

/** The first file or folder that arrived: the folder opens with it selected. */
export function shownPath({ paths, state }: StoredTransfer, isOwn: boolean): string | undefined {
  return state === 'done' && !isOwn ? paths[0] : undefined;
}

/** @param maxBytes of the slice. Never rejects. */
export async function readSlice(path: string, offset: number, maxBytes: number): Promise<SliceResult> {
  try {
    const handle = await open(path, constants.O_RDONLY | noFollow | noWait);
    try {
      const found = await handle.stat();
      if (!found.isFile()) return { ok: false };
      const bytes = Buffer.alloc(Math.max(0, Math.min(maxBytes, found.size - offset)));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
      return { ok: true, bytes: bytes.subarray(0, bytesRead), sizeBytes: found.size };
    } finally {
      await handle.close();
    }
  } catch {
    return { ok: false };
  }
}

/** Writes or replaces the file that the user chose. Never rejects. @returns whether it is whole */
export async function saveCopy(path: string, target: string): Promise<boolean> {
  try {
    await copyFile(path, target);
    return true;
  } catch {
    return false;
  }
}
