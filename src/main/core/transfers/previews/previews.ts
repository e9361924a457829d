/**
 * The small pictures of all offers (rules IMG-6 to IMG-9): their common limit, and when they go.
 * Pure.
 */
import { cleanText } from '../../../../shared/text/clean-text.ts';
import { maxDescriptionLength, type NamedPreview, type Preview } from '../../../../shared/contract/transfers.ts';
import { isPreview, previewsBytes } from '../../messaging/wire/preview-fields.ts';
import type { Offer, StoredTransfer } from '../ports.ts';

/** Of all transfers together. The oldest ones go first. */
const maxKeptPreviewBytes = 16_777_216;

/** @param previews none means that they are gone for good: nobody is asked for them any more */
export function withPreviews(transfer: StoredTransfer, previews: readonly Preview[]): StoredTransfer {
  const { previews: _previews, previewsId, ...offer } = transfer.offer;
  const kept = previews.length > 0 ? { previews, ...(previewsId && { previewsId }) } : {};
  return { ...transfer, offer: { ...offer, ...kept } };
}

export function hasPreviews({ offer }: Pick<StoredTransfer, 'offer'>): boolean {
  return (offer.previews?.length ?? 0) > 0;
}

/** @returns those that lose theirs, so that the rest is within the limit */
export function previewsTooMany(
  transfers: Iterable<StoredTransfer>,
  maxBytes: number = maxKeptPreviewBytes,
): readonly StoredTransfer[] {
  const newestFirst = [...transfers].filter(hasPreviews).sort((a, b) => b.offeredAtMs - a.offeredAtMs);
  let sizeBytes = 0;
  return newestFirst.filter(({ offer }) => (sizeBytes += previewsBytes(offer.previews)) > maxBytes);
}

/** As they are kept and shown. */
export function receivedPreviews(previews: readonly Preview[]): readonly Preview[] {
  return previews.map((preview) => ({ ...preview, description: shownDescription(preview.description) }));
}

/**
 * Finds the files of pictures that the page made small.
 *
 * @returns nothing for a file that the offer does not name, and for what is no small picture
 */
export function previewsFor(files: Offer['files'], given: readonly NamedPreview[]): readonly Preview[] {
  return given.flatMap(({ name, bytes, description }) => {
    const file = files.findIndex((named) => named.name === name);
    return file >= 0 && isPreview(bytes) ? [{ file, bytes, description: shownDescription(description) }] : [];
  });
}

/** A code unit takes up to three bytes. */
function shownDescription(description: string): string {
  return cleanText(description, 3 * maxDescriptionLength)
    .slice(0, maxDescriptionLength)
    .toWellFormed();
}
