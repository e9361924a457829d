/**
 * Pictures that the user chose and has not sent yet: each with its small picture and a description.
 * Files without a picture among them are sent at once.
 */
import { maxPreviews } from '../../../shared/contract/transfers.ts';
import { isPictureName } from './pictures.ts';
import { makePreview } from './make-preview.ts';

export interface ChosenPicture {
  /** As the offer will name it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The small picture, for `img`. */
  readonly address: string;
  readonly description: string;
}

/** @returns those that can be shown, the first few; not those inside folders */
export async function previewsOf(files: readonly File[]): Promise<readonly ChosenPicture[]> {
  const chosen: ChosenPicture[] = [];
  for (const file of files) {
    if (chosen.length === maxPreviews) break;
    if (!isPictureName(file.name) || chosen.some(({ name }) => name === file.name)) continue;
    const bytes = await makePreview(file);
    if (bytes === undefined) continue;
    chosen.push({ name: file.name, bytes, address: await toAddress(bytes), description: '' });
  }
  return chosen;
}

function toAddress(bytes: Uint8Array): Promise<string> {
  const reader = new FileReader();
  const isWebp = bytes[0] === 0x52;
  return new Promise((resolve, reject) => {
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => reject(new Error('a small picture cannot be read'));
    reader.readAsDataURL(new Blob([new Uint8Array(bytes)], { type: isWebp ? 'image/webp' : 'image/jpeg' }));
  });
}
