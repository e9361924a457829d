/**
 * Copies of files that a page gave us, because a browser tells no paths: in `outgoing` of the
 * profile, a folder for each choice. They go when their transfer has ended, and those that nobody
 * offers when Hallway starts. Rules CHOSEN-2 to CHOSEN-5.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { errorCode } from '../storage/atomic-file.ts';
import { createQueue } from './at-once.ts';
import { writeAll } from './write-all.ts';

/** Copies that were begun and not sent, at a time. */
export const maxOpenCopies = 16;
/** Files in a copy: as many as the page lists. */
export const maxCopiedFiles = 100_000;

export type CopyResult<Content = object> = ({ readonly ok: true } & Content) | { readonly ok: false; readonly code: string };

export interface TakenCopy {
  /** The files and folders at its top. */
  readonly paths: readonly string[];
  /** Deletes it: nobody gets it. Never rejects. */
  drop(): Promise<void>;
}

export interface FileCopies {
  begin(): Promise<CopyResult<{ readonly chosenId: string }>>;
  /** Adds an empty file. @param path the folders around it, and its name */
  add(chosenId: string, path: readonly string[]): Promise<CopyResult<{ readonly file: number }>>;
  /** Writes at that place of the file that was added last. */
  fill(chosenId: string, file: number, offset: number, bytes: Uint8Array): Promise<CopyResult>;
  /** Once. @returns undefined if there is no such copy, or it could not be kept */
  take(chosenId: string): Promise<TakenCopy | undefined>;
  /** Deletes a copy that was not taken. Never rejects. */
  drop(chosenId: string): Promise<void>;
  /** Deletes the copy around that path, if it is one of ours. */
  dropAround(path: string): Promise<void>;
  /** At the start: deletes all but those around these paths. */
  dropOthers(inUse: readonly string[]): Promise<void>;
}

interface Copy {
  readonly folder: string;
  /** One step after another: nothing is added to a copy that is being deleted. */
  readonly enqueue: ReturnType<typeof createQueue>;
  count: number;
  /** The file that is being filled: pages fill one after the other. */
  current: { readonly number: number; readonly handle: FileHandle } | undefined;
}

/** For the owner alone. */
const folderMode = 0o700;
const fileMode = 0o600;

const notChosen = { ok: false, code: 'not-chosen' } as const;

/** @param directory of the profile */
export function createFileCopies(directory: string): FileCopies {
  const root = join(directory, 'outgoing');
  const copies = new Map<string, Copy>();

  async function close(copy: Copy): Promise<void> {
    const { current } = copy;
    copy.current = undefined;
    await current?.handle.close();
  }

  async function addTo(copy: Copy, place: string): Promise<CopyResult<{ readonly file: number }>> {
    if (copy.count >= maxCopiedFiles) return { ok: false, code: 'too-many-files' };
    return attempt(async () => {
      await close(copy);
      await mkdir(dirname(place), { recursive: true, mode: folderMode });
      const handle = await open(place, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, fileMode);
      copy.count += 1;
      copy.current = { number: copy.count, handle };
      return { file: copy.count };
    });
  }

  async function remove(name: string): Promise<void> {
    await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
  }

  /** @returns the name of the folder in `root` around a path */
  function nameAround(path: string): string | undefined {
    return path.startsWith(root + sep) ? path.slice(root.length + 1).split(sep, 1)[0] : undefined;
  }

  return {
    async begin() {
      if (copies.size >= maxOpenCopies) return { ok: false, code: 'too-many' };
      const chosenId = randomUUID();
      const copy = { folder: join(root, chosenId), enqueue: createQueue(), count: 0, current: undefined };
      copies.set(chosenId, copy);
      const made = await attempt(async () => {
        await mkdir(copy.folder, { recursive: true, mode: folderMode });
        return { chosenId };
      });
      if (!made.ok) copies.delete(chosenId);
      return made;
    },
    async add(chosenId, path) {
      const copy = copies.get(chosenId);
      if (!copy) return notChosen;
      if (!path.every(isName)) return { ok: false, code: 'bad-name' };
      return copy.enqueue(() => addTo(copy, join(copy.folder, ...path)));
    },
    async fill(chosenId, file, offset, bytes) {
      const copy = copies.get(chosenId);
      if (!copy) return notChosen;
      return copy.enqueue(async () => {
        const { current } = copy;
        if (current?.number !== file) return notChosen;
        return attempt(async () => {
          await writeAll(current.handle, bytes, offset);
          return {};
        });
      });
    },
    async take(chosenId) {
      const copy = copies.get(chosenId);
      if (!copy) return undefined;
      copies.delete(chosenId);
      try {
        await copy.enqueue(() => close(copy));
        const names = await readdir(copy.folder);
        return { paths: names.map((name) => join(copy.folder, name)), drop: () => remove(chosenId) };
      } catch {
        await remove(chosenId);
        return undefined;
      }
    },
    async drop(chosenId) {
      const copy = copies.get(chosenId);
      if (!copy) return;
      copies.delete(chosenId);
      await copy.enqueue(() => close(copy)).catch(() => undefined);
      await remove(chosenId);
    },
    async dropAround(path) {
      const name = nameAround(path);
      if (name !== undefined) await remove(name);
    },
    async dropOthers(inUse) {
      const needed = new Set(inUse.map(nameAround));
      const names = await readdir(root).catch(() => []);
      for (const name of names) if (!needed.has(name) && !copies.has(name)) await remove(name);
    },
  };
}

/** A name that stays in its folder, on any system. */
function isName(name: string): boolean {
  return name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
}

async function attempt<Content>(act: () => Promise<Content>): Promise<CopyResult<Content>> {
  try {
    return { ok: true, ...(await act()) };
  } catch (error) {
    return { ok: false, code: errorCode(error) };
  }
}
