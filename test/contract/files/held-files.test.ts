/** Files that arrived on a real disk are given to others: under the names that they have there. */
import { readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeDescription, type Description } from '../../../src/main/core/transfers/description.ts';
import { createOwnFiles } from '../../../src/main/core/transfers/own-files.ts';
import { defaultTransferOptions } from '../../../src/main/core/transfers/options.ts';
import type { StoredTransfer } from '../../../src/main/core/transfers/ports.ts';
import { conversationOfRoom } from '../../../src/shared/lib/ids.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { fakeOffer } from '../../fakes/fake-transfers.ts';
import { createRealWorld, type RealWorld } from './real-world.ts';

const mebibyte = 1_048_576;
const author = 'a'.repeat(52);

let world: RealWorld;
beforeEach(async () => void (world = await createRealWorld()));
afterEach(() => world.close());

/** Offers a folder and a file on one disk, and takes them on the same one. */
async function arrive() {
  const disk = world.attach();
  const content = new Uint8Array(mebibyte + 7).map((_, index) => index % 251);
  const paths = [await world.write('plan.bin', content), await world.write('notes/a.txt', new Uint8Array([1, 2, 3]))];
  const described = await disk.describe([paths[0] ?? '', join(paths[1] ?? '', '..')], new AbortController().signal);
  if (!described.ok) throw new Error(described.code);
  // Somebody has a file of that name there already.
  await writeFile(join(world.directory, 'plan.bin'), 'another plan');
  const transfer = fakeOffer(author, 1, { conversation: conversationOfRoom('lunch'), state: 'done', isHeld: true });
  const { transferId } = transfer;
  const source = disk.openSource(described);
  const opened = await disk.openSink({ transferId, directory: world.directory }, described);
  if (!opened.ok) throw new Error(opened.code);
  for (const chunk of [0, 1]) {
    const read = await source.readChunk(chunk);
    if (!read.ok || !(await opened.sink.writeChunk(chunk, read.bytes)).ok) throw new Error('no chunk');
  }
  const finished = await opened.sink.finish();
  if (!finished.ok) throw new Error(finished.code);
  await opened.sink.close();
  await source.close();
  await disk.clearSink({ transferId, directory: world.directory });
  return { disk, described, transfer: await held(disk, transfer, described, finished.paths), content };
}

async function held(
  disk: ReturnType<RealWorld['attach']>,
  transfer: StoredTransfer,
  description: Description,
  paths: readonly string[],
): Promise<StoredTransfer> {
  const bytes = encodeDescription(description) ?? new Uint8Array(0);
  await disk.saveDescription(transfer.transferId, bytes);
  const totalBytes = description.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const numbers = { fileCount: description.files.length, totalBytes, descriptionBytes: bytes.length };
  return { ...transfer, paths, directory: world.directory, offer: { ...transfer.offer, ...numbers } };
}

function filesOf(disk: ReturnType<RealWorld['attach']>, transfer: StoredTransfer) {
  return createOwnFiles({ clock: createFakeClock(), disk, book: { get: () => transfer } }, defaultTransferOptions);
}

test('[RFILE-8, RFILE-21] a member gives what arrived, though a file got another name here', async () => {
  const { disk, transfer, described } = await arrive();
  expect(transfer.paths.map((path) => path.split('/').at(-1))).toEqual(['notes', 'plan (2).bin']);
  const files = filesOf(disk, transfer);
  const parts: Uint8Array[] = [];
  for (const chunk of [0, 1]) {
    const read = await files.read(transfer.transferId, 'content', chunk, new Uint8Array(mebibyte));
    if (!read.ok) throw new Error(read.code);
    parts.push(await disk.sha256(read.bytes));
  }
  expect(Buffer.concat(parts).equals(Buffer.from(described.chunkHashes))).toBe(true);
  expect(await readFile(join(world.directory, 'plan.bin'), 'utf8')).toBe('another plan');
  files.close();
});

test('[RFILE-23] a member gives nothing of a file that was changed, replaced or moved', async () => {
  const { disk, transfer, content } = await arrive();
  const plan = join(world.directory, 'plan (2).bin');
  const read = async (): Promise<unknown> => {
    const files = filesOf(disk, transfer);
    const result = await files.read(transfer.transferId, 'content', 1, new Uint8Array(mebibyte));
    files.close();
    return result.ok || result.code;
  };
  expect(await read()).toBe(true);
  await writeFile(plan, content.toReversed());
  await utimes(plan, 1, 1);
  expect(await read()).toBe('changed');
  await rename(plan, join(world.directory, 'elsewhere.bin'));
  expect(await read()).toBe('vanished');
});
