/** Writes all bytes: the system may take a part only, such as the last ones of a full disk. */
import type { FileHandle } from 'node:fs/promises';

export async function writeAll(handle: Pick<FileHandle, 'write'>, bytes: Uint8Array, offset: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, offset + written);
    written += bytesWritten;
  }
}
