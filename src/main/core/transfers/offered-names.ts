/**
 * The names of files in an offer: a user decides by them, so they must be those of the files that
 * come (rule XFER-41).
 */
import { maxNamedFiles } from '../../../shared/contract/transfers.ts';
import { cleanText } from '../../../shared/text/clean-text.ts';
import { maxOfferedName } from '../messaging/wire/transfer-frames.ts';
import type { ManifestFile, Offer } from './ports.ts';

/** Longest name of a file in an offer, as it is shown, in UTF-8. */
const maxShownNameBytes = 512;

export function offeredFiles(files: readonly ManifestFile[]): Offer['files'] {
  return files.slice(0, maxNamedFiles).map(({ path, sizeBytes }) => ({ name: offeredName(path), sizeBytes }));
}

/** An offered name as a receiver keeps and shows it. */
export function shownName(name: string): string {
  return cleanText(name, maxShownNameBytes);
}

/** Whether the first files are those that the offer names. */
export function isOfferOf(offer: Pick<Offer, 'files'>, files: readonly ManifestFile[]): boolean {
  const named = offeredFiles(files);
  if (named.length !== offer.files.length) return false;
  return named.every(({ name, sizeBytes }, index) => {
    const shown = offer.files[index];
    return shown?.sizeBytes === sizeBytes && shown.name === shownName(name);
  });
}

/** A long one keeps its end, which tells more. */
function offeredName(path: readonly string[]): string {
  const name = path.join('/').toWellFormed();
  return name.length <= maxOfferedName ? name : `…${name.slice(1 - maxOfferedName).toWellFormed()}`;
}
