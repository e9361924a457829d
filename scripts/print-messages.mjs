/**
 * `node scripts/print-messages.mjs` prints the whole catalogue with sample arguments, one text per
 * line, for proofreading.
 */
import { hostMessages } from '../src/shared/text/messages/host.ts';
import { pageMessages } from '../src/shared/text/messages/page.ts';
import { sampleTexts } from './sample-messages.mjs';

const catalogue = { ...pageMessages, ...hostMessages };
for (const [key, message] of Object.entries(catalogue)) {
  for (const text of sampleTexts(message).filter((one) => one !== '')) console.log(`${key}\t${text.replaceAll('\n', ' ⏎ ')}`);
}
