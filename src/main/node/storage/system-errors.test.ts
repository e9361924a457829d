import { expect, test } from 'vitest';
import { explain } from './system-errors.ts';

test.each([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk is full'],
  ['EROFS', 'the disk is read-only'],
  ['EACCES', 'permission denied'],
  ['ENOENT', 'its folder is not there'],
  ['ENOTDIR', 'its folder is not there'],
  ['EISDIR', 'it is a folder'],
  ['EIO', 'EIO'],
  ['it is empty', 'it is empty'],
])('%s reads as: %s', (reason, words) => {
  expect(explain(reason)).toBe(words);
});
