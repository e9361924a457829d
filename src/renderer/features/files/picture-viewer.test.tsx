import { act, fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { jpegWith } from '../../../../test/fixtures/made-pictures.ts';
import { fakeOffer } from '../../../../test/fakes/fake-transfers.ts';
import { ana, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';
import type { StoredTransfer } from '../../../main/core/transfers/ports.ts';

const view = useConversationView();

beforeEach(() => {
  // It has neither a modal dialog nor addresses of blobs.
  vi.spyOn(HTMLDialogElement.prototype, 'showModal').mockImplementation(function show(this: HTMLDialogElement) {
    this.open = true;
  });
});

/** Ana sent a picture, with a small one in the offer. */
function send(name: string, description: string, change: Partial<StoredTransfer> = {}): StoredTransfer {
  const { messageId } = view.conversations.receive(ana, `📎 ${name}`);
  const base = fakeOffer(ana, 1);
  const files = [{ name, sizeBytes: 900 }];
  const previews = [{ file: 0, bytes: new Uint8Array(jpegWith()), description }];
  const transfer = { ...base, transferId: messageId, offer: { ...base.offer, files, previews }, ...change };
  view.hallway.transfers?.put(transfer);
  return transfer;
}

const arrived = (name: string) => ({ state: 'done', paths: [`/nowhere/${name}`] }) as const;
const viewer = (): HTMLElement => screen.getByRole('dialog');
const zoomOf = (): string | undefined => viewer().querySelector('output')?.textContent ?? undefined;

function press(key: string, more: object = {}): void {
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });
}

test('[IMG-14] a small picture has its description as its alternative text, and below it', async () => {
  send('lake.jpg', 'A lake at dusk');
  const { advance } = await view.open();
  await advance(100);
  const card = within(screen.getByRole('group', { name: 'lake.jpg' }));
  expect(card.getByRole<HTMLImageElement>('img', { name: 'A lake at dusk' }).src).toMatch(/^data:image\/jpeg;base64,/);
  expect(card.getByText('A lake at dusk', { selector: 'figcaption' })).toBeDefined();
});

test('[IMG-14] without one, the name is', async () => {
  send('lake.jpg', '');
  const { advance } = await view.open();
  await advance(100);
  expect(screen.getByRole('img', { name: 'Picture lake.jpg' })).toBeDefined();
});

test('[IMG-20] a picture that has not arrived cannot be opened', async () => {
  send('lake.jpg', 'A lake');
  const { advance } = await view.open();
  await advance(100);
  expect(screen.queryByRole('button', { name: 'Open picture: A lake' })).toBeNull();
});

test('[IMG-20, IMG-23] opens, and the arrows lead through the pictures of the conversation', async () => {
  send('one.jpg', 'First', { ...arrived('one.jpg'), offeredAtMs: 1 });
  send('two.jpg', '', { offeredAtMs: 2 });
  send('three.jpg', 'Third', { ...arrived('three.jpg'), offeredAtMs: 3 });
  const { advance } = await view.open();
  await advance(100);
  fireEvent.click(screen.getByRole('button', { name: 'Open picture: First' }));
  await advance(100);
  const seen = [viewer().getAttribute('aria-labelledby') !== null && within(viewer()).getByRole('heading').textContent];
  press('ArrowRight');
  await advance(100);
  seen.push(within(viewer()).getByRole('heading').textContent);
  press('ArrowRight');
  press('ArrowLeft');
  await advance(100);
  seen.push(within(viewer()).getByRole('heading').textContent);
  expect(seen).toEqual(['one.jpg', 'three.jpg', 'one.jpg']);
  expect(within(viewer()).getByText('1 of 2')).toBeDefined();
});

test('[IMG-21, IMG-22] keys zoom and move it, and another picture fits again', async () => {
  send('one.jpg', 'First', { ...arrived('one.jpg'), offeredAtMs: 1 });
  send('two.jpg', 'Second', { ...arrived('two.jpg'), offeredAtMs: 2 });
  const { advance } = await view.open();
  await advance(100);
  fireEvent.click(screen.getByRole('button', { name: 'Open picture: First' }));
  await advance(100);
  const image = (): HTMLElement => within(viewer()).getByRole('img');
  press('+');
  press('+');
  expect(zoomOf()).toBe('156%');
  press('-');
  expect(zoomOf()).toBe('125%');
  press('ArrowDown');
  press('ArrowLeft', { shiftKey: true });
  expect(image().style.transform).toBe('translate(60px, -60px) scale(1.25)');
  press('ArrowRight');
  await advance(100);
  expect(zoomOf()).toBe('100%');
  for (let count = 0; count < 30; count += 1) press('+');
  expect(zoomOf()).toBe('800%');
  press('0');
  expect([zoomOf(), image().style.transform]).toEqual(['100%', 'translate(0px, 0px) scale(1)']);
});

test('[IMG-24] Escape closes it', async () => {
  send('one.jpg', 'First', arrived('one.jpg'));
  const { advance } = await view.open();
  await advance(100);
  fireEvent.click(screen.getByRole('button', { name: 'Open picture: First' }));
  await advance(100);
  act(() => void viewer().dispatchEvent(new Event('cancel', { cancelable: true })));
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('[IMG-25] a file that is gone gives a sentence', async () => {
  send('one.jpg', 'First', arrived('one.jpg'));
  const { advance } = await view.open();
  await advance(100);
  fireEvent.click(screen.getByRole('button', { name: 'Open picture: First' }));
  await vi.waitFor(async () => {
    await advance(100);
    expect(within(viewer()).getByRole('alert').textContent).toBe(
      "This file isn't where it was. It may have been moved or deleted.",
    );
  });
});
