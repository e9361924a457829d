/** Which files of a transfer are pictures, and which of them can be opened in the page. Pure. */
import type { Transfer } from '../../../shared/contract/transfers.ts';

export interface Picture {
  readonly transferId: string;
  /** Its number in the transfer. */
  readonly file: number;
  readonly name: string;
  readonly sizeBytes: number;
  /** By its sender; empty if they wrote none. */
  readonly description: string;
  /** The number of its small picture; undefined if there is none. */
  readonly preview: number | undefined;
}

const pictureName = /\.(?:jpe?g|jpe|jfif|png|webp|gif)$/i;

/** Whether the name is that of a picture that a browser shows. */
export function isPictureName(name: string): boolean {
  return pictureName.test(name);
}

/** In the order of the offer. A picture inside a folder is none of them. */
export function picturesOf({ transferId, files, pictures }: Transfer): readonly Picture[] {
  return files.flatMap(({ name, sizeBytes }, file) => {
    const preview = pictures.findIndex((picture) => picture.file === file);
    if (name.includes('/') || (preview < 0 && !isPictureName(name))) return [];
    const description = pictures[preview]?.description ?? '';
    return [{ transferId, file, name, sizeBytes, description, preview: preview < 0 ? undefined : preview }];
  });
}

/** Whether its files are here: those that arrived, and those that we offered. */
export function isHere({ state }: Pick<Transfer, 'state'>, isOwn: boolean): boolean {
  return isOwn || state === 'done';
}
