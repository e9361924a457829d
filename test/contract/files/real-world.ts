/** The real disk, with folders of its own for one test. */
import { mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TransferDisk } from '../../../src/main/core/transfers/ports.ts';
import { createTransferDisk } from '../../../src/main/node/files/transfer-disk.ts';
import type { DiskWorld } from './describe-disk.ts';

export interface RealWorld extends DiskWorld {
  readonly base: string;
  /** Lines of the log. */
  readonly logged: string[];
}

/** @param directory for files that arrive; absent means one beside the others */
export async function createRealWorld(directory?: string): Promise<RealWorld> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'hallway-files-')));
  const target = directory ?? join(base, 'arriving');
  await mkdir(target, { recursive: true });
  const logged: string[] = [];
  return {
    base,
    logged,
    directory: target,
    attach: () => createDisk(join(base, 'profile'), (line) => logged.push(line)),
    async write(path, bytes) {
      const absolute = join(base, 'offered', path);
      await mkdir(dirname(absolute), { recursive: true });
      await writeFile(absolute, bytes);
      return absolute;
    },
    remove: (path) => rm(path),
    read: (path) => readFile(path).then((bytes) => new Uint8Array(bytes)),
    inDirectory: async () => (await readdir(target)).toSorted(),
    close: () => rm(base, { recursive: true, force: true }),
  };
}

export function createDisk(folder: string, onLog: (line: string) => void = () => undefined): TransferDisk {
  return createTransferDisk({
    folder,
    defaultDirectory: folder,
    clock: { wallMs: () => 1_700_000_000_000 },
    log: { write: (_level, line, fields) => onLog(`${line} ${JSON.stringify(fields)}`) },
  });
}

/** Files and folders below `base` that this process has open, by their descriptors. Linux only. */
export async function openBelow(base: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const name of await readdir('/proc/self/fd')) {
    const path = await readlink(`/proc/self/fd/${name}`).catch(() => '');
    if (path.startsWith(`${base}/`)) found.set(path, Number(name));
  }
  return found;
}
