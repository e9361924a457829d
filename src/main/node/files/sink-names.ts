/**
 * Where each file of an offer goes: the paths of its sender, made safe (rules NAME-1 to NAME-9).
 * The same offer always gives the same names, so that a transfer can go on after a restart.
 */
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { createUniqueNames, safeFileName, safeTopName } from '../../../shared/lib/file-names.ts';
import type { ManifestFile } from '../../core/transfers/ports.ts';

/** Where the files are until they get their final names, in the folder of the transfer. */
export const contentName = 'files';

export interface SinkFile {
  /** Names of folders, from that of the transfer on. */
  readonly folder: readonly string[];
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface SinkNames {
  /** In the order of the manifest. */
  readonly files: readonly SinkFile[];
  /** Every folder, those above before those in them. */
  readonly folders: readonly (readonly string[])[];
  /** The names directly in the folder that the user chose. */
  readonly tops: readonly { readonly name: string; readonly isFolder: boolean }[];
}

/** Between two turns of other work. By time, because a sender decides what a name costs. */
const turnMs = 10;

interface NamedFolder {
  readonly path: readonly string[];
  readonly unique: (name: string) => string;
  readonly folders: Map<string, NamedFolder>;
}

export async function nameFiles(files: readonly ManifestFile[]): Promise<SinkNames> {
  const root = createFolder([contentName], safeTopName);
  const folders = [root.path];
  const tops: { name: string; isFolder: boolean }[] = [];

  function folderIn(parent: NamedFolder, segment: string): NamedFolder {
    const known = parent.folders.get(segment);
    if (known) return known;
    const name = parent.unique(segment);
    const made = createFolder([...parent.path, name], safeFileName);
    parent.folders.set(segment, made);
    folders.push(made.path);
    if (parent === root) tops.push({ name, isFolder: true });
    return made;
  }

  const named: SinkFile[] = [];
  let turnEndsAtMs = performance.now() + turnMs;
  for (const { path, sizeBytes, modifiedMs } of files) {
    if (performance.now() > turnEndsAtMs) {
      await setImmediate();
      turnEndsAtMs = performance.now() + turnMs;
    }
    const folder = path.slice(0, -1).reduce(folderIn, root);
    const name = folder.unique(path.at(-1) ?? '');
    if (folder === root) tops.push({ name, isFolder: false });
    named.push({ folder: folder.path, name, sizeBytes, modifiedMs });
  }
  return { files: named, folders, tops };
}

function createFolder(path: readonly string[], safe: (name: string) => string): NamedFolder {
  return { path, unique: createUniqueNames(safe), folders: new Map() };
}
