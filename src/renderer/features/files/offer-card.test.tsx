import { fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { fakeSelf } from '../../../../test/fakes/fake-hallway.ts';
import { ana, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';
import type { StoredTransfer } from '../../../main/core/transfers/ports.ts';
import { conversationOf } from '../../../shared/lib/ids.ts';

const view = useConversationView();

/** Ana offers, or we do. */
function offer(change: Partial<StoredTransfer> = {}, files = [{ name: 'report.pdf', sizeBytes: 2_100_000 }]): StoredTransfer {
  const message = view.conversations.receive(ana, '📎 report.pdf, 2.1 MB');
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const transfer: StoredTransfer = {
    transferId: message.messageId,
    conversation: conversationOf(ana),
    from: ana,
    offer: {
      contentId: new Uint8Array(32),
      fileCount: files.length,
      totalBytes,
      files,
      descriptionBytes: 100,
      lifeMs: 1_000_000,
    },
    state: 'offered',
    isTold: true,
    doneBytes: 0,
    roots: [],
    directory: '',
    paths: [],
    offeredAtMs: 0,
    expiresAtMs: 1_000_000,
    ...change,
  };
  view.hallway.transfers?.put(transfer);
  return transfer;
}

const card = (name: string) => screen.getByRole('group', { name });
const buttons = (name: string): readonly (string | null)[] =>
  within(card(name))
    .queryAllByRole('button')
    .map((button) => button.textContent);

test('[CHOSEN-6] an offer stands in place of its text, with both choices', async () => {
  offer();
  await view.open();
  expect(card('report.pdf').textContent).toContain('2.1 MB');
  expect(within(screen.getByRole('log')).queryByText('📎 report.pdf, 2.1 MB')).toBeNull();
  expect(buttons('report.pdf')).toEqual(['Accept report.pdf', 'Decline report.pdf']);
});

test('[RFILE-1] files that another one offered with the ID of a message do not stand in its place', async () => {
  const { transferId, from, conversation } = offer();
  offer({ transferId, from: fakeSelf().peerId });
  offer({ transferId, conversation: conversationOf(fakeSelf().peerId) });
  await view.open();
  expect([from, conversation]).toEqual([ana, conversationOf(ana)]);
  expect(screen.queryAllByRole('group', { name: 'report.pdf' })).toHaveLength(0);
  expect(within(screen.getByRole('log')).getAllByText('📎 report.pdf, 2.1 MB')).toHaveLength(3);
});

test('[CHOSEN-6] accepting and declining change the offer at once', async () => {
  const transfer = offer();
  const { advance } = await view.open();
  fireEvent.click(within(card('report.pdf')).getByRole('button', { name: 'Accept report.pdf' }));
  await advance(100);
  expect(view.hallway.transfers?.get(transfer.transferId)?.state).toBe('accepted');
  expect(buttons('report.pdf')).toEqual(['Pause report.pdf', 'Cancel report.pdf']);
});

test('[CHOSEN-6] a running transfer shows how far it is, how fast, and how long it takes', async () => {
  const transfer = offer({ state: 'running' }, [{ name: 'film.mkv', sizeBytes: 100_000_000 }]);
  const { advance } = await view.open();
  for (let step = 1; step <= 10; step += 1) {
    view.hallway.transfers?.put({ ...transfer, doneBytes: step * 2_000_000 });
    await advance(200);
  }
  expect(card('film.mkv').textContent).toContain('20 MB of 100 MB · 10 MB per second · 8 s left');
  const bar = within(card('film.mkv')).getByRole<HTMLProgressElement>('progressbar');
  expect([bar.value, bar.getAttribute('aria-label')]).toEqual([0.2, 'Progress of film.mkv']);
});

test.each([
  ['waiting', 'offline', 'Paused. The transfer goes on by itself.'],
  ['waiting', 'disk-full', 'Your disk is full. Make room, and the transfer goes on.'],
  ['failed', 'changed', 'A file changed after it was offered. It has to be sent again.'],
  ['failed', 'other-refused', "Ana's computer ended the transfer."],
  ['waiting', 'paused', 'Ana paused this.'],
  ['waiting', 'unreadable', "A file can't be read right now. Check the disk that it's on."],
  ['failed', 'no-access', "Hallway wasn't allowed to use the folder or a file."],
  ['declined', undefined, 'You declined this'],
  ['cancelled', undefined, 'Cancelled'],
] as const)('[CHOSEN-6] a transfer that is %s (%s) says so', async (state, code, text) => {
  offer({ state, ...(code && { code }) });
  await view.open();
  expect(card('report.pdf').textContent).toContain(text);
});

test('[CHOSEN-15] somebody is said to be away only while they are', async () => {
  offer({ state: 'waiting', code: 'offline' });
  const { advance } = await view.open();
  expect(card('report.pdf').textContent).not.toContain("isn't here");
  view.hallway.leave(ana, 'goodbye');
  await advance(100);
  expect(card('report.pdf').textContent).toContain("Ana isn't here. The transfer goes on once you're both here.");
});

test('[CHOSEN-6] files that arrived say where they are', async () => {
  offer({ state: 'done', doneBytes: 2_100_000, paths: ['/home/noor/Downloads/report.pdf'] });
  await view.open();
  expect(card('report.pdf').textContent).toContain('Saved in /home/noor/Downloads');
});

test('[CHOSEN-6] several files are counted, and a folder is named once', async () => {
  offer({}, [
    { name: 'photos/sea.jpg', sizeBytes: 600 },
    { name: 'photos/list.txt', sizeBytes: 400 },
  ]);
  await view.open();
  expect(card('photos and 1 other file').textContent).toContain('2 files, 1.0 kB');
});

test('[CHOSEN-6] our own offer waits, and can be cancelled', async () => {
  await view.conversations.messages.send(ana, '📎 report.pdf, 2.1 MB');
  const [message] = view.conversations.store.history(conversationOf(ana), { limit: 1 });
  if (message === undefined) throw new Error('nothing was sent');
  const own = { transferId: message.messageId, from: fakeSelf().peerId };
  offer({ ...own, roots: [{ name: 'report.pdf', path: '/home/noor/report.pdf' }] });
  const { advance } = await view.open();
  expect(card('report.pdf').textContent).toContain('Waiting for Ana to accept');
  fireEvent.click(within(card('report.pdf')).getByRole('button', { name: 'Cancel report.pdf' }));
  await advance(100);
  expect(view.hallway.transfers?.get(own.transferId)?.state).toBe('cancelled');
});

test('[CHOSEN-22] a transfer is paused, and goes on', async () => {
  const transfer = offer({ state: 'running', doneBytes: 1_000_000 });
  const { advance } = await view.open();
  const pause = within(card('report.pdf')).getByRole('button', { name: 'Pause report.pdf' });
  pause.focus();
  fireEvent.click(pause);
  await advance(100);
  expect(document.activeElement?.textContent).toBe('Resume report.pdf');
  expect(card('report.pdf').textContent).toContain('You paused this. 1.0 MB of 2.1 MB');
  expect(buttons('report.pdf')).toEqual(['Resume report.pdf', 'Cancel report.pdf']);
  fireEvent.click(within(card('report.pdf')).getByRole('button', { name: 'Resume report.pdf' }));
  await advance(100);
  expect(view.hallway.transfers?.get(transfer.transferId)?.state).toBe('running');
});

test('[CHOSEN-20, CHOSEN-21] a browser saves a file that arrived, and opens no folder', async () => {
  offer({ state: 'done', doneBytes: 2_100_000, paths: ['/home/noor/Downloads/report.pdf'] });
  await view.open();
  expect(buttons('report.pdf')).toContain('Save as report.pdf');
  expect(buttons('report.pdf')).not.toContain('Open folder report.pdf');
});
