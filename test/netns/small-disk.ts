/**
 * A small disk: a file system in memory, mounted on a folder of the test. tools.ts unmounts it with
 * the folder, however this process ends.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './tools.ts';

export interface SmallDisk {
  /** Fills the remaining space. */
  fill(): void;
  /** Frees that space. */
  free(): void;
}

/** The smallest unit of a file system. */
const blockBytes = 4_096;

/** @param folder is empty and unused */
export async function mountSmallDisk(folder: string, sizeBytes: number): Promise<SmallDisk> {
  await runTool('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes},mode=0700`, 'hallway-netns', folder]);
  const filler = join(folder, 'filler');
  return {
    fill() {
      const file = openSync(filler, 'a');
      try {
        for (;;) writeSync(file, Buffer.alloc(blockBytes));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
  };
}
