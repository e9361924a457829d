import { expect, test } from 'vitest';
import { createSay, createSayParts } from './say.ts';

const say = createSay({
  plain: "You're the first one here",
  greeting: 'Hello {name}, port {port}',
  counted: '{count, plural, one {# person} other {# people}} here',
  chosen: 'They are {state, select, away {away} busy {busy} other {here}}.',
  nested: '{count, plural, one {{name} is} other {{names} are}} here',
  lasting: 'Stood still for {longestMs}',
});

test('fills the arguments into a message', () => {
  expect([
    say('plain'),
    say('greeting', { name: 'Ana', port: 4_255 }),
    say('counted', { count: 1 }),
    say('counted', { count: 1_200 }),
    say('chosen', { state: 'busy' }),
    say('nested', { count: 2, name: 'Ana', names: ['Ana', 'Ben'] }),
    say('lasting', { longestMs: 4_200 }),
  ]).toEqual([
    "You're the first one here",
    'Hello Ana, port 4255',
    '1 person here',
    '1,200 people here',
    'They are busy.',
    'Ana and Ben are here',
    'Stood still for 4.2 s',
  ]);
});

test('an argument is plain text, whatever it contains', () => {
  expect(say('greeting', { name: "<b>{port}</b> '{' #", port: 1 })).toBe("Hello <b>{port}</b> '{' #, port 1");
});

test('a wrong key and a missing, extra or mistyped argument do not compile', () => {
  const calls = [
    // @ts-expect-error No such message.
    () => say('absent'),
    // @ts-expect-error It takes no arguments.
    () => say('plain', { name: 'Ana' }),
    // @ts-expect-error The arguments are missing.
    () => say('greeting'),
    // @ts-expect-error One argument is missing.
    () => say('greeting', { name: 'Ana' }),
    // @ts-expect-error There is no such argument.
    () => say('counted', { count: 1, total: 2 }),
    // @ts-expect-error A plural takes a number.
    () => say('counted', { count: 'one' }),
    // @ts-expect-error A nested argument is one as well.
    () => say('nested', { count: 1, name: 'Ana' }),
    // @ts-expect-error A duration is a number of milliseconds.
    () => say('lasting', { longestMs: '4 s' }),
  ];
  expect(calls).toHaveLength(8);
});

test('cuts a long list, and formats a duration in its largest unit', () => {
  expect([
    say('nested', { count: 7, name: '', names: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }),
    say('lasting', { longestMs: 7_200_000 }),
  ]).toEqual(['a, b, c, d, e and 2 more are here', 'Stood still for 2 h']);
});

test('a sentence may contain parts of another type, and keeps their order', () => {
  const sayParts = createSayParts({
    link: 'Missing? {add} or {count, plural, one {# of {check}} other {{check}}}',
    plain: 'Here',
  });
  const [add, check] = [{ element: 'add' }, { element: 'check' }];
  expect([sayParts('link', { add, check, count: 1 }), sayParts('plain', {})]).toEqual([
    ['Missing? ', add, ' or 1 of ', check],
    ['Here'],
  ]);
});
