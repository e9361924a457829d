/** Small pictures of offers in rooms. */
import { fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { fakeOffer } from '../../../../test/fakes/fake-transfers.ts';
import { ana, field, nowMs, soonMs, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';
import type { Rendered } from '../../../../test/fixtures/render-hallway.tsx';
import { jpegWith } from '../../../../test/fixtures/made-pictures.ts';
import type { ShownTransfer } from '../../../main/core/transfers/transfers.ts';

const view = useConversationView();
const photo = new Uint8Array(jpegWith());

beforeEach(() => view.hallway.inRooms.setTime(nowMs));

async function openRoom(): Promise<Rendered> {
  const rendered = await view.start();
  fireEvent.click(within(screen.getByRole('listbox', { name: 'People and rooms' })).getByRole('option', { name: /^everyone\b/ }));
  await rendered.advance(soonMs);
  return rendered;
}

/** Ana offers a picture to everyone. */
function offer(change: Partial<ShownTransfer>): ShownTransfer {
  const { messageId, conversation } = view.hallway.inRooms.hear('everyone', ana, '📎 lake.jpg');
  const base = fakeOffer(ana, 1);
  const files = [{ name: 'lake.jpg', sizeBytes: 900 }];
  const transfer = { ...base, transferId: messageId, conversation, offer: { ...base.offer, files }, ...change };
  view.hallway.transfers?.put(transfer);
  return transfer;
}

const card = () => within(screen.getByRole('group', { name: 'lake.jpg' }));

test('[RFILE-43, IMG-14] a picture of somebody unknown shows once the user asks for it, with its description', async () => {
  const transfer = offer({ missingPreviews: 'hidden' });
  const { advance } = await openRoom();
  expect(card().queryByRole('img')).toBeNull();
  fireEvent.click(card().getByRole('button', { name: 'Show small picture lake.jpg' }));
  await advance(soonMs);
  expect(card().getByText('Waiting for the small picture from Ana or another member.')).toBe(document.activeElement);
  expect(card().queryByRole('button', { name: /^Show small/ })).toBeNull();

  const previews = [{ file: 0, bytes: photo, description: 'A lake at dusk' }];
  view.hallway.transfers?.put({ ...transfer, offer: { ...transfer.offer, previews } });
  await advance(soonMs);
  expect(card().getByRole<HTMLImageElement>('img', { name: 'A lake at dusk' }).src).toMatch(/^data:image\/jpeg;base64,/);
  expect(card().queryByText(/^Waiting/)).toBeNull();
});

test('[RFILE-43] an offer without pictures has no such button', async () => {
  offer({});
  await openRoom();
  expect(card().queryByRole('button', { name: /^Show small/ })).toBeNull();
});

test('[IMG-20] in a room a picture that has arrived opens in the viewer', async () => {
  vi.spyOn(HTMLDialogElement.prototype, 'showModal').mockImplementation(function show(this: HTMLDialogElement) {
    this.open = true;
  });
  const { offer: plain } = fakeOffer(ana, 1);
  const files = [{ name: 'lake.jpg', sizeBytes: 900 }];
  const previews = [{ file: 0, bytes: photo, description: 'A lake' }];
  offer({ state: 'done', paths: ['/nowhere/lake.jpg'], offer: { ...plain, files, previews } });
  const { advance } = await openRoom();
  fireEvent.click(card().getByRole('button', { name: 'Open picture: A lake' }));
  await advance(soonMs);
  expect(screen.getByRole('dialog', { name: 'lake.jpg' })).toBeDefined();
});

test('[IMG-11] a picture that is pasted in a room waits for its description', async () => {
  vi.stubGlobal('createImageBitmap', () => Promise.resolve({ width: 60, height: 40, close: () => undefined }));
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({ drawImage: () => undefined } as never);
  vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation((done) => done(new Blob([photo], { type: 'image/webp' })));
  const { advance } = await openRoom();
  fireEvent.paste(field(), {
    clipboardData: { files: [new File([photo], 'lake.jpg', { type: 'image/jpeg' })], types: ['Files'] },
  });
  await vi.waitFor(
    async () => {
      await advance(10);
      expect(screen.getByRole('textbox', { name: 'Description of lake.jpg' })).toBeDefined();
    },
    { timeout: 10_000 },
  );
});
