/** Photographs, made by a page and pasted into one. */
import type { Page } from '@playwright/test';
import { exifBlock } from '../fixtures/made-pictures.ts';
import { field } from './conversations.ts';

/** A photograph of a camera that knows where it is: a decodable JPEG with EXIF. */
export async function takePhoto(page: Page, hue: number): Promise<Buffer> {
  const base64 = await page.evaluate(async (from) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1200, 800];
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const sky = context.createLinearGradient(0, 0, 0, 800);
    sky.addColorStop(0, `hsl(${from} 70% 30%)`);
    sky.addColorStop(1, `hsl(${from + 40} 80% 75%)`);
    context.fillStyle = sky;
    context.fillRect(0, 0, 1200, 800);
    context.fillStyle = `hsl(${from + 180} 40% 20%)`;
    for (let x = 0; x < 1200; x += 8) context.fillRect(x, 560 + 60 * Math.sin(x / 90) + 30 * Math.sin(x / 23), 8, 400);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9));
    const bytes = new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }, hue);
  const plain = Buffer.from(base64, 'base64');
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock(false)]);
  // Upright: the sizes below are those of the canvas.
  exif.writeUInt16BE(1, 6 + 30);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([plain.subarray(0, 2), head, exif, plain.subarray(2)]);
}

export async function paste(page: Page, files: readonly { readonly name: string; readonly bytes: Buffer }[]): Promise<void> {
  await field(page).focus();
  await page.evaluate(
    (given) => {
      const data = new DataTransfer();
      for (const { name, base64 } of given)
        data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type: 'image/jpeg' }));
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    },
    files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })),
  );
}
