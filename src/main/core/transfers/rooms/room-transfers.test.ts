/** Offers in rooms that their authors end, and members that say what they have. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import { defaultTransferOptions } from '../options.ts';
import type { StoredTransfer } from '../ports.ts';
import { createTransferBook } from '../transfer-book.ts';
import type { TransferFrame } from '../../messaging/wire/frames.ts';
import type { HoldersContent } from '../../messaging/wire/room-file-frames.ts';
import type { RoomFiles } from '../room-files.ts';
import { createRoomTransfers } from './room-transfers.ts';

const [own, author, stranger, outsider] = ['a'.repeat(52), 'b'.repeat(52), 'c'.repeat(52), 'd'.repeat(52)];
const conversation = conversationOfRoom('lunch');

/** The author and the stranger are members. */
const lunch: RoomFiles = {
  ...{ say: () => expect.unreachable('nothing is said'), withdraw: () => Promise.resolve(true) },
  ...{ membersOf: () => [author, stranger], isMember: (_, peerId) => peerId !== outsider },
  ...{ subscribe: () => () => undefined, followConversations: () => () => undefined },
};

function setUp(stored: StoredTransfer, before: () => Promise<unknown> = () => Promise.resolve(), inRooms?: RoomFiles) {
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
  const sent: TransferFrame[] = [];
  const rooms = createRoomTransfers({
    ...{ clock, random: { fraction: () => 0 }, book, rooms: inRooms, isHere: () => true, isBlocked: () => false },
    sessions: {
      send: (_, frame) => sent.push(frame) > 0,
      open: () => Promise.resolve(true),
      data: { current: ignore, all: () => [] } as never,
    },
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
  return { book, rooms, outcome, sent, clock };
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

const { transferId } = running;
const answerOf = (answer: 'withdrawn'): HoldersContent => ({ transferId, answer, holders: [] });

test('[RFILE-16] an author that says that it withdrew its offer ends it, and another member does not', async () => {
  const { rooms, outcome } = setUp(running, undefined, lunch);
  rooms.answered(stranger, answerOf('withdrawn'));
  const before = await outcome();
  rooms.answered(author, answerOf('withdrawn'));
  expect([before.state, await outcome()]).toEqual(['waiting', { state: 'cancelled', code: 'withdrawn' }]);
});

test('[RFILE-16] another member that says so has nothing to give', async () => {
  const { rooms, book, clock } = setUp(running, undefined, lunch);
  const transfer = book.get(transferId) ?? running;
  rooms.holders.search(transfer);
  await clock.advance(1);
  const before = rooms.holders.isSearching(transfer);
  rooms.answered(author, { transferId, answer: 'not', holders: [] });
  rooms.answered(stranger, answerOf('withdrawn'));
  const after = rooms.holders.isSearching(transfer);
  expect([before, after]).toEqual([true, false]);
});

const ours = fakeOffer(own, 1, { conversation });

test('[RFILE-16] a withdrawal of ours that comes back ends nothing', async () => {
  const { rooms, outcome } = setUp(ours, undefined, lunch);
  rooms.withdrawn(own, 'lunch', transferId);
  expect(await outcome()).toEqual({ state: 'offered' });
});

test('[RFILE-16] a member that looks for files that were withdrawn hears that, and no names', () => {
  const { rooms, sent } = setUp({ ...ours, state: 'cancelled', haveIt: [stranger] }, undefined, lunch);
  rooms.asked(author, transferId);
  rooms.asked(outsider, transferId);
  const frame = { type: 'transferHolders', transferId, holders: [] };
  expect(sent).toEqual([
    { ...frame, answer: 'withdrawn' },
    { ...frame, answer: 'not' },
  ]);
});

test('[RFILE-13] a member that asks again and again gets no answer until some time has passed', async () => {
  const { rooms, sent, clock } = setUp({ ...ours, haveIt: [stranger] }, undefined, lunch);
  for (let count = 0; count < 150; count += 1) rooms.asked(author, transferId);
  const atOnce = sent.length;
  await clock.advance(1_000);
  for (let count = 0; count < 150; count += 1) rooms.asked(author, transferId);
  expect([atOnce, sent.length, sent[0]]).toMatchObject([100, 105, { answer: 'has', holders: [stranger] }]);
});

test('[RFILE-12] a member counts once, an outsider never, and the reason of a wait stays', async () => {
  const { rooms, book } = setUp({ ...ours, haveIt: [stranger] }, undefined, lunch);
  await book.change(transferId, { state: 'waiting', code: 'vanished' });
  const arrive = async (peerId: string): Promise<unknown> => {
    const isKnown = await rooms.arrivedAt(peerId, book.get(transferId) ?? ours);
    const { haveIt, code } = book.get(transferId) ?? {};
    return [isKnown, haveIt?.map((one) => one.slice(0, 1)), code];
  };
  expect([await arrive(stranger), await arrive(outsider), await arrive(author)]).toEqual([
    [true, ['c'], 'vanished'],
    [false, ['c'], 'vanished'],
    [true, ['c', 'b'], 'vanished'],
  ]);
});

test('[RFILE-12] beyond 1,024 members nobody else is counted, and each hears that this is known', async () => {
  const haveIt = Array.from({ length: 1_024 }, (_, index) => `${index}`);
  const { rooms, book } = setUp({ ...ours, haveIt }, undefined, lunch);
  const isKnown = await rooms.arrivedAt(author, book.get(transferId) ?? ours);
  expect([isKnown, book.get(transferId)?.haveIt?.length]).toEqual([true, 1_024]);
});

test.each<[StoredTransfer['state'], unknown]>([
  ['done', { state: 'done', isHeld: false }],
  ['offered', { state: 'offered' }],
])('[RFILE-23] a file that cannot be read ends what a member gives, not an offer: %s', async (state, after) => {
  const stored = state === 'done' ? { ...running, state, isHeld: true } : ours;
  const { rooms, outcome } = setUp(stored, undefined, lunch);
  rooms.unreadable(stored);
  expect(await outcome()).toEqual(after);
});

test('[RFILE-20] on a node without rooms nobody is a member, and an offer of one is for nobody', async () => {
  const { rooms, book, sent, clock } = setUp(ours);
  const stop = rooms.start();
  rooms.asked(author, transferId);
  const isKnown = await rooms.arrivedAt(author, ours);
  stop();
  await clock.advance(1);
  const shown = rooms.shown(book.get(transferId) ?? ours);
  expect([sent, isKnown, shown.keptBy]).toEqual([
    [{ type: 'transferHolders', transferId, answer: 'not', holders: [] }],
    ...[false, { count: 0, of: 0 }],
  ]);
});
