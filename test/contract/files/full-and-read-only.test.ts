/**
 * Files that arrive on memory-backed test disks: one too small, and one read-only. Only Linux lets
 * a test create them.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkBytes } from '../../../src/main/core/transfers/layout.ts';
import { canMount, runWithMounts } from '../store/store-child.ts';
import { sampleBytes } from './describe-disk.ts';

const script = fileURLToPath(new URL('../../fixtures/files-process.ts', import.meta.url));
const timeout = 60_000;

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hallway-files-disk-'));
  await writeFile(join(directory, 'offered.bin'), sampleBytes(6 * chunkBytes, 5));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** @returns the output of the processes that `commands` start, with `$disk` a disk of 8 MiB */
function onDisk(commands: string): readonly unknown[] {
  return runWithMounts(`
    disk='${directory}/disk'
    files() { '${process.execPath}' --no-warnings --experimental-strip-types '${script}' "$1" '${directory}/profile' "$disk" '${directory}/offered.bin'; }
    mkdir "$disk"
    mount -t tmpfs -o size=8m none "$disk"
    ${commands}
    cmp '${directory}/offered.bin' "$disk/offered.bin" && echo '{"same":true}'
  `);
}

const written = (...chunks: readonly number[]): readonly unknown[] => chunks.map((chunk) => ({ chunk }));

describe.skipIf(!canMount())('a disk of Linux', () => {
  it('[DISK-9] that is full loses nothing: the chunk comes again once there is room', { timeout }, () => {
    const said = onDisk(`dd if=/dev/zero of="$disk/ballast" bs=1M count=5 2>/dev/null; files retry`);
    const paths = { paths: [join(directory, 'disk', 'offered.bin')] };
    const full = { code: 'disk-full', isClaimed: false };
    // The last chunk is written in part before the disk is full.
    expect(said).toEqual([{ had: 0 }, ...written(0, 1), full, ...written(2, 3, 4, 5), paths, { same: true }]);
  });

  it('[DISK-9] that is read-only refuses, and keeps what is there', { timeout }, () => {
    const said = onDisk(`
      dd if=/dev/zero of="$disk/ballast" bs=1M count=5 2>/dev/null; files copy
      mount -o remount,ro "$disk"; files copy
      mount -o remount,rw "$disk"; rm "$disk/ballast"; files copy
    `);
    expect(said).toEqual([
      { had: 0 },
      ...written(0, 1),
      { code: 'disk-full', isClaimed: false },
      { code: 'disk-read-only' },
      { had: 2 },
      ...written(2, 3, 4, 5),
      { paths: [join(directory, 'disk', 'offered.bin')] },
      { same: true },
    ]);
  });
});
