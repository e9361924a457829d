import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { confirm, watchOutput } from './terminal-io.ts';

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

describe('[AUTO-8] a failed write', () => {
  it.each([
    ['EPIPE', false, undefined],
    ['EOF', false, undefined],
    ['ENOSPC', false, 'ENOSPC'],
    ['EIO', false, 'EIO'],
    ['EIO', true, undefined],
    ['ENOSPC', true, 'ENOSPC'],
  ])('with %s (on a terminal: %s) means %s', async (code, isTTY, failure) => {
    const fails = new Writable({ write: (_bytes, _encoding, done) => done(Object.assign(new Error(code), { code })) });
    const output = Object.assign(fails, { isTTY });
    const failureOf = watchOutput(output);
    const before = failureOf();
    output.write('x');
    await new Promise((resolve) => output.on('close', resolve));
    expect([before, failureOf()]).toEqual([undefined, failure]);
  });
});
