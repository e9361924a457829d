/**
 * The log on memory-backed test disks: one too small, and one read-only. Only Linux lets a test
 * create them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canMount, runWithMounts } from '../store/store-child.ts';

const script = fileURLToPath(new URL('../../fixtures/log-process.ts', import.meta.url));
const timeout = 60_000;

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hallway-log-disk-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** @returns the output of the processes that `commands` start, with `$disk` a disk of 64 KiB */
function onDisk(commands: string): readonly unknown[] {
  return runWithMounts(`
    disk='${directory}/disk'
    log() { '${process.execPath}' --no-warnings --experimental-strip-types '${script}' "$disk" "$1"; }
    count() { printf '{"last":"%s","cut":%s}\\n' "$(tail -3 "$disk/hallway.log" | grep -o 'entry [0-9]* .*}$' | cut -d ' ' -f 2 | xargs)" "$(grep -cv '}$' "$disk/hallway.log")"; }
    mkdir "$disk"
    mount -t tmpfs -o size=64k none "$disk"
    ${commands}
  `);
}

describe.skipIf(!canMount())('the log', () => {
  it(
    '[LOG-2] on a full disk reports it once, stops nothing, and continues with whole lines when there is room',
    { timeout },
    () => {
      const [full, again, kept] = onDisk(`
      dd if=/dev/zero of="$disk/ballast" bs=4096 count=8 2>/dev/null
      log 100
      rm "$disk/ballast"
      log 3
      count
    `);
      expect({ full, again }).toEqual({ full: { troubles: ['ENOSPC'] }, again: { troubles: [] } });
      // Only the line that met the end of the disk may be cut; the later ones are whole.
      expect(kept).toEqual({ last: '1 2 3', cut: expect.toSatisfy((cut: number) => cut <= 1) });
    },
  );

  it('[LOG-2] on a read-only disk stops nothing', { timeout }, () => {
    const reports = onDisk(`log 1; mount -o remount,ro "$disk"; log 2; mount -o remount,rw "$disk"; log 1; count`);
    expect(reports).toEqual([{ troubles: [] }, { troubles: ['EROFS'] }, { troubles: [] }, { last: '1 1', cut: 0 }]);
  });
});
