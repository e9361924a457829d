/**
 * Small pictures in an offer (rules IMG-5, IMG-6): made by the sender, checked here before anything
 * else looks at them. One that does not fit its limits is left out; the offer stays.
 */
import {
  maxDescriptionLength,
  maxPreviewBytes,
  maxPreviews,
  maxPreviewSide,
  type Preview,
} from '../../../../shared/contract/transfers.ts';
import { readPictureHeader } from '../../../../shared/lib/picture-header.ts';
import { isCount } from './field-checks.ts';

export function encodePreviews(previews: readonly Preview[]): readonly unknown[] {
  if (previews.length > maxPreviews) throw new RangeError(`${previews.length} previews are more than an offer has`);
  return previews.map(({ file, bytes, description }) => [file, bytes, description.toWellFormed()]);
}

/** Total. @param fileCount the named files of the offer */
export function decodePreviews(fields: unknown, fileCount: number): readonly Preview[] {
  if (!Array.isArray(fields) || fields.length > maxPreviews) return [];
  const previews = (fields as readonly unknown[]).flatMap((entry) => decodePreview(entry, fileCount) ?? []);
  const files = new Set(previews.map(({ file }) => file));
  return files.size === previews.length ? previews : [];
}

export function previewsBytes(previews: readonly Preview[] | undefined): number {
  return (previews ?? []).reduce((sum, { bytes, description }) => sum + bytes.length + 3 * description.length, 0);
}

/**
 * Whether these bytes are a small picture of a known format. The size comes first: it costs least.
 */
export function isPreview(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.length > maxPreviewBytes) return false;
  const header = readPictureHeader(bytes);
  if (header?.type !== 'webp' && header?.type !== 'jpeg') return false;
  return header.width <= maxPreviewSide && header.height <= maxPreviewSide;
}

function decodePreview(entry: unknown, fileCount: number): Preview | undefined {
  if (!Array.isArray(entry)) return undefined;
  const [file, bytes, description] = entry as readonly unknown[];
  if (!isCount(file) || file >= fileCount) return undefined;
  if (typeof description !== 'string' || description.length > maxDescriptionLength) return undefined;
  if (!(bytes instanceof Uint8Array) || !isPreview(bytes)) return undefined;
  // A copy: the original may be a view of what arrived.
  return { file, bytes: bytes.slice(), description: description.toWellFormed() };
}
