/** The end of a pull that is stopped while the files get their names. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createFakeDisk } from '../../../../../test/fakes/fake-disk.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { encodeDescription } from '../description.ts';
import { defaultTransferOptions } from '../options.ts';
import type { TransferDisk, TransferSink } from '../ports.ts';
import { startPull } from './pull.ts';
import type { PullSource } from './pull-source.ts';

const description = encodeDescription({
  files: [{ path: ['empty'], sizeBytes: 0, modifiedMs: 1 }],
  chunkHashes: new Uint8Array(0),
});

/** An offer of an empty file whose description is here, so that only the end is left. */
function startEnd(finish: (signal: AbortSignal | undefined) => ReturnType<TransferSink['finish']>) {
  const clock = createFakeClock();
  const sink: TransferSink = {
    ...{ have: new Uint8Array(0), finish, close: () => Promise.resolve() },
    writeChunk: () => Promise.resolve({ ok: true }),
  };
  const disk: TransferDisk = {
    ...createFakeDisk().attach(clock).disk,
    loadDescription: () => Promise.resolve(description),
    freeBytes: () => Promise.resolve(undefined),
    openSink: () => Promise.resolve({ ok: true, sink }),
  };
  const contentId = new Uint8Array(
    createHash('sha256')
      .update(description ?? '')
      .digest(),
  );
  const numbers = { fileCount: 1, totalBytes: 0, descriptionBytes: description?.length ?? 0, lifeMs: 1 };
  const offer = { ...numbers, contentId, files: [{ name: 'empty', sizeBytes: 0 }] };
  const whole = { end: Promise.resolve({ type: 'whole' } as const), piece: () => false, stop: () => undefined };
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
