/** Copies of files that a page gave us, on the real disk. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFileCopies, maxOpenCopies, type FileCopies } from '../../../src/main/node/files/file-copies.ts';
import { openBelow } from './real-world.ts';

let directory: string;
let copies: FileCopies;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hallway-copies-'));
  copies = createFileCopies(directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function begin(): Promise<string> {
  const begun = await copies.begin();
  if (!begun.ok) throw new Error(begun.code);
  return begun.chosenId;
}

async function add(chosenId: string, ...path: readonly string[]): Promise<number> {
  const added = await copies.add(chosenId, path);
  if (!added.ok) throw new Error(added.code);
  return added.file;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const folders = (): readonly string[] => readdirSync(join(directory, 'outgoing'));

test('[CHOSEN-2] files and folders are copied as they were, for the owner alone', async () => {
  const id = await begin();
  const first = await add(id, 'one.txt');
  await copies.fill(id, first, 0, bytesOf('hello '));
  await copies.fill(id, first, 6, bytesOf('world'));
  const second = await add(id, 'folder', 'deep', 'two.txt');
  await copies.fill(id, second, 0, bytesOf('two'));
  const taken = await copies.take(id);
  expect(taken?.paths.toSorted()).toEqual(['folder', 'one.txt'].map((name) => join(directory, 'outgoing', id, name)));
  expect(readFileSync(join(directory, 'outgoing', id, 'one.txt'), 'utf8')).toBe('hello world');
  expect(readFileSync(join(directory, 'outgoing', id, 'folder', 'deep', 'two.txt'), 'utf8')).toBe('two');
  const modes = [join(directory, 'outgoing', id), join(directory, 'outgoing', id, 'one.txt')].map(
    (path) => statSync(path).mode & 0o777,
  );
  // Windows has no such modes: the folder of the profile is the owner's alone.
  expect(modes).toEqual(process.platform === 'win32' ? modes : [0o700, 0o600]);
});

test('[CHOSEN-1] a copy is taken once', async () => {
  const id = await begin();
  await add(id, 'one.txt');
  expect((await copies.take(id))?.paths).toHaveLength(1);
  expect(await copies.take(id)).toBeUndefined();
  expect(await copies.add(id, ['two.txt'])).toEqual({ ok: false, code: 'not-chosen' });
});

test.each([['..', 'x'], ['.'], ['a/b'], ['a\\b'], ['a\0b']])('[CHOSEN-3] a path with %j is refused', async (...path) => {
  const id = await begin();
  expect(await copies.add(id, path)).toEqual({ ok: false, code: 'bad-name' });
  expect(readdirSync(join(directory, 'outgoing', id))).toEqual([]);
});

test('[CHOSEN-3] no file of a copy is replaced', async () => {
  const id = await begin();
  const first = await add(id, 'one.txt');
  await copies.fill(id, first, 0, bytesOf('first'));
  expect(await copies.add(id, ['one.txt'])).toEqual({ ok: false, code: 'EEXIST' });
  await copies.take(id);
  expect(readFileSync(join(directory, 'outgoing', id, 'one.txt'), 'utf8')).toBe('first');
});

test('[CHOSEN-3] only the file that was added last is filled', async () => {
  const id = await begin();
  const first = await add(id, 'one.txt');
  await add(id, 'two.txt');
  expect(await copies.fill(id, first, 0, bytesOf('x'))).toEqual({ ok: false, code: 'not-chosen' });
  expect(await copies.fill(crypto.randomUUID(), 1, 0, bytesOf('x'))).toEqual({ ok: false, code: 'not-chosen' });
});

test('[CHOSEN-4] open copies are bounded', async () => {
  const ids: string[] = [];
  for (let count = 0; count < maxOpenCopies; count += 1) ids.push(await begin());
  expect(await copies.begin()).toEqual({ ok: false, code: 'too-many' });
  await copies.drop(ids[0] as string);
  expect(await copies.begin()).toMatchObject({ ok: true });
});

test('[CHOSEN-4] copies that begin at once are bounded too', async () => {
  const begun = await Promise.all(Array.from({ length: maxOpenCopies + 3 }, () => copies.begin()));
  expect(begun.filter(({ ok }) => ok)).toHaveLength(maxOpenCopies);
});

test('[CHOSEN-5] a copy that is deleted while files are added to it leaves nothing', async () => {
  const id = await begin();
  const adding = Array.from({ length: 50 }, (_, index) => copies.add(id, [`folder ${index}`, 'deep', 'one.txt']));
  await copies.drop(id);
  await Promise.all(adding);
  expect(folders()).toEqual([]);
  // Only Linux lists what a process has open.
  const leftOpen = process.platform === 'linux' ? await openBelow(directory) : new Map();
  expect([...leftOpen.keys()]).toEqual([]);
});

test('[CHOSEN-14] a slice is written whole, even if the system takes it in parts', async () => {
  const id = await begin();
  const file = await add(id, 'one.txt');
  const probe = await open(import.meta.filename);
  const handles = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  const write = Reflect.get(handles, 'write') as (...call: unknown[]) => Promise<unknown>;
  const spy = vi.spyOn(handles, 'write').mockImplementation(function (this: FileHandle, ...call: unknown[]) {
    const [bytes, at, , position] = call;
    return Reflect.apply(write, this, [bytes, at, 1, position]) as never;
  });
  expect(await copies.fill(id, file, 0, bytesOf('whole'))).toEqual({ ok: true });
  spy.mockRestore();
  await copies.take(id);
  expect(readFileSync(join(directory, 'outgoing', id, 'one.txt'), 'utf8')).toBe('whole');
});

test('[CHOSEN-5] a copy goes when the user stops, when its transfer ends, and when nothing needs it', async () => {
  const [stopped, sent, needed, left] = [await begin(), await begin(), await begin(), await begin()];
  for (const id of [stopped, sent, needed, left]) await add(id, 'one.txt');
  const [sentPath, neededPath] = [(await copies.take(sent))?.paths[0] ?? '', (await copies.take(needed))?.paths[0] ?? ''];
  await copies.take(left);
  await copies.drop(stopped);
  expect(folders().toSorted()).toEqual([sent, needed, left].toSorted());
  await copies.dropAround(sentPath);
  expect(folders().toSorted()).toEqual([needed, left].toSorted());
  await copies.dropAround(join(tmpdir(), 'elsewhere'));
  await createFileCopies(directory).dropOthers([neededPath, join(tmpdir(), 'elsewhere')]);
  expect(folders()).toEqual([needed]);
});
