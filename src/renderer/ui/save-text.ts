/** Saves a file by downloading it; the browser or its user picks the folder. */
import { setTimer } from './timers.ts';

/**
 * Some browsers read the data only after they asked for a folder. Released after that, to free the
 * memory.
 */
const revokeDelayMs = 60_000;

/** @param fileName without a folder */
export function saveText(fileName: string, text: string): void {
  saveBlob(fileName, new Blob([text], { type: 'text/plain' }));
}

/** @param fileName without a folder */
export function saveBlob(fileName: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimer(() => URL.revokeObjectURL(address), revokeDelayMs);
}
