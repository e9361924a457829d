/**
 * Makes large files durable while they arrive (rule DISK-50): otherwise all of a file would be in
 * the memory of the system at its end, and its last step would take as long as the disk needs for
 * all of it.
 */
import type { FileHandle } from 'node:fs/promises';

export interface EarlySync {
  wrote(handle: FileHandle, sizeBytes: number): void;
  /** No sync runs any more, so that handles may close. */
  settled(): Promise<void>;
  /** @throws the failure of a sync: what was written before may be lost */
  check(): void;
}

/** A fraction of a second of work for a disk. */
const syncEveryBytes = 33_554_432;

export function createEarlySync(everyBytes = syncEveryBytes): EarlySync {
  /** Since the last sync of that handle. */
  const unsynced = new WeakMap<FileHandle, number>();
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  return {
    wrote(handle, sizeBytes) {
      const bytes = (unsynced.get(handle) ?? 0) + sizeBytes;
      unsynced.set(handle, bytes);
      if (bytes < everyBytes || running || failure) return;
      unsynced.set(handle, 0);
      running = sync(handle);
    },
    async settled() {
      await running;
    },
    check() {
      if (failure) throw failure.error;
    },
  };

  async function sync(handle: FileHandle): Promise<void> {
    try {
      await handle.datasync();
    } catch (error) {
      // The system reports the failure only once.
      failure = { error };
    }
    running = undefined;
  }
}
