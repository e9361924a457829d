/**
 * Makes a small picture of a picture that the user sends (rules IMG-10, IMG-13). The sandboxed page
 * decodes it, and only if its header says that it is not too large.
 */
import { maxPreviewBytes, maxPreviewSide } from '../../../shared/contract/transfers.ts';
import { isWithinPixels, pictureHeadBytes, readPictureHeader } from '../../../shared/lib/picture-header.ts';

/** A larger file is sent without a small picture. */
const maxSourceBytes = 67_108_864;
/** Tried in turn until the result is small enough. */
const attempts = [
  { side: maxPreviewSide, quality: 0.8 },
  { side: maxPreviewSide, quality: 0.6 },
  { side: maxPreviewSide, quality: 0.4 },
  { side: 240, quality: 0.5 },
  { side: 160, quality: 0.4 },
] as const;

/** @returns undefined for what is no picture, or none that is shown */
export async function makePreview(file: Blob): Promise<Uint8Array | undefined> {
  if (file.size === 0 || file.size > maxSourceBytes) return undefined;
  const header = readPictureHeader(new Uint8Array(await file.slice(0, pictureHeadBytes).arrayBuffer()));
  if (header === undefined || !isWithinPixels(header)) return undefined;
  try {
    const bitmap = await createImageBitmap(file);
    try {
      return await firstSmallEnough(bitmap);
    } finally {
      bitmap.close();
    }
  } catch {
    // The file is damaged: it is sent all the same.
    return undefined;
  }
}

async function firstSmallEnough(bitmap: ImageBitmap): Promise<Uint8Array | undefined> {
  for (const { side, quality } of attempts) {
    const blob = await draw(bitmap, side, quality);
    if (blob !== null && blob.size <= maxPreviewBytes) return new Uint8Array(await blob.arrayBuffer());
  }
  return undefined;
}

async function draw(bitmap: ImageBitmap, side: number, quality: number): Promise<Blob | null> {
  const share = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * share));
  canvas.height = Math.max(1, Math.round(bitmap.height * share));
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const webp = await toBlob(canvas, 'image/webp', quality);
  // A browser that cannot write WebP writes a PNG.
  if (webp?.type === 'image/webp') return webp;
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  return toBlob(canvas, 'image/jpeg', quality);
}

function toBlob(canvas: HTMLCanvasElement, type: string, quality: number): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}
