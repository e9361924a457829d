/** Chunks that are served: to whom, what a refusal says, and what ends them in the middle. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createFakeDisk } from '../../../../test/fakes/fake-disk.ts';
import { createFakeSessions, type FakeSession } from '../../../../test/fakes/fake-sessions.ts';
import { fakeOffer } from '../../../../test/fakes/fake-transfers.ts';
import { conversationOfRoom, type MessageId, type PeerId } from '../../../shared/lib/ids.ts';
import { pieceBytes } from '../messaging/wire/transfer-frames.ts';
import { encodeDescription } from './description.ts';
import { defaultTransferOptions } from './options.ts';
import type { StoredTransfer } from './ports.ts';
import { createTransferRate } from './rate.ts';
import { createFileServer } from './serve.ts';
import { createTransferBook } from './transfer-book.ts';

const [own, bo, cy] = ['a'.repeat(52), 'b'.repeat(52), 'c'.repeat(52)];
const path = '/home/plan.bin';
const content = new Uint8Array(3 * 1_048_576);
const ignore = (): undefined => undefined;

/** An offer of the plan to a peer, or in a room. */
function offered(number: number, to: PeerId | 'lunch', change: Partial<StoredTransfer> = {}): StoredTransfer {
  const conversation = to === 'lunch' ? conversationOfRoom(to) : fakeOffer(to, 1).conversation;
  const base = fakeOffer(own, number, { conversation, roots: [{ name: 'plan.bin', path }], state: 'offered', ...change });
  return { ...base, offer: { ...base.offer, fileCount: 1, totalBytes: content.length, descriptionBytes: 1_000 } };
}

async function setUp(stored: readonly StoredTransfer[]) {
  const clock = createFakeClock();
  const files = createFakeDisk();
  files.write(path, content);
  const { disk } = files.attach(clock);
  const saving = disk.describe([path], new AbortController().signal).then(async (described) => {
    const bytes = described.ok ? encodeDescription(described) : undefined;
    for (const { transferId } of stored) await disk.saveDescription(transferId, bytes ?? new Uint8Array(0));
  });
  await clock.advance(10);
  await saving;
  const book = createTransferBook(
    {
      ...{ clock, ownPeerId: own, isFamiliar: () => false, persist: (act) => Promise.resolve(act()) },
      store: { list: () => stored, put: ignore, remove: ignore },
      ...{ onUntold: ignore, onFinal: ignore, onForgotten: ignore, onReplaced: ignore, onListenerError: ignore },
    },
    defaultTransferOptions,
  );
  const left: PeerId[] = [];
  const server = createFileServer(
    {
      ...{ clock, disk, book, rate: createTransferRate(clock, () => 0 as never), onUnreadable: ignore },
      serving: { serves: () => true, hasPlaceFor: () => true, left: (peerId) => void left.push(peerId), begin: () => true },
    },
    defaultTransferOptions,
  );
  const open = (peerId: PeerId): FakeSession => {
    const session = createFakeSessions().connect(peerId);
    server.opened(session);
    return session;
  };
  const ask = async (session: FakeSession, { transferId }: StoredTransfer, chunks = [0]): Promise<void> => {
    server.asked(session, { type: 'pull', transferId, part: 'content', haveBytes: 0, chunks } as never);
    await clock.advance(10);
  };
  return { clock, book, server, open, ask, left };
}

const piecesIn = ({ sent }: FakeSession): number => sent.filter(({ type }) => type === 'piece').length;
const perChunk = 1_048_576 / pieceBytes;
const refusals = ({ sent }: FakeSession): unknown =>
  sent.flatMap((frame) => (frame.type === 'noPiece' ? [[Number(frame.transferId.slice(-12)), frame.code]] : []));

test('[XFER-6] a refusal tells the receiver why, and anybody else nothing', async () => {
  const stored = [
    offered(1, bo, { state: 'failed', code: 'changed' }),
    offered(2, bo, { state: 'cancelled' }),
    offered(3, bo, { state: 'paused' }),
  ];
  const { open, ask } = await setUp(stored);
  const [bos, cys] = [open(bo), open(cy)];
  for (const transfer of [...stored, offered(4, bo)]) {
    await ask(bos, transfer);
    await ask(cys, transfer);
  }
  const nothing = [1, 2, 3, 4].map((number) => [number, 'other-refused']);
  expect([refusals(bos), refusals(cys), piecesIn(bos), piecesIn(cys)]).toEqual([
    [
      [1, 'changed'],
      [2, 'other-refused'],
      [3, 'paused'],
      [4, 'other-refused'],
    ],
    ...[nothing, 0, 0],
  ]);
});

test('[FILE-60] a pause stops the chunks of that transfer alone, and only its receiver hears of it', async () => {
  const stored = [offered(1, bo), offered(2, bo), offered(3, cy)];
  const [first, second, third] = stored as [StoredTransfer, StoredTransfer, StoredTransfer];
  const { clock, book, server, open, ask } = await setUp(stored);
  const [bos, cys] = [open(bo), open(cy)];
  bos.isFull = true;
  await ask(bos, first, [0, 1, 2]);
  await ask(bos, second);
  await ask(cys, third);
  await book.change(first.transferId, { state: 'paused' });
  server.paused(first.transferId);
  server.paused(fakeOffer(own, 99).transferId);
  bos.isFull = false;
  server.drained(bos);
  await clock.advance(10);
  const count = (id: MessageId): number => bos.sent.filter((frame) => frame.type === 'piece' && frame.transferId === id).length;
  expect([refusals(bos), refusals(cys), count(first.transferId), count(second.transferId), piecesIn(cys)]).toEqual([
    ...[[[1, 'paused']], [], 1, perChunk, perChunk],
  ]);
});

test('[RFILE-22] a member has its place until the last of its connections is closed', async () => {
  const { server, open, left } = await setUp([offered(1, 'lunch')]);
  const [first, second] = [open(bo), open(bo)];
  server.closed(first);
  const before = [...left];
  server.closed(second);
  expect([before, left]).toEqual([[], [bo]]);
});

test('[XFER-8] a connection that ends while it takes no more gets nothing more, and the next one does', async () => {
  const transfer = offered(1, bo);
  const { clock, book, server, open, ask } = await setUp([transfer]);
  const first = open(bo);
  first.isFull = true;
  await ask(first, transfer, [0, 1]);
  server.closed(first);
  server.drained(first);
  await clock.advance(10);
  const after = book.get(transfer.transferId);
  const second = open(bo);
  await ask(second, transfer);
  expect([piecesIn(first), after?.state, after?.code, piecesIn(second)]).toEqual([1, 'waiting', 'offline', perChunk]);
});

test('[XFER-8] a connection that ends as a piece is sent gets nothing more', async () => {
  const transfer = offered(1, bo);
  const { clock, server, open, ask } = await setUp([transfer]);
  const session = open(bo);
  let pieces = 0;
  session.send = () => {
    pieces += 1;
    server.closed(session);
    return false;
  };
  await ask(session, transfer, [0, 1]);
  await clock.advance(120_000);
  expect([pieces, clock.pendingTimers()]).toEqual([1, 0]);
});

test('[XFER-6] more chunks than a connection may ask for in advance close it', async () => {
  const transfer = offered(1, bo);
  const { open, ask } = await setUp([transfer]);
  const session = open(bo);
  session.isFull = true;
  await ask(
    session,
    transfer,
    Array.from({ length: 64 }, () => 0),
  );
  const before = session.closedFor;
  await ask(session, transfer);
  expect([before, session.closedFor]).toEqual([undefined, 'too-many']);
});
