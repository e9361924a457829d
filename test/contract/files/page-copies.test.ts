/** Copies of files that a page gave us over its link, on the real disk. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPageCopies } from '../../../src/main/hosts/ui-server/page-copies.ts';
import { serveUi } from '../../../src/main/hosts/ui-server/serve-ui.ts';
import { createFileCopies, maxOpenCopies, type FileCopies } from '../../../src/main/node/files/file-copies.ts';
import { conversationOf } from '../../../src/shared/lib/ids.ts';
import { createRpcClient, type RpcClient } from '../../../src/shared/rpc/rpc.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeHallway, fakePeerId } from '../../fakes/fake-hallway.ts';
import { createFakeTransfers, type FakeTransfers } from '../../fakes/fake-transfers.ts';
import { createMemoryLink, type MemoryLink } from '../../fakes/memory-link.ts';

let directory: string;
let copies: FileCopies;
let transfers: FakeTransfers;
let link: MemoryLink;
let client: RpcClient;
let stop: () => void;
/** Of each offer: its problem, null if there was none. */
let offered: (string | null)[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hallway-page-copies-'));
  copies = createFileCopies(directory);
  transfers = createFakeTransfers(fakePeerId(9));
  const page = await openPage();
  ({ link, client, stop } = page);
  offered = page.problems;
});
afterEach(() => {
  stop();
  rmSync(directory, { recursive: true, force: true });
});

async function openPage() {
  const clock = createFakeClock();
  const opened = createMemoryLink();
  const undo = serveUi({ ...createFakeHallway(), transfers }, opened.right, { clock, chosenFiles: { copies } });
  const caller = createRpcClient(opened.left, { setTimer: clock.setTimer });
  const problems: (string | null)[] = [];
  caller.on('chosenOffered', ({ problem }) => void problems.push(problem));
  await caller.call('snapshot', {});
  return { link: opened, client: caller, stop: undo, problems };
}

async function copyOf(name: string): Promise<string> {
  const begun = await client.call('beginCopy', {});
  if (!begun.ok) throw new Error(begun.message);
  const { chosenId } = begun.output;
  await client.call('addToCopy', { chosenId, path: [name] });
  await client.call('fillCopy', { chosenId, file: 1, offset: 0, data: btoa('content') });
  return chosenId;
}

const send = (...chosen: readonly string[]) =>
  client.call('sendChosen', { to: conversationOf(fakePeerId(1)), chosen: [...chosen] });
const folders = (): readonly string[] => readdirSync(join(directory, 'outgoing'));

test('[CHOSEN-10] a copy whose offer is refused goes, and one that is offered stays', async () => {
  const kept = await copyOf('notes.txt');
  await send(kept);
  await vi.waitFor(() => expect(offered).toEqual([null]));
  await send(await copyOf('missing.txt'));
  await vi.waitFor(() => expect(folders()).toEqual([kept]));
  expect(offered[1]).toContain('missing.txt');
});

test('[CHOSEN-10] all copies of a choice go if one of its IDs is unknown', async () => {
  const [first, second] = [await copyOf('a.txt'), await copyOf('b.txt')];
  expect(await send(first, crypto.randomUUID(), second)).toMatchObject({ ok: false, code: 'not-chosen' });
  expect([folders(), transfers.list()]).toEqual([[], []]);
});

test('[CHOSEN-10] a copy without a file goes when it is sent', async () => {
  const begun = await client.call('beginCopy', {});
  expect(await send(begun.ok ? begun.output.chosenId : '')).toMatchObject({ ok: false, code: 'not-chosen' });
  expect(folders()).toEqual([]);
});

test('[CHOSEN-11] an offer that fails in a way that nobody expects says so, and its copy goes', async () => {
  transfers.send = () => Promise.reject(Object.assign(new Error('disk I/O error'), { code: 'EIO' }));
  await send(await copyOf('a.txt'));
  await vi.waitFor(() => expect(offered).toEqual(["These files couldn't be offered (EIO). Try again."]));
  await vi.waitFor(() => expect(folders()).toEqual([]));
});

test('[CHOSEN-12] the copies of a page go when it is reloaded, as often as it is', async () => {
  for (let reload = 0; reload < maxOpenCopies + 2; reload += 1) {
    await copyOf('half.bin');
    link.close();
    link.open();
    await vi.waitFor(() => expect(folders()).toEqual([]));
  }
});

test('[CHOSEN-12] the copies of a page go when it is no longer served', async () => {
  await copyOf('half.bin');
  stop();
  await vi.waitFor(() => expect(folders()).toEqual([]));
});

test('[CHOSEN-12] a copy that begins while its page goes is deleted', async () => {
  const { left, close } = createMemoryLink();
  const page = createPageCopies(copies, { onClose: (listener) => left.onClose(listener) });
  const beginning = page.begin();
  close();
  await beginning;
  await vi.waitFor(() => expect(folders()).toEqual([]));
});

test('[CHOSEN-12] a copy that was sent outlives its page, and no other page can use one', async () => {
  const sent = await copyOf('sent.txt');
  const other = await openPage();
  const answer = await other.client.call('sendChosen', { to: conversationOf(fakePeerId(1)), chosen: [sent] });
  other.stop();
  expect(answer).toMatchObject({ ok: false, code: 'not-chosen' });
  await send(sent);
  link.close();
  await vi.waitFor(() => expect(transfers.list()).toHaveLength(1));
  expect(folders()).toEqual([sent]);
});

test('[CHOSEN-13] too many copies have a sentence of their own', async () => {
  for (let count = 0; count < maxOpenCopies; count += 1) await copyOf('a.txt');
  expect(await client.call('beginCopy', {})).toEqual({
    ok: false,
    code: 'too-many',
    message: 'Hallway is reading too many files right now. Try again in a minute.',
  });
});
