/** `node scripts/print-messages.mjs` prints the whole catalogue with sample arguments, one text a line, for whoever reads it through. */
import { pageMessages } from '../src/shared/text/messages/page.ts';
import { sampleTexts } from './sample-messages.mjs';

const catalogue = { ...pageMessages };
for (const [key, message] of Object.entries(catalogue)) {
  for (const text of sampleTexts(message)) console.log(`${key}\t${text.replaceAll('\n', ' ⏎ ')}`);
}
