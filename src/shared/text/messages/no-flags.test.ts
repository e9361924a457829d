import { expect, test } from 'vitest';
import { pageMessages } from './page.ts';

test('[DESK-34] no text of the page tells people to use an option of the command line', () => {
  const flagged = Object.entries(pageMessages).filter(([, text]) => /(?:^|[\s(“"'])--?[a-z]/u.test(text));
  expect(flagged).toEqual([]);
});

test('[DESK-34] the check would find one', () => {
  expect('Start it with --port 4256.').toMatch(/(?:^|[\s(“"'])--?[a-z]/u);
});
