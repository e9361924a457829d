import { expect, test } from 'vitest';
import { isGuessable, suggestPassphrase } from './passphrase.ts';

test.each([
  'secret99',
  'fifteen letters',
  'PasswordPassword',
  'Password-Password-1!',
  'Correct Horse Battery Staple',
  '12345678 12345678',
  'abcabcabcabcabcabcabc',
  'aaaaaaaaaaaaaaaaaaaaaaa',
  'hallway team key 2026',
  'ﬃﬃﬃﬃﬃﬃ',
])('[TEAM-5] "%s" is guessable', (passphrase) => {
  expect(isGuessable(passphrase)).toBe(true);
});

test.each(['kettle umbrella seven violin', 'k3mf-w7qa-2nzp-x5tb', 'пароль из пяти разных слов', 'correct horse battery'])(
  '[TEAM-5] "%s" is not',
  (passphrase) => {
    expect(isGuessable(passphrase)).toBe(false);
  },
);

test('[TEAM-5] a suggestion is random, easy to read out, and not guessable', () => {
  const suggestions = Array.from({ length: 100 }, suggestPassphrase);
  expect(new Set(suggestions).size).toBe(100);
  for (const suggestion of suggestions) {
    expect(suggestion).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
    expect(isGuessable(suggestion)).toBe(false);
  }
});
