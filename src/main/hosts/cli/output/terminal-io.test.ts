import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { confirm } from './terminal-io.ts';

it.each([
  ['y\n', true],
  [' YES \n', true],
  ['\n', false],
  ['n\n', false],
  ['yesterday\n', false],
  ['', false],
])('the answer %j means %s', async (answer, meant) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const confirmed = confirm('Delete all?', { input, output });
  input.end(answer);
  expect([await confirmed, String(output.read())]).toEqual([meant, 'Delete all? [y/N] ']);
});
