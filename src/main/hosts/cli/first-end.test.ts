import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createEnd } from './first-end.ts';

test('the first of several ends counts', async () => {
  const ended = createEnd<string>(new AbortController().signal, 'aborted');
  const before = ended.reached();
  ended.settle('quit');
  ended.settle('input');
  expect({ before, after: ended.reached(), end: await ended.promise }).toEqual({ before: false, after: true, end: 'quit' });
});

test('a signal is an end, now or already', async () => {
  const stopping = new AbortController();
  const running = createEnd<string>(stopping.signal, 'aborted');
  stopping.abort();
  const late = createEnd<string>(stopping.signal, 'aborted');
  expect([await running.promise, await late.promise, late.reached()]).toEqual(['aborted', 'aborted', true]);
});

test('an end leaves no listener on the signal', () => {
  const { signal } = new AbortController();
  createEnd<string>(signal, 'aborted').settle('quit');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
