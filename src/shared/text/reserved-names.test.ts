import { expect, test } from 'vitest';
import { isReservedName } from './reserved-names.ts';

test('[PROF-2] names that read like the program or the whole room are reserved, in any spelling', () => {
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

test('[PROF-2] a name that only contains a reserved word is allowed', () => {
  for (const name of ['Ana', 'Systemanalyst', 'Allan', 'You Zhang', 'server room', 'Mehmet', ''])
    expect(isReservedName(name), name).toBe(false);
});
