import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFakeConversations } from '../../../../test/fakes/fake-conversations.ts';
import { createFakeHallway, fakePeerId, fakeSelf } from '../../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../../test/fixtures/render-hallway.tsx';
import { conversationOf } from '../../../shared/lib/ids.ts';
import { SaveButton } from './save-button.tsx';

const ana = fakePeerId(1);
const transferId = 'a'.repeat(26);

beforeEach(() => vi.stubGlobal('hallway', {}));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** @returns the page with the button, and what the system's dialog answers with */
async function openButton() {
  const hallway = createFakeHallway(fakeSelf(), createFakeConversations({ nowMs: 0 }));
  hallway.transfers?.put({
    transferId,
    conversation: conversationOf(ana),
    from: ana,
    offer: {
      contentId: new Uint8Array(32),
      fileCount: 1,
      totalBytes: 10,
      files: [{ name: 'report.pdf', sizeBytes: 10 }],
      descriptionBytes: 100,
      lifeMs: 1_000_000,
    },
    state: 'done',
    isTold: true,
    doneBytes: 10,
    roots: [],
    directory: '',
    paths: ['/downloads/report.pdf'],
    offeredAtMs: 0,
    expiresAtMs: 1_000_000,
  });
  const dialog = Promise.withResolvers<string | undefined>();
  const files = { showInFolder: () => undefined, askWhereToSave: () => dialog.promise };
  const picture = { transferId, file: 0, name: 'report.pdf', sizeBytes: 10 };
  const page = await renderHallway(hallway, <SaveButton kind="text" picture={picture} />, { nowMs: 0, files });
  return { ...page, answer: dialog.resolve };
}

const button = () => screen.getByRole<HTMLButtonElement>('button', { name: /Save as/ });

test('[CHOSEN-21] the button waits while the dialog of the system is open', async () => {
  const { advance, answer } = await openButton();
  expect(button().disabled).toBe(false);
  fireEvent.click(button());
  await advance(100);
  expect(button().disabled).toBe(true);
  answer(undefined);
  await advance(100);
  expect(button().disabled).toBe(false);
});

test('[CHOSEN-21] a connection that is lost while the dialog is open leaves no button that waits', async () => {
  const { advance, link } = await openButton();
  fireEvent.click(button());
  await advance(100);
  expect(button().disabled).toBe(true);
  link.close();
  await advance(100);
  expect(button().disabled).toBe(false);
});
