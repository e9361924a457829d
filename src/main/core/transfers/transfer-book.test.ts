/** The table of transfers when the store refuses, and when a peer brings more than it should. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { fakeOffer } from '../../../../test/fakes/fake-transfers.ts';
import { conversationOfRoom } from '../../../shared/lib/ids.ts';
import type { StoredMessage } from '../messaging/ports.ts';
import { defaultTransferOptions } from './options.ts';
import type { StoredTransfer } from './ports.ts';
import { createTelling } from './tell.ts';
import { createTransferBook } from './transfer-book.ts';

const [own, bo] = ['a'.repeat(52), 'b'.repeat(52)];

function makeBook(stored: readonly StoredTransfer[] = []) {
  const clock = createFakeClock();
  const calls: string[] = [];
  const puts: string[] = [];
  let isBroken = false;
  const book = createTransferBook(
    {
      clock,
      store: {
        list: () => stored,
        put: ({ transferId }) => void puts.push(transferId),
        remove: () => void calls.push('removed'),
      },
      persist: (act) => Promise.resolve(isBroken ? undefined : act()),
      ownPeerId: own,
      isFamiliar: () => false,
      onUntold: () => void calls.push('untold'),
      onFinal: ({ state }) => void calls.push(state),
      onForgotten: () => void calls.push('forgotten'),
      onReplaced: ({ from }) => void calls.push(`replaced that of ${from.slice(0, 1)}`),
      onListenerError(error) {
        throw error;
      },
    },
    defaultTransferOptions,
  );
  const events: StoredTransfer[] = [];
  book.subscribe(({ transfer }) => void events.push(transfer));
  return { book, clock, calls, puts, events, breakStore: (isOn: boolean) => void (isBroken = isOn) };
}

function messageOf({ transferId, conversation, from, offer }: StoredTransfer, receivedAtMs = 0): StoredMessage {
  const rest = { sequence: 1, direction: 'in', fromName: 'Bo', text: '', sentAtMs: 0, state: 'received' };
  return { messageId: transferId, conversation, from, offer, receivedAtMs, ...rest } as unknown as StoredMessage;
}

test('[FILE-43] nothing is deleted for a final state that the store refused', async () => {
  const offer = fakeOffer(bo, 1, { state: 'accepted' });
  const { book, calls, breakStore } = makeBook([offer]);
  breakStore(true);
  const first = await book.change(offer.transferId, { state: 'cancelled' });
  const refused = [first, book.get(offer.transferId)?.state, [...calls]];
  breakStore(false);
  const second = await book.change(offer.transferId, { state: 'cancelled' });
  expect([refused, second, calls]).toEqual([[false, 'waiting', []], true, ['untold', 'cancelled']]);
});

test('[FILE-3] a transfer that ended stays as it ended', async () => {
  const states = ['offered', 'accepted', 'running', 'waiting', 'paused', 'done', 'declined', 'cancelled', 'failed'] as const;
  const finals = states.slice(5);
  for (const state of finals) {
    const offer = fakeOffer(bo, 1, { state });
    const { book, calls } = makeBook([offer]);
    const changes = await Promise.all(
      states.filter((to) => to !== state).map((to) => book.change(offer.transferId, { state: to })),
    );
    expect([changes.includes(true), book.get(offer.transferId)?.state, calls]).toEqual([false, state, []]);
  }
});

test('[FILE-43] an offer whose message was not committed takes no place', async () => {
  const { book, clock } = makeBook();
  const offer = fakeOffer(bo, 1);
  book.keep(messageOf(offer), offer.offer);
  const before = book.waitingOffers().length;
  await clock.advance(1_000);
  expect([before, book.waitingOffers().length, book.committed(messageOf(offer))]).toEqual([1, 0, undefined]);
});

test('[FILE-42] an offer that would end at once is kept for an hour', () => {
  const { book } = makeBook();
  const offer = fakeOffer(bo, 1);
  book.keep(messageOf(offer, 5_000), { ...offer.offer, lifeMs: 0 });
  expect(book.committed(messageOf(offer))?.expiresAtMs).toBe(3_605_000);
});

test('[FILE-4] an offer that would never end is kept for seven days', () => {
  const { book } = makeBook();
  const offer = fakeOffer(bo, 1);
  book.keep(messageOf(offer, 5_000), { ...offer.offer, lifeMs: 2 ** 47 });
  expect(book.committed(messageOf(offer))?.expiresAtMs).toBe(5_000 + 7 * 86_400_000);
});

test('[FILE-60] a paused transfer does not run before it goes on', async () => {
  const offer = fakeOffer(bo, 1, { state: 'paused' });
  const { book } = makeBook([offer]);
  const changes: boolean[] = [];
  for (const state of ['accepted', 'running', 'declined', 'offered', 'waiting', 'running'] as const)
    changes.push(await book.change(offer.transferId, { state }));
  expect(changes).toEqual([false, false, false, false, true, true]);
});

test('[FILE-42] final states that a peer never hears of have a limit, and so has the table', async () => {
  const offers = Array.from({ length: 2_100 }, (_, index) => fakeOffer(bo, index));
  const { book, calls } = makeBook(offers);
  for (const { transferId } of offers) await book.change(transferId, { state: 'failed', code: 'expired' });
  const untold = book.list().filter(({ isTold }) => !isTold).length;
  const late = fakeOffer(bo, 9_999);
  book.keep(messageOf(late), late.offer);
  book.committed(messageOf(late));
  const told = calls.filter((call) => call === 'untold').length;
  expect([untold, told, book.list().length]).toEqual([256, 256, 2_000]);
});

test('[FILE-42] a change tells that transfer alone, and a new session tells all that is not known', async () => {
  const offers = [1, 2, 3].map((number) => fakeOffer(bo, number, { state: 'failed', isTold: false }));
  const { book } = makeBook(offers);
  const sent: number[] = [];
  const telling = createTelling({
    book,
    sessions: {
      send(_, frame) {
        if (frame.type === 'transferState') sent.push(frame.states.length);
        return true;
      },
      open: () => Promise.resolve(true),
    },
    isHere: () => true,
    change: book.change,
    onArrived: () => Promise.resolve(true),
  });
  for (const offer of offers) telling.changed(offer);
  telling.tell(bo);
  telling.received(bo, { type: 'transferTold', messageIds: offers.slice(1).map(({ transferId }) => transferId) });
  telling.tell(bo);
  expect(sent).toEqual([1, 1, 1, 3, 1]);
});

test('[RFILE-1] a direct offer with the ID of an offer in a room never stands for it', () => {
  const room = conversationOfRoom('lunch');
  const [theirs, stolen] = [fakeOffer('c'.repeat(52), 1, { conversation: room }), fakeOffer(bo, 1)];
  const after = (offers: readonly StoredTransfer[]): unknown => {
    const { book, calls } = makeBook();
    const shown = offers.map((offer) => {
      book.keep(messageOf(offer), offer.offer);
      return book.committed(messageOf(offer))?.from.slice(0, 1);
    });
    const { from, conversation } = book.get(theirs.transferId) ?? {};
    return { shown, calls, isTheirs: from === theirs.from && conversation === room };
  };
  expect([after([stolen, theirs]), after([theirs, stolen])]).toEqual([
    { shown: ['b', 'c'], calls: ['replaced that of b'], isTheirs: true },
    { shown: ['c', undefined], calls: [], isTheirs: true },
  ]);
});

test('[RFILE-1] an offer in a room takes the place of no other offer in a room, and of none of ours', () => {
  const room = conversationOfRoom('lunch');
  const { conversation } = fakeOffer(bo, 2);
  const known = [fakeOffer('c'.repeat(52), 1, { conversation: room }), fakeOffer(own, 2, { conversation })];
  const { book, calls } = makeBook(known);
  for (const number of [1, 2]) {
    const offer = fakeOffer(bo, number, { conversation: room });
    book.keep(messageOf(offer), offer.offer);
    book.committed(messageOf(offer));
  }
  expect([known.map(({ transferId }) => book.get(transferId)?.from), calls]).toEqual([known.map(({ from }) => from), []]);
});

test('[FILE-42] no offer that still waits is forgotten, however many there are', async () => {
  const open = Array.from({ length: 2_000 }, (_, index) => fakeOffer(own, index));
  const { book, calls } = makeBook(open);
  const late = fakeOffer(bo, 9_999);
  book.keep(messageOf(late), late.offer);
  book.committed(messageOf(late));
  const before = [book.list().length, [...calls]];
  await book.change(open[7]?.transferId ?? '', { state: 'cancelled' });
  const last = fakeOffer(bo, 10_000);
  book.keep(messageOf(last), last.offer);
  book.committed(messageOf(last));
  expect([before, book.list().length, book.get(open[7]?.transferId ?? '')]).toEqual([[2_001, []], 2_001, undefined]);
  expect(calls).toContain('forgotten');
});

test('[RFILE-15] at the start, an offer of ours in a room is open again, and all else waits for its peer', () => {
  const room = conversationOfRoom('lunch');
  const running = { state: 'running', code: 'paused' } as const;
  const { conversation } = fakeOffer(bo, 1);
  const stored = [
    fakeOffer(own, 1, { ...running, conversation: room }),
    fakeOffer(bo, 2, { ...running, conversation: room }),
    fakeOffer(own, 3, { ...running, conversation }),
    fakeOffer(bo, 4, { state: 'paused' }),
  ];
  const { book } = makeBook(stored);
  expect(stored.map(({ transferId }) => book.get(transferId)).map((one) => [one?.state, one?.code])).toEqual([
    ['offered', undefined],
    ['waiting', 'offline'],
    ['waiting', 'offline'],
    ['paused', undefined],
  ]);
});

test('[FILE-6] an answer about an earlier state does not count for the present one', async () => {
  const offer = fakeOffer(bo, 1);
  const { book } = makeBook([offer]);
  const isTold = (): unknown => book.get(offer.transferId)?.isTold;
  await book.change(offer.transferId, { state: 'accepted' });
  const earlier = book.get(offer.transferId);
  await book.change(offer.transferId, { state: 'cancelled' });
  if (earlier) book.told(earlier);
  const before = isTold();
  book.told({ ...offer, state: 'cancelled' });
  expect([before, isTold()]).toEqual([false, true]);
});

test('a state that is nothing to the other end waits to be told no longer', async () => {
  const offer = fakeOffer(own, 1, { conversation: fakeOffer(bo, 1).conversation, isTold: false });
  const { book, calls } = makeBook([offer]);
  await book.change(offer.transferId, { state: 'running' });
  expect([book.get(offer.transferId)?.isTold, calls]).toEqual([true, []]);
});

test('a transfer that nobody knows changes nothing, and no host hears of it', async () => {
  const { book, puts, events } = makeBook();
  const { transferId } = fakeOffer(bo, 1);
  const isChanged = await book.change(transferId, { state: 'done' });
  book.progress(transferId, 5);
  book.keepPreviews(transferId, [{ file: 0, bytes: new Uint8Array(1), description: '' }]);
  book.dropPreviews(transferId);
  book.shownAnew(transferId);
  expect([isChanged, book.list(), puts, events]).toEqual([false, [], [], []]);
});

test('[IMG-9] small pictures that go are written once, and nothing is where there were none', () => {
  const base = fakeOffer(bo, 1);
  const previews = [{ file: 0, bytes: new Uint8Array(1), description: '' }];
  const offers = [{}, { previews }, { previewsId: new Uint8Array(32) }].map((had, index) => {
    const offer = fakeOffer(bo, index + 1);
    return { ...offer, offer: { ...base.offer, ...had } };
  });
  const { book, puts, events } = makeBook(offers);
  for (let time = 0; time < 2; time += 1) for (const { transferId } of offers) book.dropPreviews(transferId);
  const dropped = offers.slice(1).map(({ transferId }) => transferId);
  expect([puts, events.map(({ transferId }) => transferId)]).toEqual([dropped, dropped]);
  expect(book.list().map(({ offer }) => offer)).toEqual([base.offer, base.offer, base.offer]);
});
