import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLinks } from './find-links.ts';

function linksIn(text: string): string[] {
  return splitLinks(text).flatMap(({ text: shown, href }) => (href === undefined ? [] : [shown]));
}

test.each([
  ['see http://build-07.local:8080/report?id=42.', ['http://build-07.local:8080/report?id=42']],
  ['(https://en.wikipedia.org/wiki/Hallway_(disambiguation))', ['https://en.wikipedia.org/wiki/Hallway_(disambiguation)']],
  ['“https://example.com/a”, really?', ['https://example.com/a']],
  ['HTTPS://EXAMPLE.COM!', ['HTTPS://EXAMPLE.COM']],
  ['会議はhttps://example.com/部屋。です', ['https://example.com/部屋']],
  ['请看https://example.com/a，谢谢', ['https://example.com/a']],
  ['官网是https://example.com。请看', ['https://example.com']],
  ['（https://example.com/b）', ['https://example.com/b']],
  ['「https://example.com/c」と「https://example.com/d」', ['https://example.com/c', 'https://example.com/d']],
  ['https://example.com/e！https://example.com/f？', ['https://example.com/e', 'https://example.com/f']],
  ['https://example.com/g〜終わり', ['https://example.com/g']],
  ['https://example.com请看', ['https://example.com']],
  ['https://example.com:8080请看', ['https://example.com:8080']],
  ['https://10.0.0.5まで', ['https://10.0.0.5']],
  ['https://example.comпривет', ['https://example.com']],
  ['https://example.com/请看', ['https://example.com/请看']],
  ['https://example.com?q=请看', ['https://example.com?q=请看']],
  ['https://例え.jp/a', ['https://例え.jp/a']],
  ['https://президент.рф', ['https://президент.рф']],
  ['https://münchen.de', ['https://münchen.de']],
  ['https://日本abc.jp', ['https://日本abc.jp']],
  ['http://[fe80::1]:4255/ and http://10.0.0.5', ['http://[fe80::1]:4255/', 'http://10.0.0.5']],
  ['two\nhttps://a.example\nhttps://b.example', ['https://a.example', 'https://b.example']],
])('in %j the links are %j', (text, links) => {
  expect(linksIn(text)).toEqual(links);
});

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'www.example.com',
  'read.me',
  'ana@example.com',
  'http://',
  'https://[',
  'ftp://example.com',
])('%j is not a link', (text) => {
  expect(linksIn(text)).toEqual([]);
});

test('direction marks end a link, so that it cannot display another address than its target', () => {
  expect(linksIn('https://good.example/\u202Emoc.live')).toEqual(['https://good.example/']);
});

test('splits a hostile text of the longest size within a moment', () => {
  const worst = [
    `http://a${')'.repeat(16_000)}`,
    `http://a/${'.'.repeat(16_000)}a`,
    `http://a${')'.repeat(1_900)} `.repeat(8),
    'http://a看'.repeat(1_700),
  ];
  const links = Array.from({ length: 20 }, () => worst.flatMap((text) => linksIn(text)));
  expect(new Set(links.flat())).toEqual(new Set(['http://a', 'http://a/']));
});

test('finds a link directly behind the host of another', () => {
  expect(linksIn('https://a.example看https://b.example')).toEqual(['https://a.example', 'https://b.example']);
});

test('the parts join to the exact text, and every link leads to the web', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('http://', 'https://a.b/', '(', ')', '.', ' ', '\n', '[', ']'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const parts = splitLinks(text);
      expect(parts.map((part) => part.text).join('')).toBe(text);
      expect(parts.every(({ href }) => href === undefined || /^https?:\/\/[^/]/.test(href))).toBe(true);
    }),
  );
});

test.each([
  ['https://example.com/a', undefined],
  ['https://münchen.de/', undefined],
  ['https://例え.jp/', undefined],
  ['https://президент.рф/', undefined],
  ['https://\u0430pple.com/', 'xn--pple-43d.com'],
  ['https://\u0430\u0440\u0440\u04cf\u0435.com/', 'xn--80ak6aa92e.com'],
  ['https://go\u03bfgle.com/', 'xn--gogle-sce.com'],
  ['https://exam\u0440le.com:8443/login', 'xn--examle-erf.com:8443'],
  // The part before @ is no host.
  ['https://example.com@evil.example/', 'evil.example'],
])('the host of %s is shown as %s', (text, host) => {
  expect(splitLinks(text).map((part) => part.shownHost)).toEqual([host]);
});
