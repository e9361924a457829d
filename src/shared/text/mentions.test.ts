import { describe, expect, it, test } from 'vitest';
import { createMentionFinder } from './mentions.ts';

const finder = createMentionFinder({ name: 'Åsa Lind', keywords: ['deploy', '東京', 'c++'] });

describe('isMentioned', () => {
  it.each([
    ['@Åsa Lind can you look?', true],
    ['@asa lind can you look?', true],
    ['thanks, @ÅSA LIND!', true],
    ['(@asa lind)', true],
    ['@asa lindgren', false],
    ['write to mail@asa lind', false],
    ['asa lind without the sign', false],
    ['Deploy at noon', true],
    ['deployed an hour ago', false],
    ['the re-deploy', true],
    ['redeploy', false],
    ['明日東京で', true],
    ['use c++ here', true],
    ['use c+ here', false],
    ['', false],
  ])('[NOTIFY-10] %j', (text, isMentioned) => {
    expect(finder.isMentioned(text)).toBe(isMentioned);
  });

  it.each(['@Ana', '\uff20ana', '\ufe6bana'])('[NOTIFY-10] finds %j where only the name is watched for', (text) => {
    const ofName = createMentionFinder({ name: 'Ana', keywords: [] });
    expect([ofName.isMentioned(text), ofName.isMentioned('ana')]).toEqual([true, false]);
  });

  it('finds nothing for a name and words without letters', () => {
    const empty = createMentionFinder({ name: ' ', keywords: ['', ' '] });
    expect([empty.isMentioned('@ everyone'), empty.placesIn('@ everyone')]).toEqual([false, []]);
  });
});

test('[NOTIFY-11] the places cover what the reader sees, with accents and marks', () => {
  const text = 'Hi @A\u030asa Lind, Deploy? @åsa lind';
  expect(finder.placesIn(text).map(({ start, end }) => text.slice(start, end))).toEqual([
    '@A\u030asa Lind',
    'Deploy',
    '@åsa lind',
  ]);
});

test('a place that lies in another one is not marked twice', () => {
  const both = createMentionFinder({ name: 'Ana', keywords: ['@ana maria', 'maria'] });
  const text = 'for @Ana Maria';
  expect(both.placesIn(text).map(({ start, end }) => text.slice(start, end))).toEqual(['@Ana Maria']);
});
