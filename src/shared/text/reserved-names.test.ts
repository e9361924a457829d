import { expect, test } from 'vitest';
import { isReservedName } from './reserved-names.ts';

test('[PROF-2] names that would read as the program or the whole room are reserved, however they are written', () => {
  for (const name of [
    'server',
    'Server',
    'SERVER',
    ' system ',
    's y s t e m',
    '@everyone',
    '#all',
    '/me',
    'Ｈａｌｌｗａｙ',
    'ａdmin',
    'sys\u200Btem',
  ]) {
    expect(isReservedName(name), name).toBe(true);
  }
});

test('[PROF-2] names that only contain a reserved word are free', () => {
  for (const name of ['Ana', 'Systemanalyst', 'Allan', 'You Zhang', 'server room', 'Mehmet', ''])
    expect(isReservedName(name), name).toBe(false);
});
