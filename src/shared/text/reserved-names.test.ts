import { expect, test } from 'vitest';
import { comparableName, isReservedName } from './reserved-names.ts';

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
  ]) {
    expect(isReservedName(name), name).toBe(true);
  }
});

test('[PROF-2] names that only contain a reserved word are free', () => {
  for (const name of ['Ana', 'Systemanalyst', 'Allan', 'You Zhang', 'server room', 'Mehmet', ''])
    expect(isReservedName(name), name).toBe(false);
});

test('[PROF-2] names that look alike at a glance are the same', () => {
  const same = [
    ['Ana', 'ana'],
    ['Ana Ribeiro', 'ana  ribeiro'],
    ['Ana Ribeiro', 'AnaRibeiro'],
    ['ﬁnn', 'Finn'],
    ['Ａｎａ', 'Ana'],
    ['e\u0301mile', 'émile'],
  ] as const;
  for (const [one, other] of same) expect(comparableName(one), `${one} and ${other}`).toBe(comparableName(other));
  expect(comparableName('Ana')).not.toBe(comparableName('Anna'));
  expect(comparableName('Émile')).not.toBe(comparableName('Emile'));
});
