/**
 * The end of a transfer that arrived (rule DISK-6): everything durable first, and then the final
 * names. May be repeated after any failure or crash, and goes on where it ended.
 */
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { numberedName } from '../../../shared/lib/file-names.ts';
import type { WriteFailure } from '../../core/transfers/ports.ts';
import { errorCode } from '../storage/atomic-file.ts';
import { forEachOf } from './at-once.ts';
import { DiskError } from './disk-failures.ts';
import { readNote, writeNote } from './finish-note.ts';
import type { Folder, FolderTree } from './folder-tree.ts';
import { giveName, wasGiven } from './give-name.ts';
import { quarantine } from './marks.ts';
import type { SinkFiles } from './sink-files.ts';
import { journalName } from './sink-journal.ts';
import { contentName, type SinkNames } from './sink-names.ts';

interface Deps {
  /** The folder that the user chose. */
  readonly directory: string;
  readonly chosen: FolderTree;
  /** The folder of the transfer. */
  readonly own: FolderTree;
  readonly files: SinkFiles;
  readonly names: SinkNames;
  /** Of a file: whether its write made it durable, because one chunk holds all of it. */
  readonly isSettled: (file: number) => boolean;
  readonly wallMs: () => number;
}

/** Names that one write of the note announces. */
const namesAtOnce = 256;
/** ` (NUMBER)` goes up to this. */
const maxNumber = 10_000;

/**
 * @param signal stops it before the first final name: files that appeared are not taken away again
 * @returns the paths at the top
 * @throws the errors of the system, and DiskErrors
 */
export async function finishSink(deps: Deps, signal?: AbortSignal): Promise<readonly string[]> {
  const { directory, chosen, own, names } = deps;
  const note = await own.use([], readNote);
  if (!note) {
    await prepare(deps);
    // Here for the last time: with a note, an earlier run may have given names.
    signal?.throwIfAborted();
  }
  const given = new Map(note?.given);
  const finals: string[] = [];
  for (let start = 0; start < names.tops.length; start += namesAtOnce) {
    const tops = names.tops.slice(start, start + namesAtOnce);
    await inFolders(deps, async (folders) => {
      await announce(folders, tops, given);
      for (const top of tops) finals.push(await giveFinalName(folders, top, given));
    });
  }
  await chosen.use([], (folder) => folder.sync());
  await own.use([], (folder) => writeNote(folder, [{ done: true }]));
  await own.use([], (folder) => removeRest(folder));
  return finals.map((name) => join(directory, name));
}

type Top = SinkNames['tops'][number];

interface Folders {
  readonly chosen: Folder;
  readonly own: Folder;
  readonly content: Folder;
}

function inFolders({ chosen, own }: Deps, work: (folders: Folders) => Promise<void>): Promise<void> {
  return chosen.use([], (target) =>
    own.use([], (folder) => own.use([contentName], (content) => work({ chosen: target, own: folder, content }))),
  );
}

/** Makes every file whole and durable, and so the folders that lead to it. */
async function prepare({ own, files, names, isSettled, wallMs, directory }: Deps): Promise<void> {
  await forEachOf([...names.files.entries()], ([index, file]) => (isSettled(index) ? files.check(file) : files.complete(file)));
  await files.close();
  await forEachOf(names.folders, (path) => own.use(path, (folder) => folder.sync()));
  await own.use([], (folder) => folder.sync());
  await own.use([contentName], (folder) =>
    quarantine(
      names.tops.map(({ name }) => folder.at(name)),
      wallMs(),
    ),
  );
  // Else the names below would be given somewhere that the user does not see.
  await own.check();
  await lstat(directory);
}

/** Writes down which names come next: the first free ones, as far as one look tells. */
async function announce({ chosen, own }: Folders, tops: readonly Top[], given: Map<string, string>): Promise<void> {
  const lines: { readonly top: string; readonly name: string }[] = [];
  for (const { name: top } of tops) {
    if (given.has(top)) continue;
    const name = await freeName(chosen, top, 1);
    given.set(top, name);
    lines.push({ top, name });
  }
  if (lines.length > 0) await writeNote(own, lines);
}

async function giveFinalName(
  { chosen, own, content }: Folders,
  { name: top, isFolder }: Top,
  given: Map<string, string>,
): Promise<string> {
  const from = content.at(top);
  const announced = given.get(top) ?? top;
  if (await wasGiven({ from, to: chosen.at(announced), isFolder })) return announced;
  for (let number = 1, name = announced; number <= maxNumber; number += 1) {
    if (await giveName({ from, to: chosen.at(name), isFolder })) return name;
    name = await freeName(chosen, top, number + 1);
    given.set(top, name);
    await writeNote(own, [{ top, name }]);
  }
  throw new DiskError<WriteFailure>('no-access');
}

async function freeName(chosen: Folder, top: string, from: number): Promise<string> {
  for (let number = from; number < maxNumber; number += 1) {
    const name = number === 1 ? top : numberedName(top, number);
    if (!(await isTaken(chosen.at(name)))) return name;
  }
  return numberedName(top, maxNumber);
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The note stays: it answers until the transfer is cleared. */
async function removeRest(folder: Folder): Promise<void> {
  for (const name of [contentName, journalName]) {
    await rm(folder.at(name), { recursive: true, force: true }).catch(() => undefined);
  }
}
