/** Offers that are made, and those that cannot be: what is refused leaves nothing on the disk. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createFakeDisk } from '../../../../test/fakes/fake-disk.ts';
import { fakeOffer } from '../../../../test/fakes/fake-transfers.ts';
import { jpegWith } from '../../../../test/fixtures/made-pictures.ts';
import { maxPaths } from '../../../shared/contract/transfers.ts';
import { conversationOfRoom, type MessageId } from '../../../shared/lib/ids.ts';
import { refuse } from '../../../shared/text/messages/problem-values.ts';
import type { StoredMessage } from '../messaging/ports.ts';
import { createOffering } from './offering.ts';
import { defaultTransferOptions } from './options.ts';
import type { RoomFiles } from './room-files.ts';
import type { StoredTransfer, TransferDisk } from './ports.ts';
import { createTransferBook } from './transfer-book.ts';

const [own, bo, cy] = ['a'.repeat(52), 'b'.repeat(52), 'c'.repeat(52)];
const [draft, signed] = [1, 2].map((number) => fakeOffer(own, number).transferId) as [MessageId, MessageId];
const conversation = conversationOfRoom('lunch');
const ignore = (): undefined => undefined;
const tooLong = refuse('too-long', { limit: 1 });
const full = { ok: false, code: 'disk-full' } as const;

interface Setting {
  readonly stored?: readonly StoredTransfer[];
  readonly disk?: (disk: TransferDisk) => Partial<TransferDisk>;
  /** The answer of messaging, or of the room. */
  readonly isRefused?: boolean;
  /** The message is sent, but its transfer is not in the table. */
  readonly isForgotten?: boolean;
  readonly hasRooms?: boolean;
}

function setUp({
  stored = [],
  disk: change = () => ({}),
  isRefused = false,
  isForgotten = false,
  hasRooms = true,
}: Setting = {}) {
  const clock = createFakeClock();
  const files = createFakeDisk();
  files.write('/home/plan.txt', new Uint8Array(3));
  files.write('/home/lake.jpg', new Uint8Array(jpegWith()));
  const { disk: attached } = files.attach(clock);
  const disk = { ...attached, ...change(attached) };
  const book = createTransferBook(
    {
      ...{ clock, ownPeerId: own, isFamiliar: () => false, persist: (act) => Promise.resolve(act()) },
      store: { list: () => stored, put: ignore, remove: ignore },
      ...{ onUntold: ignore, onFinal: ignore, onForgotten: ignore, onReplaced: ignore, onListenerError: ignore },
    },
    defaultTransferOptions,
  );
  const commit = (messageId: MessageId, keep: () => void, in_ = fakeOffer(bo, 1).conversation): StoredMessage => {
    const message = { messageId, conversation: in_, from: own } as StoredMessage;
    keep();
    book.committed(message);
    return message;
  };
  const ended: MessageId[] = [];
  const rooms: Pick<RoomFiles, 'say'> = {
    async say(_, _text, offered) {
      if (isRefused) return tooLong;
      const message = { messageId: signed, conversation, from: own } as StoredMessage;
      if (!isForgotten) commit(signed, () => offered.keep(message), conversation);
      await offered.kept(message);
      return { ok: true, message };
    },
  };
  const offering = createOffering(
    {
      ...{ clock, disk, book, ownPeerId: own, isBlocked: (peerId) => peerId === cy, getSetting: (() => true) as never },
      messages: {
        newId: () => draft,
        send(_, _text, keep) {
          if (isRefused) return Promise.resolve(tooLong);
          return Promise.resolve({ ok: true, message: isForgotten ? ({} as StoredMessage) : commit(draft, () => keep?.()) });
        },
      },
      rooms: hasRooms ? rooms : undefined,
      endOffer: (transferId) => Promise.resolve(ended.push(transferId)),
    },
    defaultTransferOptions,
  );
  const settle = async <Result>(acting: Promise<Result>): Promise<Result> => {
    await clock.advance(10);
    return acting;
  };
  return { clock, files, book, offering, ended, settle };
}

const paths = ['/home/plan.txt'];

test.each([
  ['to oneself', own, { code: 'to-self' }],
  ['to somebody blocked', cy, { code: 'blocked' }],
])('an offer %s is refused, and nothing is read', async (_, to, refusal) => {
  const { offering, settle, files } = setUp({ disk: () => ({ describe: () => Promise.reject(new Error('it was read')) }) });
  expect(await settle(offering.send(to, paths))).toMatchObject(refusal);
  expect(files.leftovers()).toEqual([]);
});

test.each([
  ['without a file', [], { reason: 'empty', path: '' }],
  ['of a file that is not there', ['/home/plan.txt', '/home/gone'], { reason: 'notFound', path: '/home/gone' }],
  ['of too many paths', Array.from({ length: maxPaths + 1 }, () => '/home/plan.txt'), { reason: 'tooManyPaths', path: '' }],
])('[FILE-2, XFER-72] an offer %s is refused with the reason, to a peer and to a room', async (_, given, values) => {
  const { offering, settle, book } = setUp();
  const results = [await settle(offering.send(bo, given)), await settle(offering.sendToRoom('lunch', given))];
  const refusal = { ok: false, code: 'files-unusable', values };
  expect([results, book.list()]).toEqual([[refusal, refusal], []]);
});

test('[FILE-2] files whose description no receiver takes are not offered', async () => {
  const chunkHashes = new Uint8Array(2 ** 26);
  const described = { ok: true, roots: [], files: [], chunkHashes } as const;
  const { offering, settle, book, files } = setUp({ disk: () => ({ describe: () => Promise.resolve(described) }) });
  const results = [await settle(offering.send(bo, paths)), await settle(offering.sendToRoom('lunch', paths))];
  const refusal = { ok: false, code: 'files-unusable', values: { reason: 'tooLarge', path: '' } };
  expect([results, book.list(), files.leftovers()]).toEqual([[refusal, refusal], [], []]);
});

test('the files of four offers are read at a time, and more are refused until one of them is read', async () => {
  const { offering, clock, settle } = setUp();
  const first = Array.from({ length: 4 }, () => offering.send(bo, paths));
  const fifth = await offering.sendToRoom('lunch', paths);
  await clock.advance(10);
  const results = await Promise.all(first);
  const later = await settle(offering.send(bo, paths));
  expect([fifth, results.map(({ ok }) => ok), later.ok]).toEqual([refuse('too-many-offers'), [true, true, true, true], true]);
});

test('a thousand offers of ours may be open, and those that ended do not count', async () => {
  const open = Array.from({ length: 1_000 }, (_, index) => fakeOffer(own, index + 10));
  const theirs = fakeOffer(bo, 2_000);
  const answers = [];
  for (const last of ['offered', 'done'] as const) {
    const stored = [...open.slice(1), fakeOffer(own, 5_000, { state: last }), theirs];
    const { offering, settle } = setUp({ stored });
    answers.push(await settle(offering.send(bo, paths)));
  }
  expect(answers).toMatchObject([refuse('too-many-offers'), { ok: true }]);
});

test('a disk that takes no description refuses the offer, and no message leaves', async () => {
  const { offering, settle, book } = setUp({ disk: () => ({ saveDescription: () => Promise.resolve(full) }) });
  const results = [await settle(offering.send(bo, paths)), await settle(offering.sendToRoom('lunch', paths))];
  expect([results, book.list()]).toEqual([[refuse('not-kept'), refuse('not-kept')], []]);
});

test('a message that is refused leaves no description behind', async () => {
  const { offering, settle, files, book } = setUp({ isRefused: true });
  const toPeer = [await settle(offering.send(bo, paths)), files.leftovers()];
  const toRoom = [await settle(offering.sendToRoom('lunch', paths)), files.leftovers()];
  expect([toPeer, toRoom, book.list()]).toEqual([[tooLong, []], [tooLong, []], []]);
});

test('a node without rooms makes no offer in one', async () => {
  const { offering, settle, files } = setUp({ hasRooms: false });
  expect(await settle(offering.sendToRoom('lunch', paths))).toEqual(refuse('not-joined', { name: 'lunch' }));
  expect(files.leftovers()).toEqual([]);
});

test('[RFILE-15] an offer in a room keeps its description under the ID of its message alone', async () => {
  const { offering, settle, files, ended } = setUp();
  const result = await settle(offering.sendToRoom('lunch', paths));
  expect([result.ok && result.transfer.transferId, files.leftovers(), ended]).toEqual([signed, [signed], []]);
});

test('[RFILE-16] an offer in a room whose description is lost at the last moment is ended for all', async () => {
  const refusesSecond = (disk: TransferDisk): Partial<TransferDisk> => ({
    saveDescription: (id, bytes) => (id === signed ? Promise.resolve(full) : disk.saveDescription(id, bytes)),
  });
  const { offering, settle, files, ended } = setUp({ disk: refusesSecond });
  const result = await settle(offering.sendToRoom('lunch', paths));
  expect([result, ended, files.leftovers()]).toEqual([refuse('not-kept'), [signed], []]);
});

test('an offer to a peer that is not in the table yet is shown as it was made', async () => {
  const { offering, settle } = setUp({ isForgotten: true });
  const result = await settle(offering.send(bo, paths));
  expect(result).toMatchObject({ ok: true, transfer: { transferId: draft, state: 'offered', from: own } });
});

test('[RFILE-16] an offer in a room that is not in the table is ended for all', async () => {
  const { offering, settle, ended } = setUp({ isForgotten: true });
  expect([await settle(offering.sendToRoom('lunch', paths)), ended]).toEqual([refuse('not-kept'), [signed]]);
});

test('[RFILE-40] small pictures go with an offer in a room under their hash, and without any there is none', async () => {
  const previews = [{ name: 'lake.jpg', bytes: new Uint8Array(jpegWith()), description: 'A lake' }];
  const offered = [];
  for (const given of [previews, []]) {
    const { offering, settle } = setUp();
    const result = await settle(offering.sendToRoom('lunch', ['/home/lake.jpg'], given));
    const { previews: kept, previewsId } = (result.ok && result.transfer.offer) || {};
    offered.push([kept?.map(({ description }) => description), previewsId?.length]);
  }
  expect(offered).toEqual([
    [['A lake'], 32],
    [undefined, undefined],
  ]);
});

test('files that are being read when the program ends are not offered', async () => {
  const { offering, clock, book } = setUp();
  const sending = offering.send(bo, paths);
  offering.close();
  await clock.advance(10);
  expect([await sending, book.list()]).toEqual([refuse('files-unusable', { reason: 'aborted', path: '' }), []]);
});

test('[RFILE-15] at the start, descriptions that nobody needs go, and an offer in a room without one fails', async () => {
  const inRoom = { conversation };
  const stored = [
    fakeOffer(own, 1, { ...inRoom, state: 'offered' }),
    fakeOffer(own, 2, { ...inRoom, state: 'offered' }),
    fakeOffer(bo, 3, { ...inRoom, state: 'done', isHeld: true }),
    fakeOffer(bo, 4, { ...inRoom, state: 'done', isHeld: false }),
    fakeOffer(own, 5, { state: 'cancelled' }),
    fakeOffer(own, 6),
  ];
  const { offering, settle, files, book, clock } = setUp({ stored });
  const { disk } = files.attach(clock);
  const lost = stored[1]?.transferId ?? '';
  const saved = [...stored.map(({ transferId }) => transferId).filter((id) => id !== lost), fakeOffer(own, 99).transferId];
  await settle(Promise.all(saved.map((id) => disk.saveDescription(id, new Uint8Array(1)))));
  await settle(offering.removeLeftovers());
  const left = files.leftovers().map((id) => Number(id.slice(-12)));
  const failed = book.list().flatMap(({ transferId, state, code }) => (state === 'failed' ? [[transferId, code]] : []));
  expect([left, failed]).toEqual([[1, 3, 6], [[lost, 'vanished']]]);
});
