/** Answers of the user that come too late, or that nothing can keep. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { fakeOffer } from '../../../../test/fakes/fake-transfers.ts';
import { conversationOfRoom } from '../../../shared/lib/ids.ts';
import { refuse } from '../../../shared/text/messages/problem-values.ts';
import { createAnswers } from './answers.ts';
import { defaultTransferOptions } from './options.ts';
import type { StoredTransfer } from './ports.ts';
import { createTransferBook, type TransferBook } from './transfer-book.ts';

const [own, bo] = ['a'.repeat(52), 'b'.repeat(52)];
const room = conversationOfRoom('lunch');
const ignore = (): undefined => undefined;
const nobody = '0192a5b0-1111-7abc-9def-999999999999';

interface Setting {
  readonly isStoreFull?: boolean;
  /** It happens while the user cancels. */
  readonly before?: (book: TransferBook) => Promise<unknown>;
  readonly checked?: 'no-access';
  readonly withdraw?: (() => Promise<boolean>) | undefined;
}

function setUp(stored: StoredTransfer, { isStoreFull = false, before, checked, withdraw }: Setting = {}) {
  const book = createTransferBook(
    {
      ...{ clock: createFakeClock(), ownPeerId: own, isFamiliar: () => false },
      persist: (act) => Promise.resolve(isStoreFull ? undefined : act()),
      store: { list: () => [stored], put: ignore, remove: ignore },
      ...{ onUntold: ignore, onFinal: ignore, onForgotten: ignore, onReplaced: ignore, onListenerError: ignore },
    },
    defaultTransferOptions,
  );
  const [recalled, reviews]: [string[], string[]] = [[], []];
  const answers = createAnswers({
    book,
    disk: {
      defaultDirectory: '/downloads',
      checkDirectory: (directory) =>
        Promise.resolve(checked ? { ok: false, code: checked } : { ok: true, directory: `${directory}/` }),
    },
    getSetting: (() => '') as never,
    messages: { cancel: (messageId) => Promise.resolve(recalled.push(messageId) > 0) },
    rooms: withdraw && { withdraw },
    isVerified: () => false,
    async end(transferId, change) {
      await before?.(book);
      return book.change(transferId, change);
    },
    onAccepted: () => void reviews.push('review'),
  });
  return { answers, book, recalled, reviews, state: () => book.get(stored.transferId)?.state };
}

const theirs = fakeOffer(bo, 1);
const { transferId } = theirs;
const ours = fakeOffer(own, 1, { conversation: theirs.conversation });
const oursInRoom = fakeOffer(own, 1, { conversation: room });

test('[FILE-5] an offer that nobody made is neither accepted, nor declined, nor cancelled', async () => {
  const { answers, state } = setUp(theirs);
  const results = [await answers.accept(nobody), await answers.decline(nobody), await answers.cancel(nobody)];
  const refusal = refuse('unknown-transfer');
  expect([results, state()]).toEqual([[refusal, refusal, refusal], 'offered']);
});

test('[FILE-5] its sender can neither accept nor decline an offer', async () => {
  const { answers, state } = setUp(ours);
  const results = [await answers.accept(transferId), await answers.decline(transferId)];
  expect([results, state()]).toEqual([[refuse('unknown-transfer'), refuse('unknown-transfer')], 'offered']);
});

test('[FILE-5] an offer that was declined can be answered no more', async () => {
  const { answers, state } = setUp(theirs);
  const first = await answers.decline(transferId);
  const results = [await answers.accept(transferId), await answers.decline(transferId), await answers.cancel(transferId)];
  expect([first.ok, results, state()]).toEqual([true, results.map(() => refuse('transfer-over')), 'declined']);
});

test('an offer is not accepted into a folder that takes no files, and waits on', async () => {
  const { answers, state, reviews } = setUp(theirs, { checked: 'no-access' });
  const results = [await answers.accept(transferId), await answers.accept(transferId, '/locked')];
  expect([results, state(), reviews]).toEqual([
    ['/downloads', '/locked'].map((directory) => refuse('folder-unusable', { directory, reason: 'noAccess' })),
    'offered',
    [],
  ]);
});

test('[FILE-3] an answer that the store refuses leaves the offer open', async () => {
  const { answers, state, book } = setUp(theirs, { isStoreFull: true });
  const results = [await answers.accept(transferId), await answers.decline(transferId), await answers.cancel(transferId)];
  expect([results, state(), book.get(transferId)?.directory]).toEqual([
    results.map(() => refuse('transfer-not-kept')),
    ...['offered', ''],
  ]);
});

test('[FILE-44] a transfer that ends while the user cancels it stays as it ended', async () => {
  const before = (book: TransferBook): Promise<unknown> => book.change(transferId, { state: 'done' });
  const { answers, state } = setUp(theirs, { before });
  expect([await answers.cancel(transferId), state()]).toEqual([refuse('transfer-over'), 'done']);
});

test('[FILE-6] to cancel an offer of ours takes back its message', async () => {
  const { answers, state, recalled } = setUp(ours);
  const result = await answers.cancel(transferId);
  expect([result.ok, recalled, state()]).toEqual([true, [transferId], 'cancelled']);
});

test('[FILE-5] to cancel an offer of ours that ended is refused, and takes back nothing', async () => {
  const { answers, recalled } = setUp({ ...ours, state: 'failed' });
  expect([await answers.cancel(transferId), recalled]).toEqual([refuse('transfer-over'), []]);
});

test.each([
  ['a withdrawal that is not persisted', () => Promise.resolve(false)],
  ['a node without rooms', undefined],
])('[RFILE-16] %s leaves an offer in a room as it is', async (_, withdraw) => {
  const { answers, state, recalled } = setUp(oursInRoom, { withdraw });
  expect([await answers.cancel(transferId), state(), recalled]).toEqual([refuse('transfer-not-kept'), 'offered', []]);
});
