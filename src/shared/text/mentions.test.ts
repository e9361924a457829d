import { describe, expect, it, test } from 'vitest';
import { createMentionFinder, createMentionMarker, mentionWithCode, withoutMentionCodes } from './mentions.ts';

/** Two people of one name, and the codes of both. */
const [asa, otherAsa] = ['abcdefghijklmnop'.padEnd(52, 'q'), 'abcdefghijklmnoq'.padEnd(52, 'q')];
const [code, otherCode] = [asa.slice(0, 16), otherAsa.slice(0, 16)];

const finder = createMentionFinder({ name: 'Åsa Lind', peerId: asa, keywords: ['deploy', '東京', 'c++'] });

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
    const ofName = createMentionFinder({ name: 'Ana', peerId: asa, keywords: [] });
    expect([ofName.isMentioned(text), ofName.isMentioned('ana')]).toEqual([true, false]);
  });

  it('finds nothing for a name and words without letters', () => {
    const empty = createMentionFinder({ name: ' ', peerId: asa, keywords: ['', ' '] });
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
  const both = createMentionFinder({ name: 'Ana', peerId: asa, keywords: ['@ana maria', 'maria'] });
  const text = 'for @Ana Maria';
  expect(both.placesIn(text).map(({ start, end }) => text.slice(start, end))).toEqual(['@Ana Maria']);
});

describe('a code behind a name', () => {
  it.each([
    [`@Åsa Lind (${code}), look`, true],
    [`@asa lind (${asa})`, true],
    [`@Åsa Lind (${otherCode}), look`, false],
    [`@Åsa Lind (${otherCode}) and @Åsa Lind (${code})`, true],
    [`@Åsa Lind (${otherCode}): deploy`, true],
    ['@Åsa Lind (abcd), look', true],
    ['@Åsa Lind (on holiday until may)', true],
  ])('[MENT-11] means that person alone: %j', (text, isMentioned) => {
    expect(finder.isMentioned(text)).toBe(isMentioned);
  });

  it('[MENT-12] belongs to the place, and is not shown', () => {
    const text = `for @Åsa Lind (${code}), now`;
    const [place] = finder.placesIn(text);
    expect([text.slice(place?.start, place?.shownEnd), text.slice(place?.end)]).toEqual(['@Åsa Lind', ', now']);
  });

  it('[MENT-12] mentions of others are marked apart from our own', () => {
    const others = [
      { peerId: otherAsa, name: 'Åsa Lind' },
      { peerId: 'b'.repeat(52), name: 'Bo' },
    ];
    const mark = createMentionMarker({ name: 'Åsa Lind', peerId: asa, keywords: [] }, others);
    const marked = (text: string): unknown =>
      mark(text).map(({ start, shownEnd, isOwn }) => `${text.slice(start, shownEnd)} ${isOwn ? 'own' : 'other'}`);
    expect([
      marked('@bo and @asa lind'),
      marked(`@${mentionWithCode('Åsa Lind', otherCode)} with @Bo, not @Bob`),
      marked(`@Åsa Lind (${'z'.repeat(16)})`),
    ]).toEqual([['@bo other', '@asa lind own'], ['@Åsa Lind other', '@Bo other'], []]);
  });

  it('[MENT-13] is left out where a line is quoted', () => {
    const lines = [`Hi @Åsa Lind (${code}), and @Bo (${otherCode})!`, '(abcdefghijklmnop) @ana (abcd)', '@ (abcdefghijklmnop)'];
    expect(lines.map(withoutMentionCodes)).toEqual([
      'Hi @Åsa Lind, and @Bo!',
      '(abcdefghijklmnop) @ana (abcd)',
      '@ (abcdefghijklmnop)',
    ]);
  });
});
