import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakePeerId, fakeSelf } from '../../../../../test/fakes/fake-hallway.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { createMessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import type { EventPayload } from '../../../../shared/contract/index.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { StoredTransfer } from '../../../core/transfers/ports.ts';
import { transferredFileHandlers, type FileHost } from './transferred-files.ts';

const ana = fakePeerId(1);
let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hallway-transferred-'))));
afterEach(() => rm(folder, { recursive: true }));

function serve(change: Partial<StoredTransfer>, names: readonly string[] = ['lake.jpg'], host?: FileHost) {
  const { hallway, fake } = createMessagingHallway();
  const base = fakeOffer(ana, 1);
  const files = names.map((name) => ({ name, sizeBytes: 5 }));
  const transfer = { ...base, offer: { ...base.offer, files, fileCount: files.length }, ...change };
  fake.inTransfers.put(transfer);
  const saved: (string | null)[] = [];
  const handlers = transferredFileHandlers(hallway, host, (name, payload) => {
    if (name === 'transferredSaved') saved.push((payload as EventPayload<'transferredSaved'>).problem);
  });
  const at = { transferId: transfer.transferId };
  return {
    saved,
    read: (file: number, offset = 0) => handlers.readTransferred({ ...at, file, offset }),
    show: () => handlers.showTransferred(at),
    save: (file: number) => handlers.saveTransferred({ ...at, file }),
  };
}

function createHost(target?: string): FileHost & { readonly shown: string[] } {
  const shown: string[] = [];
  return { shown, showInFolder: (path) => void shown.push(path), askWhereToSave: () => Promise.resolve(target) };
}

test('[IMG-12] a file that arrived is read in slices', async () => {
  await writeFile(join(folder, 'lake (2).jpg'), 'water');
  const { read } = serve({ state: 'done', paths: [join(folder, 'lake (2).jpg')] });
  expect([await read(0), await read(0, 3), await read(0, 9)]).toEqual([
    { ok: true, output: { data: btoa('water'), sizeBytes: 5 } },
    { ok: true, output: { data: btoa('er'), sizeBytes: 5 } },
    { ok: true, output: { data: '', sizeBytes: 5 } },
  ]);
});

test('[IMG-12] our own file is read where it was chosen', async () => {
  const path = join(folder, 'lake.jpg');
  await writeFile(path, 'water');
  const { read } = serve({ state: 'offered', from: fakeSelf().peerId, roots: [{ name: 'lake.jpg', path }] });
  expect(await read(0)).toMatchObject({ ok: true });
});

test('[IMG-12] nothing else is read', async () => {
  const path = join(folder, 'lake.jpg');
  await writeFile(path, 'water');
  await symlink(path, join(folder, 'link.jpg'));
  const answers = [
    await serve({ state: 'running', paths: [path] }).read(0),
    await serve({ state: 'done', paths: [path] }).read(1),
    await serve({ state: 'done', paths: [path] }, ['folder/lake.jpg']).read(0),
    await serve({ state: 'done', paths: [path] }, ['lake.jpg', 'other.jpg']).read(0),
    await serve({ state: 'done', paths: [join(folder, 'link.jpg')] }).read(0),
    await serve({ state: 'done', paths: [folder] }).read(0),
    await serve({ state: 'done', paths: [join(folder, 'gone.jpg')] }).read(0),
  ];
  expect(answers.map((answer) => (answer.ok ? 'read' : answer.code))).toEqual(Array.from(answers, () => 'gone'));
});

test('[CHOSEN-20] a window shows the folder of files that arrived, and of nothing else', async () => {
  const host = createHost();
  const answers = [
    await serve({ state: 'done', paths: ['/in/lake.jpg'] }, ['lake.jpg'], host).show(),
    await serve({ state: 'running' }, ['lake.jpg'], host).show(),
    await serve({ state: 'done', from: fakeSelf().peerId, paths: ['/home/lake.jpg'] }, ['lake.jpg'], host).show(),
    await serve({ state: 'done', paths: ['/in/lake.jpg'] }).show(),
  ];
  expect(answers.map((answer) => (answer.ok ? 'shown' : answer.code))).toEqual(['shown', 'gone', 'gone', 'not-available']);
  expect(host.shown).toEqual(['/in/lake.jpg']);
});

test('[CHOSEN-21] a window saves a copy where the user says, however long they think', async () => {
  const [path, target] = [join(folder, 'lake.jpg'), join(folder, 'copy.jpg')];
  await writeFile(path, 'water');
  const thinking = Promise.withResolvers<string | undefined>();
  const window = serve({ state: 'done', paths: [path] }, ['lake.jpg'], {
    ...createHost(),
    askWhereToSave: () => thinking.promise,
  });
  expect([await window.save(0), window.saved]).toEqual([{ ok: true, output: {} }, []]);
  thinking.resolve(target);
  await vi.waitFor(() => expect(window.saved).toEqual([null]));
  expect(await readFile(target, 'utf8')).toBe('water');
});

test.each([
  ['the user wants none', undefined, null],
  ['the folder is gone', ['no', 'such', 'folder'], say('failure.not-saved')],
] as const)('[CHOSEN-21] a window says how saving went: %s', async (_, target, problem) => {
  const path = join(folder, 'lake.jpg');
  await writeFile(path, 'water');
  const window = serve({ state: 'done', paths: [path] }, ['lake.jpg'], createHost(target && join(folder, ...target)));
  await window.save(0);
  await vi.waitFor(() => expect(window.saved).toEqual([problem]));
});

test('[CHOSEN-21] a system without a dialog ends nothing, and the page says so', async () => {
  const path = join(folder, 'lake.jpg');
  await writeFile(path, 'water');
  const host = { ...createHost(), askWhereToSave: () => Promise.reject(new Error('no dialog')) };
  const window = serve({ state: 'done', paths: [path] }, ['lake.jpg'], host);
  await window.save(0);
  await vi.waitFor(() => expect(window.saved).toEqual([say('failure.no-dialog')]));
});

test('[CHOSEN-21] a browser is asked for no place', async () => {
  const answer = await serve({ state: 'done', paths: [join(folder, 'lake.jpg')] }).save(0);
  expect(answer).toMatchObject({ ok: false, code: 'not-available' });
});
