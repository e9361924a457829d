/** Transfers that wait for a place or for a peer, and connections that end. */
import { expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createFakeDisk } from '../../../../../test/fakes/fake-disk.ts';
import { createFakeSessions, type FakeSession } from '../../../../../test/fakes/fake-sessions.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { conversationOfRoom, type PeerId } from '../../../../shared/lib/ids.ts';
import type { TransferCode } from '../../../../shared/contract/transfers.ts';
import { defaultTransferOptions } from '../options.ts';
import type { StoredTransfer } from '../ports.ts';
import { createTransferRate } from '../rate.ts';
import type { Holders } from '../rooms/holders.ts';
import { createTransferBook, type TransferBook } from '../transfer-book.ts';
import { createFileReceiver } from './receive.ts';

const [own, bo, cy] = ['a'.repeat(52), 'b'.repeat(52), 'c'.repeat(52)];
const conversation = conversationOfRoom('lunch');
const ignore = (): undefined => undefined;
const noSession = (): never => expect.unreachable('no such session');

/** Accepted offers, of which none has begun. */
function accepted(from: PeerId, numbers: readonly number[], change: Partial<StoredTransfer> = {}): readonly StoredTransfer[] {
  return numbers.map((number) => fakeOffer(from, number, { state: 'accepted', directory: '/downloads', ...change }));
}

/** Members that have the files, in this order, until an attempt with them fails. */
function holdersOf(members: PeerId[]): Holders {
  return {
    next: (_, except) => members.find((peerId) => !except(peerId)),
    ...{ isSearching: () => false, isPromising: () => members.length > 0 },
    failed: (_, peerId) => void members.splice(members.indexOf(peerId), 1),
    ...{ search: ignore, refresh: ignore, answered: ignore, heard: ignore, forget: ignore, close: ignore },
  };
}

function bookOf(clock: FakeClock, stored: readonly StoredTransfer[]): TransferBook {
  return createTransferBook(
    {
      ...{ clock, ownPeerId: own, isFamiliar: () => false, persist: (act) => Promise.resolve(act()) },
      store: { list: () => stored, put: ignore, remove: ignore },
      ...{ onUntold: ignore, onFinal: ignore, onForgotten: ignore, onReplaced: ignore, onListenerError: ignore },
    },
    defaultTransferOptions,
  );
}

function setUp(stored: readonly StoredTransfer[], connected: readonly PeerId[]) {
  const clock = createFakeClock();
  const book = bookOf(clock, stored);
  const sessions = new Map<PeerId, FakeSession>(connected.map((peerId) => [peerId, createFakeSessions().connect(peerId)]));
  /** Peers that were dialed, those that were asked to dial, and the members that may be tried. */
  const [dialed, called, members]: [PeerId[], PeerId[], PeerId[]] = [[], [], [...connected]];
  let dial: () => Promise<boolean> = () => Promise.resolve(false);
  const receiver = createFileReceiver(
    {
      ...{
        clock,
        disk: createFakeDisk().attach(clock).disk,
        book,
        holders: holdersOf(members),
        isHere: () => true,
        isBlocked: () => false,
      },
      rate: createTransferRate(clock, () => 0 as never),
      sessions: {
        send: (peerId) => called.push(peerId) > 0,
        open: () => Promise.resolve(true),
        data: {
          current: (peerId) => sessions.get(peerId),
          async open(peerId) {
            dialed.push(peerId);
            return { ok: await dial() } as never;
          },
          ...{ serve: ignore, heard: ignore, subscribe: () => ignore },
        },
      },
    },
    defaultTransferOptions,
  );
  const sessionOf = (peerId: PeerId): FakeSession => sessions.get(peerId) ?? noSession();
  const refuse = async (peerId: PeerId, number: number, code: TransferCode): Promise<void> => {
    receiver.refused(sessionOf(peerId), { transferId: fakeOffer(peerId, number).transferId, code });
    await clock.advance(10);
  };
  const review = async (): Promise<void> => {
    receiver.review();
    await clock.advance(10);
  };
  const states = (): unknown =>
    Object.fromEntries(book.list().map(({ transferId, state, code }) => [Number(transferId.slice(-12)), code ?? state]));
  /** The transfers that were asked for on the connection with that peer, in their order. */
  const askedOf = (peerId: PeerId): readonly number[] =>
    sessionOf(peerId).sent.flatMap((frame) => (frame.type === 'pull' ? [Number(frame.transferId.slice(-12))] : []));
  const connect = (peerId: PeerId): void => void sessions.set(peerId, createFakeSessions().connect(peerId));
  const disconnect = async (peerId: PeerId): Promise<void> => {
    const session = sessionOf(peerId);
    sessions.delete(peerId);
    receiver.closed(session);
    await clock.advance(10);
  };
  const setDial = (next: typeof dial): void => void (dial = next);
  const ends = { refuse, connect, disconnect, setDial };
  return { clock, receiver, review, states, askedOf, sessionOf, dialed, called, members, ...ends };
}

test('[XFER-14] four transfers of a peer run, the oldest first, and the fifth begins when one has ended', async () => {
  const { review, refuse, askedOf, states } = setUp([...accepted(bo, [5, 4, 3, 2, 1]), ...accepted(cy, [6])], [bo, cy]);
  await review();
  const before = [askedOf(bo), askedOf(cy)];
  await review();
  await refuse(bo, 2, 'changed');
  expect([before, askedOf(bo), states()]).toEqual([
    [[1, 2, 3, 4], [6]],
    [1, 2, 3, 4, 5],
    { 1: 'running', 2: 'changed', 3: 'running', 4: 'running', 5: 'running', 6: 'running' },
  ]);
});

test('[XFER-14] all transfers in rooms have four places together, and leave the others to peers', async () => {
  const { review, refuse, askedOf } = setUp([...accepted(bo, [1, 2, 3, 4, 5], { conversation }), ...accepted(cy, [6])], [bo, cy]);
  await review();
  const inRooms = [...new Set([...askedOf(bo), ...askedOf(cy)])].filter((number) => number !== 6);
  await refuse(cy, 6, 'changed');
  expect([inRooms.length, askedOf(cy).includes(6)]).toEqual([4, true]);
});

test('[XFER-8] a connection that ends stops what came on it, and nothing else', async () => {
  const { review, disconnect, states, askedOf } = setUp([...accepted(bo, [1]), ...accepted(cy, [2])], [bo, cy]);
  await review();
  await disconnect(cy);
  expect([states(), askedOf(bo)]).toEqual([{ 1: 'running', 2: 'offline' }, [1]]);
});

test('[XFER-11, XFER-9] a peer that cannot be dialed is asked to dial, and dialed again after 15 s', async () => {
  const { clock, review, dialed, called } = setUp(accepted(bo, [1, 2]), []);
  await review();
  await review();
  const before = [dialed.length, [...called]];
  await clock.advance(14_900);
  const within = dialed.length;
  await clock.advance(200);
  expect([before, within, dialed]).toEqual([[1, [bo]], 1, [bo, bo]]);
});

test('once closed, an attempt that fails is not made again, and nothing begins', async () => {
  const { clock, review, receiver, dialed, setDial } = setUp(accepted(bo, [1]), []);
  let fail: () => void = ignore;
  setDial(() => new Promise((resolve) => (fail = () => resolve(false))));
  await review();
  await receiver.close();
  fail();
  receiver.heard(bo);
  await clock.advance(600_000);
  expect([dialed, clock.pendingTimers()]).toEqual([[bo], 0]);
});

test('once closed, a transfer that runs is stopped, and begins no more', async () => {
  const { clock, review, receiver, askedOf } = setUp(accepted(bo, [1]), [bo]);
  await review();
  await receiver.close();
  receiver.roomChanged(conversation);
  receiver.opened();
  await clock.advance(600_000);
  expect(askedOf(bo)).toEqual([1]);
});

test('[RFILE-8] a connection to a member is closed once no transfer in a room uses it', async () => {
  const { review, refuse, members, sessionOf, states, clock } = setUp(accepted(bo, [1, 2], { conversation }), [bo]);
  await review();
  await refuse(bo, 1, 'other-refused');
  const first = sessionOf(bo).closedFor;
  members.length = 0;
  await refuse(bo, 2, 'other-refused');
  await clock.advance(100);
  expect([first, sessionOf(bo).closedFor, states()]).toEqual([undefined, 'idle', { 1: 'offline', 2: 'offline' }]);
});

test('[RFILE-10] a transfer in a room that waits is not begun again before its time, unless somebody comes', async () => {
  const { clock, review, refuse, receiver, members, askedOf, connect } = setUp(accepted(bo, [1], { conversation }), [bo]);
  await review();
  await refuse(bo, 1, 'other-refused');
  members.push(bo);
  connect(bo);
  await review();
  const within = askedOf(bo);
  receiver.roomChanged(conversation);
  await clock.advance(10);
  expect([within, askedOf(bo)]).toEqual([[], [1]]);
});
