/** Saves a text as a file, the way browsers do: as a download. Where it goes is for the browser, or its user, to say. */
import { setTimer } from './timers.ts';

/** Some browsers read the data only after they have asked where to save it. Kept for ever it would cost memory. */
const revokeDelayMs = 60_000;

/** @param fileName without a folder */
export function saveText(fileName: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimer(() => URL.revokeObjectURL(address), revokeDelayMs);
}
