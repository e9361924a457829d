import { fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { jpegWith } from '../../../../test/fixtures/made-pictures.ts';
import { field, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';
import type { Rendered } from '../../../../test/fixtures/render-hallway.tsx';

const view = useConversationView();
const photo = new Uint8Array(jpegWith());
const decoded: Blob[] = [];
/** For a busy machine. */
const patience = { timeout: 10_000 };

/**
 * It decodes no pictures and draws none, so both are played: the small picture is the photo itself.
 */
beforeEach(() => {
  decoded.length = 0;
  vi.stubGlobal('createImageBitmap', (blob: Blob) => {
    decoded.push(blob);
    return Promise.resolve({ width: 60, height: 40, close: () => undefined });
  });
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({ drawImage: () => undefined } as never);
  vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation((done) => done(new Blob([photo], { type: 'image/webp' })));
});

async function paste(files: readonly File[], { advance }: Rendered): Promise<void> {
  fireEvent.paste(field(), { clipboardData: { files, types: ['Files'] } });
  for (let count = 0; count < 10; count += 1) await advance(10);
}

const picture = (name: string): File => new File([photo], name, { type: 'image/jpeg' });
/** The field of a picture that waits. Small pictures take real time to make. */
const description = (name: string, { advance }: Rendered) =>
  vi.waitFor(async () => {
    await advance(10);
    return screen.getByRole<HTMLInputElement>('textbox', { name: `Description of ${name}` });
  }, patience);
const tray = () => screen.queryByRole('region', { name: 'Files to send' });

test('[IMG-11] a picture waits for its description, and says that it is not kept', async () => {
  const rendered = await view.open();
  await paste([picture('lake.jpg'), new File(['x'], 'notes.txt')], rendered);
  expect(document.activeElement).toBe(await description('lake.jpg', rendered));
  const waiting = within(tray() as HTMLElement);
  expect(waiting.getByRole('button', { name: 'Send 2 files' })).toBeDefined();
  expect(waiting.getByText('Not sent yet. Hallway forgets these files if you leave this conversation.')).toBeDefined();
  expect(view.hallway.transfers?.list()).toEqual([]);
});

test('[IMG-11] Escape removes what waits', async () => {
  const rendered = await view.open();
  await paste([picture('lake.jpg')], rendered);
  fireEvent.keyDown(await description('lake.jpg', rendered), { key: 'Escape' });
  expect(tray()).toBeNull();
});

test('[IMG-11] pictures that wait stay when more are pasted, and a sentence says so', async () => {
  const rendered = await view.open();
  await paste([picture('lake.jpg')], rendered);
  fireEvent.change(await description('lake.jpg', rendered), { target: { value: 'At dusk' } });
  await paste([picture('sea.jpg')], rendered);
  const sentence = 'Send or remove the files that wait here before you add more pictures.';
  await vi.waitFor(async () => {
    await rendered.advance(10);
    expect(screen.getByText(sentence)).toBeDefined();
  }, patience);
  const fields = within(tray() as HTMLElement).getAllByRole<HTMLInputElement>('textbox');
  expect(fields.map(({ value }) => value)).toEqual(['At dusk']);
  fireEvent.keyDown(await description('lake.jpg', rendered), { key: 'Escape' });
  expect(screen.queryByText(sentence)).toBeNull();
  await paste([picture('sea.jpg')], rendered);
  expect(await description('sea.jpg', rendered)).toBeDefined();
});

test('[IMG-11] files without a picture do not wait', async () => {
  const rendered = await view.open();
  await paste([new File(['x'], 'notes.txt')], rendered);
  expect(tray()).toBeNull();
});

test('[IMG-13] a picture with too many pixels is never decoded', async () => {
  const bomb = jpegWith();
  const frame = bomb.indexOf(Buffer.from([0xff, 0xc0]));
  bomb.writeUInt16BE(60_000, frame + 5);
  bomb.writeUInt16BE(60_000, frame + 7);
  const rendered = await view.open();
  await paste([new File([new Uint8Array(bomb)], 'bomb.jpg', { type: 'image/jpeg' })], rendered);
  expect([tray(), decoded]).toEqual([null, []]);
});
