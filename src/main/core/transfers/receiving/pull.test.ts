/** The end of a pull that is stopped while the files get their names. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createFakeDisk } from '../../../../../test/fakes/fake-disk.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { encodeDescription } from '../description.ts';
import { defaultTransferOptions } from '../options.ts';
import type { TransferDisk, TransferSink, WriteFailure } from '../ports.ts';
import type { FetchEnd } from './fetch-part.ts';
import { startPull } from './pull.ts';
import type { PullSource } from './pull-source.ts';

const description = encodeDescription({
  files: [{ path: ['empty'], sizeBytes: 0, modifiedMs: 1 }],
  chunkHashes: new Uint8Array(0),
});

interface Setting {
  /** Of the content. */
  readonly end: Promise<FetchEnd>;
  readonly sink: Partial<TransferSink>;
  /** There is no sink. */
  readonly refused: WriteFailure;
}

/** An offer of an empty file whose description is here, so that only the end is left. */
function startEnd(finish: TransferSink['finish'], change: Partial<Setting> = {}) {
  const { end = Promise.resolve({ type: 'whole' }), ...ofSink } = change;
  const clock = createFakeClock();
  const sink: TransferSink = {
    ...{ have: new Uint8Array(0), finish, close: () => Promise.resolve(), ...ofSink.sink },
    writeChunk: () => Promise.resolve({ ok: true }),
  };
  const disk: TransferDisk = {
    ...createFakeDisk().attach(clock).disk,
    loadDescription: () => Promise.resolve(description),
    freeBytes: () => Promise.resolve(undefined),
    openSink: () => Promise.resolve(ofSink.refused ? { ok: false, code: ofSink.refused } : { ok: true, sink }),
  };
  const contentId = new Uint8Array(
    createHash('sha256')
      .update(description ?? '')
      .digest(),
  );
  const numbers = { fileCount: 1, totalBytes: 0, descriptionBytes: description?.length ?? 0, lifeMs: 1 };
  const offer = { ...numbers, contentId, files: [{ name: 'empty', sizeBytes: 0 }] };
  const whole = { end, piece: () => true, stop: () => undefined };
  const source: PullSource = { uses: () => false, fetch: () => whole, lost: () => false, blame: () => false };
  return startPull(
    { clock, disk, source, onProgress: () => undefined },
    fakeOffer('b'.repeat(52), 1, { offer, state: 'running', directory: '/downloads' }),
    defaultTransferOptions,
  );
}

test('[FILE-44] a stop reaches the sink before the first name', async () => {
  const pull = startEnd(async (signal) => {
    pull.stop();
    await Promise.resolve();
    return signal?.aborted ? { ok: false, code: 'unreadable' } : { ok: true, paths: ['/downloads/empty'] };
  });
  expect(await pull.outcome).toEqual({ type: 'stopped' });
});

test('[FILE-44] once files have their names, a stop comes too late', async () => {
  const pull = startEnd(async () => {
    pull.stop();
    await Promise.resolve();
    return { ok: true, paths: ['/downloads/empty'] };
  });
  expect(await pull.outcome).toEqual({ type: 'done', paths: ['/downloads/empty'] });
});

const finished: TransferSink['finish'] = () => Promise.resolve({ ok: true, paths: ['/downloads/empty'] });
const neverFinished: TransferSink['finish'] = () => expect.unreachable('it got its name');

test.each<[WriteFailure, unknown]>([
  ['disk-read-only', { type: 'waiting', code: 'disk-read-only' }],
  ['bad-name', { type: 'failed', code: 'bad-name' }],
])('[XFER-9] a folder that cannot be used makes it wait, and a name that cannot be used fails it: %s', async (code, end) => {
  const atBegin = startEnd(neverFinished, { refused: code });
  const atEnd = startEnd(() => Promise.resolve({ ok: false, code }));
  expect([await atBegin.outcome, await atEnd.outcome]).toEqual([end, end]);
});

test('[FILE-44] files that got their names in an earlier run are there, and get no other ones', async () => {
  const paths = ['/downloads/empty (2)'];
  const pull = startEnd(neverFinished, { sink: { finishedPaths: paths } });
  expect(await pull.outcome).toEqual({ type: 'done', paths });
});

test('[FILE-44] a stop that comes with the last chunk leaves no file, and the sink is closed', async () => {
  let whole: () => void = () => undefined;
  const end = new Promise<FetchEnd>((resolve) => (whole = () => resolve({ type: 'whole' })));
  let closed = 0;
  const close = (): Promise<void> => Promise.resolve(void (closed += 1));
  const pull = startEnd(neverFinished, { end, sink: { close } });
  await new Promise((resolve) => setImmediate(resolve));
  whole();
  pull.refused('changed');
  pull.stop();
  // The first of them counts.
  expect([await pull.outcome, closed]).toEqual([{ type: 'failed', code: 'changed' }, 1]);
});

test('[XFER-7] a piece that comes before anything was asked for is refused', async () => {
  const pull = startEnd(finished);
  const piece = { transferId: '', part: 'content', chunk: 0, offset: 0, bytes: new Uint8Array(1) } as const;
  expect(pull.piece(piece, {} as never)).toBe(false);
  expect(await pull.outcome).toMatchObject({ type: 'done' });
});
