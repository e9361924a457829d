/**
 * The text of a message that offers files. Versions that know no offers show it, and so do search
 * and exports. It is part of the message, so it is English everywhere.
 */
import { offerMessages } from './messages/files.ts';
import { createSay } from './messages/say.ts';

const say = createSay(offerMessages);
/** Longest name in it, in UTF-16 code units. */
const maxNameLength = 120;
const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export interface OfferedContent {
  readonly fileCount: number;
  readonly totalBytes: number;
  readonly files: readonly { readonly name: string }[];
}

/** `📎 report.pdf, 2.1 MB`, `📎 report.pdf and 3 more, 12 MB`. */
export function formatOffer({ fileCount, totalBytes, files }: OfferedContent): string {
  const name = (files[0]?.name ?? '').slice(-maxNameLength).toWellFormed();
  return say('offer.text', { name, others: fileCount - 1, size: formatBytes(totalBytes) });
}

/** A code as the messages of the catalogue select by it: `not-found` is `notFound` there. */
export function selectorOf(code: string): string {
  return code.replaceAll(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase());
}

/** In the largest unit with at least one, as file managers count: `812 B`, `2.1 MB`, `12 GB`. */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const rounded = unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value).toString();
  return `${rounded} ${units[unit] ?? ''}`;
}
