/** Large files become durable while they arrive. */
import type { FileHandle } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createEarlySync } from './early-sync.ts';

function fakeHandle(): { readonly handle: FileHandle; readonly ends: ((error?: Error) => void)[] } {
  const ends: ((error?: Error) => void)[] = [];
  const datasync = (): Promise<void> =>
    new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  return { handle: { datasync } as unknown as FileHandle, ends };
}

test('[DISK-50] syncs after every so many bytes of a file, one file at a time', async () => {
  const early = createEarlySync(100);
  const [a, b] = [fakeHandle(), fakeHandle()];
  early.wrote(a.handle, 60);
  early.wrote(b.handle, 60);
  const before = [a.ends.length, b.ends.length];
  early.wrote(a.handle, 60);
  early.wrote(b.handle, 60);
  const first = [a.ends.length, b.ends.length];
  let isSettled = false;
  const settling = early.settled().then(() => void (isSettled = true));
  await Promise.resolve();
  const wasSettled = isSettled;
  a.ends[0]?.();
  await settling;
  early.wrote(b.handle, 1);
  expect({ before, first, wasSettled, last: [a.ends.length, b.ends.length] }).toEqual({
    ...{ before: [0, 0], first: [1, 0], wasSettled: false, last: [1, 1] },
  });
  b.ends[0]?.();
  await early.settled();
  expect(() => early.check()).not.toThrow();
});

test('[DISK-50] a failure stays, and nothing is synced after it', async () => {
  const early = createEarlySync(100);
  const { handle, ends } = fakeHandle();
  early.wrote(handle, 100);
  ends[0]?.(new Error('lost'));
  await early.settled();
  early.wrote(handle, 500);
  expect(ends).toHaveLength(1);
  for (let time = 0; time < 2; time += 1) expect(() => early.check()).toThrow('lost');
});
