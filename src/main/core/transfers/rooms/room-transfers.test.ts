/** Offers in rooms that their authors end, and members that say what they have. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import { defaultTransferOptions } from '../options.ts';
import type { StoredTransfer } from '../ports.ts';
import { createTransferBook } from '../transfer-book.ts';
import { createRoomTransfers } from './room-transfers.ts';

const [own, author, stranger] = ['a'.repeat(52), 'b'.repeat(52), 'c'.repeat(52)];
const conversation = conversationOfRoom('lunch');

function setUp(stored: StoredTransfer, before: () => Promise<unknown> = () => Promise.resolve()) {
  const clock = createFakeClock();
  const ignore = (): undefined => undefined;
  const book = createTransferBook(
    {
      ...{ clock, ownPeerId: own, isFamiliar: () => false, persist: (act) => Promise.resolve(act()) },
      store: { list: () => [stored], put: ignore, remove: ignore },
      ...{ onUntold: ignore, onFinal: ignore, onForgotten: ignore, onReplaced: ignore, onListenerError: ignore },
    },
    defaultTransferOptions,
  );
  const rooms = createRoomTransfers({
    ...{ clock, random: { fraction: () => 0 }, book, rooms: undefined, isHere: () => true, isBlocked: () => false },
    sessions: { send: () => true, open: () => Promise.resolve(true), data: { current: ignore, all: () => [] } as never },
    async change(transferId, change) {
      await before();
      return book.change(transferId, change);
    },
    ...{ onNews: ignore, onMembers: ignore, onMessage: ignore, isFamiliar: () => false },
    disk: { sha256: () => Promise.resolve(new Uint8Array(32)) },
  });
  const outcome = async (): Promise<Partial<StoredTransfer>> => {
    await clock.advance(100);
    const { state, code, isHeld } = book.get(stored.transferId) ?? {};
    return { ...(state && { state }), ...(code && { code }), ...(isHeld !== undefined && { isHeld }) };
  };
  return { book, rooms, outcome };
}

const running = fakeOffer(author, 1, { conversation, state: 'accepted' });

test('[RFILE-16] an offer that its author withdraws is cancelled', async () => {
  const { rooms, outcome } = setUp(running);
  rooms.withdrawn(author, 'lunch', running.transferId);
  expect(await outcome()).toEqual({ state: 'cancelled', code: 'withdrawn' });
});

test('[RFILE-16] files that get their final names just then are kept, and given to nobody', async () => {
  const finish = (): Promise<unknown> => book.change(running.transferId, { state: 'done', isHeld: true });
  const { book, rooms, outcome } = setUp(running, finish);
  rooms.withdrawn(author, 'lunch', running.transferId);
  expect(await outcome()).toEqual({ state: 'done', isHeld: false });
});

test.each([
  ['another author', stranger, 'lunch'],
  ['another room', author, 'dinner'],
])('[RFILE-16] a withdrawal of %s ends nothing', async (_, from, room) => {
  const { rooms, outcome } = setUp(running);
  rooms.withdrawn(from, room, running.transferId);
  expect(await outcome()).toMatchObject({ state: 'waiting' });
});

test('[RFILE-16] a withdrawal that comes before its offer ends it', async () => {
  const other = fakeOffer(author, 2, { conversation });
  const { book, rooms } = setUp(running);
  rooms.withdrawn(author, 'lunch', other.transferId);
  const message = { messageId: other.transferId, conversation, from: author, offer: other.offer, receivedAtMs: 0 } as never;
  book.keep(message, other.offer);
  const kept = book.committed(message);
  if (!kept) throw new Error('it was not kept');
  rooms.offered(kept);
  await Promise.resolve();
  await Promise.resolve();
  expect(book.get(other.transferId)).toMatchObject({ state: 'cancelled', code: 'withdrawn' });
});

test('[RFILE-40] descriptions of small pictures are cleaned where they are shown, and kept as they came', () => {
  const previews = [{ file: 0, bytes: new Uint8Array(1), description: 'A\nlake\u202e' }];
  const { rooms, book } = setUp({ ...running, offer: { ...running.offer, previews, previewsId: new Uint8Array(32) } });
  const transfer = book.get(running.transferId);
  const shown = transfer && rooms.shown(transfer);
  expect([transfer, shown].map((one) => one?.offer.previews?.[0]?.description)).toEqual(['A\nlake\u202e', 'A lake']);
});
