/** States that the other end tells: those that it may, and what it hears in return. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { fakeOffer } from '../../../../test/fakes/fake-transfers.ts';
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import { maxStatesPerFrame, type TransferStateContent } from '../messaging/wire/transfer-frames.ts';
import { defaultTransferOptions } from './options.ts';
import type { StoredTransfer } from './ports.ts';
import { createTelling } from './tell.ts';
import { createTransferBook, type TransferBook } from './transfer-book.ts';

const [own, bo, cy] = ['a'.repeat(52), 'b'.repeat(52), 'c'.repeat(52)];
const ignore = (): undefined => undefined;
type Told = TransferStateContent['states'][number];

interface Setting {
  readonly isStoreFull?: boolean;
  readonly isOpen?: boolean;
  readonly isHere?: boolean;
  /** It happens before a state of the other end is taken over. */
  readonly before?: (book: TransferBook) => Promise<unknown>;
}

function setUp(stored: readonly StoredTransfer[], setting: Setting = {}) {
  const { isStoreFull = false, isOpen = true, isHere = true, before } = setting;
  const clock = createFakeClock();
  const book = createTransferBook(
    {
      ...{ clock, ownPeerId: own, isFamiliar: () => false },
      persist: (act) => Promise.resolve(isStoreFull ? undefined : act()),
      store: { list: () => stored, put: ignore, remove: ignore },
      ...{ onUntold: ignore, onFinal: ignore, onForgotten: ignore, onReplaced: ignore, onListenerError: ignore },
    },
    defaultTransferOptions,
  );
  const sent: (readonly MessageId[] | number)[] = [];
  const opened: PeerId[] = [];
  const telling = createTelling({
    book,
    sessions: {
      send(_, frame) {
        if (frame.type === 'transferTold') sent.push(frame.messageIds);
        if (frame.type === 'transferState') sent.push(frame.states.length);
        return isOpen;
      },
      open: (peerId) => Promise.resolve(opened.push(peerId) > 0),
    },
    isHere: () => isHere,
    async change(transferId, change) {
      await before?.(book);
      return book.change(transferId, change);
    },
    onArrived: () => Promise.resolve(true),
  });
  const receive = async (told: readonly Told[], peerId = bo): Promise<unknown> => {
    telling.received(peerId, { type: 'transferState', states: told });
    await clock.advance(1);
    return told.map(({ transferId }) => [book.get(transferId)?.state, book.get(transferId)?.code]);
  };
  return { book, telling, receive, sent, opened };
}

const { transferId, conversation } = fakeOffer(bo, 1);
const ours = (state: StoredTransfer['state']): StoredTransfer => fakeOffer(own, 1, { conversation, state });
const theirs = (state: StoredTransfer['state']): StoredTransfer => fakeOffer(bo, 1, { state });

test.each(['accepted', 'paused', 'declined', 'done'] as const)(
  '[FILE-5] a sender that says that its own offer is %s changes nothing, and need not say it again',
  async (state) => {
    const { receive, sent } = setUp([theirs('offered')]);
    expect([await receive([{ transferId, state }]), sent]).toEqual([[['offered', undefined]], [[transferId]]]);
  },
);

test.each<[string, StoredTransfer['state'], Omit<Told, 'transferId'>, readonly unknown[]]>([
  ['that it failed, and why,', 'paused', { state: 'failed', code: 'disk-full' }, ['failed', 'disk-full']],
  ['that it failed', 'paused', { state: 'failed' }, ['failed', 'other-refused']],
  ['that it was cancelled', 'paused', { state: 'cancelled' }, ['cancelled', undefined]],
  ['that it is paused there', 'accepted', { state: 'paused' }, ['waiting', 'paused']],
  ['that it is paused there, which is paused here,', 'paused', { state: 'paused' }, ['paused', undefined]],
  ['that it is accepted, which is paused here,', 'paused', { state: 'accepted' }, ['paused', undefined]],
  ['that it is cancelled, which is done,', 'done', { state: 'cancelled' }, ['done', undefined]],
])('[FILE-5, FILE-63] the receiver says of a transfer %s and hears that this is known', async (_, before, told, after) => {
  const { receive, sent } = setUp([ours(before)]);
  expect([await receive([{ transferId, ...told }]), sent]).toEqual([[after], [[transferId]]]);
});

test('[FILE-5] a third peer ends no transfer, and learns nothing of it', async () => {
  const { receive, sent } = setUp([ours('accepted')]);
  const unknown = fakeOffer(cy, 2).transferId;
  const states = await receive(
    [transferId, unknown].map((id) => ({ transferId: id, state: 'cancelled' })),
    cy,
  );
  // The same answer as for a transfer that does not exist.
  expect([states, sent]).toEqual([
    [
      ['waiting', 'offline'],
      [undefined, undefined],
    ],
    [[transferId, unknown]],
  ]);
});

test('[FILE-5] a state that the store refuses is not known here, so it comes again', async () => {
  const { receive, sent } = setUp([ours('offered')], { isStoreFull: true });
  expect([await receive([{ transferId, state: 'declined' }]), sent]).toEqual([[['offered', undefined]], []]);
});

test('[FILE-44] a state of a transfer that ends here at this moment comes too late, and is known', async () => {
  const before = (book: TransferBook): Promise<unknown> => book.change(transferId, { state: 'done' });
  const { receive, sent } = setUp([theirs('accepted')], { before });
  expect([await receive([{ transferId, state: 'cancelled' }]), sent]).toEqual([[['done', undefined]], [[transferId]]]);
});

test('[FILE-6] states that no session takes open one if the peer is here, and then go together', () => {
  const untold = Array.from({ length: maxStatesPerFrame + 1 }, (_, index) =>
    fakeOffer(bo, index, { state: 'cancelled', isTold: false }),
  );
  const tell = (setting: Setting): unknown => {
    const { telling, sent, opened } = setUp(untold, setting);
    telling.tell(bo);
    return { sent, opened };
  };
  // Without a session nothing more is tried.
  expect([tell({ isOpen: false }), tell({ isOpen: false, isHere: false }), tell({})]).toEqual([
    { sent: [maxStatesPerFrame], opened: [bo] },
    { sent: [maxStatesPerFrame], opened: [] },
    { sent: [maxStatesPerFrame, 1], opened: [] },
  ]);
});

test('[FILE-6] only the peer that was told can say that it knows', () => {
  const { telling, book } = setUp([fakeOffer(bo, 1, { state: 'declined', isTold: false })]);
  const isTold = (): unknown => book.get(transferId)?.isTold;
  telling.tell(bo);
  telling.received(cy, { type: 'transferTold', messageIds: [transferId, fakeOffer(cy, 2).transferId] });
  const before = isTold();
  telling.received(bo, { type: 'transferTold', messageIds: [transferId] });
  expect([before, isTold()]).toEqual([false, true]);
});
