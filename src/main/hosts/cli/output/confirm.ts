/** Asks a person whether something that cannot be undone is meant. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** @returns whether the answer was yes; the end of the input, Ctrl+C and anything else are no */
export function confirm(
  question: string,
  { input, output }: { readonly input: Readable; readonly output: Writable },
): Promise<boolean> {
  const reader = createInterface({ input, output });
  return new Promise((resolve) => {
    reader.on('close', () => resolve(false));
    reader.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      reader.close();
    });
  });
}
