import { describe, expect, test } from 'vitest';
import { maxProposals, mentionOf, proposalsFor, queryAt, withMention, type Mentionable } from './mention-query.ts';

describe('queryAt', () => {
  test.each([
    ['@', 1, ''],
    ['hi @pri', 7, 'pri'],
    ['hi @Priya Ra', 12, 'Priya Ra'],
    ['(@pri)', 5, 'pri'],
    ['@ pri', 5, undefined],
    ['hi @pri\nmore', 12, undefined],
    ['ana@example', 11, undefined],
    ['no sign', 7, undefined],
    ['@pri and more', 0, undefined],
    [`@${'x'.repeat(80)}`, 81, undefined],
  ])('[MENT-5] %j at %d', (text, caret, typed) => {
    expect(queryAt(text, caret)?.typed).toBe(typed);
  });
});

const person = (name: string, isHere = true): Mentionable => ({ peerId: name, name, isHere });
const names = (typed: string, people: readonly Mentionable[]): readonly string[] =>
  proposalsFor(typed, people).map(({ name }) => name);

test('[MENT-6] who is here comes first, then names that begin with the text, then names with a later word', () => {
  const people = [person('Bo Anders', false), person('Eva Bo'), person('Bob'), person('Åbo'), person('Carlo')];
  expect({ bo: names('bo', people), accent: names('abo', people), none: names('x', people) }).toEqual({
    bo: ['Bob', 'Eva Bo', 'Bo Anders'],
    accent: ['Åbo'],
    none: [],
  });
});

test('[MENT-6] eight people are proposed at most', () => {
  expect(
    names(
      '',
      Array.from({ length: 30 }, (_, index) => person(`Person ${index}`)),
    ),
  ).toHaveLength(maxProposals);
});

test('[MENT-7] the name stands in place of what was typed, with one space behind it', () => {
  const text = 'hi @pr, and @pri there';
  expect(withMention(text, { start: 12, typed: 'pri' }, 'Priya Raman')).toEqual({
    text: 'hi @pr, and @Priya Raman there',
    caret: 25,
  });
});

test('[MENT-10] one of several who share a name is named with the code of the peer ID', () => {
  const [one, other, third] = ['a'.repeat(52), `${'a'.repeat(17)}${'b'.repeat(35)}`, 'c'.repeat(52)];
  const people = [one, other, third].map((peerId, index) => ({ peerId, name: index === 1 ? 'ANA' : 'Ana', isHere: true }));
  const bo = person('Bo');
  const mentions = [...people, bo].map((each) => mentionOf(each, [...people, bo]));
  expect(mentions).toEqual([`Ana (${'a'.repeat(20)})`, `ANA (${'a'.repeat(17)}bbb)`, `Ana (${'c'.repeat(16)})`, 'Bo']);
});
