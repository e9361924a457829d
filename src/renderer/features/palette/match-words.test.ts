import { expect, test } from 'vitest';
import { findByWords, soughtBy } from './match-words.ts';

const names = ['Bo Anders', 'Ana Ribeiro', 'Joanna', 'Zoë', 'Straße', 'Mark all as read'];
const entries = names.map((name) => ({ name, sought: soughtBy(name, name === 'Zoë' ? 'ana-thinkpad Vienna' : '') }));

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['an', ['Ana Ribeiro', 'Bo Anders', 'Joanna', 'Zoë']],
  ['ana', ['Ana Ribeiro', 'Zoë']],
  ['rib an', ['Ana Ribeiro']],
  ['zoe', ['Zoë']],
  ['STRASSE', ['Straße']],
  ['think', ['Zoë']],
  ['maar', ['Mark all as read']],
  ['rbo', ['Ana Ribeiro']],
  ['nope', []],
  ['#', names],
  ['  ', names],
];

test.each(cases)('[PAL-3] %j finds %j', (text, found) => {
  expect(findByWords(entries, text, 50).map(({ name }) => name)).toEqual(found);
});

test('[PAL-3] the limit keeps the best', () => {
  expect(findByWords(entries, 'an', 1).map(({ name }) => name)).toEqual(['Ana Ribeiro']);
});
