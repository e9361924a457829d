/**
 * Finds the bytes to change in the pictures of an offer so that they name no place (rules IMG-1 to
 * IMG-4).
 * The bytes are changed on their way, while they are read: the user's file stays as it is, and the
 * hashes of the offer are of the bytes that are sent.
 */
import type { FileHandle } from 'node:fs/promises';
import { applyEdits, type Edit, type ReadAt } from './edit.ts';
import { heifEdits, isHeif } from './heif-place.ts';
import { isJpeg, jpegEdits } from './jpeg-place.ts';
import { isPng, pngEdits } from './png-place.ts';
import { isWebp, webpEdits } from './webp-place.ts';

interface PicturePlaces {
  /**
   * Changes what was read of that file, if its content is a picture.
   *
   * @param file its number in the offer
   * @throws the errors of the system
   */
  clear(file: number, handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void>;
}

/** Pictures whose edits are remembered: those of the chunks that are read at the moment. */
const maxRemembered = 16;
/** Bytes that are read at a time while a file is searched. */
const windowBytes = 65_536;
/** Enough to know the format. Most files are no pictures, so no more of them is read. */
const headBytes = 16;

export function createPicturePlaces(): PicturePlaces {
  /** The one that was used longest ago first. */
  const remembered = new Map<number, Promise<readonly Edit[]>>();

  return {
    async clear(file, handle, bytes, offset) {
      const edits = remembered.get(file) ?? findEdits(handle);
      remembered.delete(file);
      remembered.set(file, edits);
      const [oldest] = remembered.keys();
      if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);
      try {
        applyEdits(await edits, bytes, offset);
      } catch (error) {
        remembered.delete(file);
        throw error;
      }
    },
  };
}

async function findEdits(handle: FileHandle): Promise<readonly Edit[]> {
  // By its content: a name says little about it.
  const head = await readUpTo(handle, 0, headBytes);
  const read = readWindows(handle);
  if (isJpeg(head)) return jpegEdits(read);
  if (isPng(head)) return pngEdits(read);
  if (isHeif(head)) return heifEdits(read);
  return isWebp(head) ? webpEdits(read) : [];
}

/** Headers lie close together, so one read serves many of them. */
function readWindows(handle: FileHandle): ReadAt {
  let start = 0;
  let window: Uint8Array = new Uint8Array(0);
  return async (at, sizeBytes) => {
    if (at < start || at + sizeBytes > start + window.length) {
      start = at;
      window = await readUpTo(handle, at, Math.max(sizeBytes, windowBytes));
    }
    // A copy: the window goes when it moves on.
    return window.slice(at - start, at - start + sizeBytes);
  };
}

async function readUpTo(handle: FileHandle, at: number, sizeBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let filled = 0;
  while (filled < sizeBytes) {
    const { bytesRead } = await handle.read(bytes, filled, sizeBytes - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
