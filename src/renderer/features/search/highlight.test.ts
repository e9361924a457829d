import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { snippetOf } from './highlight.ts';

function marked(text: string, search: string): string {
  return snippetOf(text, search)
    .map((part) => (part.isMatch ? `[${part.text}]` : part.text))
    .join('');
}

test.each([
  ['The other theme', 'the', '[The] other [the]me'],
  ['José said: jose', 'JOSE', '[José] said: [jose]'],
  ['Jose\u0301 with a mark of its own', 'josé', '[Jose\u0301] with a mark of its own'],
  ['会議室の予約', '予約', '会議室の[予約]'],
  ['two words and two more', 'two more', '[two] words and [two] [more]'],
  ['a (b) c*', '(b) c*', 'a ([b]) [c]*'],
  ['the theme of the cat', 'the cat', '[the] theme of [the] [cat]'],
  ['the theme of the dog', 'the cat', 'the theme of the dog'],
  ['東京タワーと東北', '東京', '[東京]タワーと東北'],
  ['東、京', '東京', '[東]、[京]'],
  ['ｶﾞｯｺｳ', 'ガ', '[ｶﾞ]ｯｺｳ'],
  ['สวัสดีครับ', 'ดี', 'สวัส[ดี]ครับ'],
  ['우리학교에서', '학교', '우리[학교]에서'],
  ['STRAẞE, Straße und Strasse', 'strasse', '[STRAẞE], [Straße] und [Strasse]'],
  ['Straße', 'stras', '[Straß]e'],
  ['Ærø og Aero', 'ær', '[Ær]ø og [Aer]o'],
  ['ΟΔΟΣ, οδός', 'οδοσ', '[ΟΔΟΣ], [οδός]'],
  ['I like C++ and cake, not c', 'c++', 'I like [C++] and cake, not c'],
  ['said as v1.2.3, not 1 2 3', '1.2.3', 'said as v[1.2.3], not 1 2 3'],
  ['1.1.1', '1.1', '[1.1.1]'],
  ['done 🎉 party🎉', '🎉', 'done [🎉] party[🎉]'],
  ['one\n\n  two', 'two', 'one [two]'],
  ['nothing here', '', 'nothing here'],
])('in %j, %j is marked: %j', (text, search, result) => {
  expect(marked(text, search)).toBe(result);
});

test('cuts a long text around the first match, at a word', () => {
  const text = `${'before '.repeat(60)}needle ${'after '.repeat(60)}`;
  const [first, , match] = snippetOf(text, 'needle');
  const shown = marked(text, 'needle');
  expect([first?.text, match, shown.includes('before [needle] after'), shown.endsWith('…'), shown.length < 200]).toEqual([
    '…',
    { text: 'needle', isMatch: true },
    true,
    true,
    true,
  ]);
});

test('changes a text only by cutting it, whatever the search', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      (text, search) => {
        const line = text.replace(/\s+/gu, ' ').trim();
        const shown = snippetOf(text, search).map((part) => part.text);
        const inner = shown.filter((part, index) => !(part === '…' && (index === 0 || index === shown.length - 1))).join('');
        expect(line.includes(inner) || line === inner).toBe(true);
      },
    ),
  );
});
