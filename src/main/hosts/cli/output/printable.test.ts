import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, cutColumns, fitColumns, wrapColumns } from './columns.ts';
import { printableLine, printableLines } from './printable.ts';

/** Characters that a terminal obeys: C0, C1, delete, and marks of the writing direction. */
const dangerous = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

describe('[CHAT-1] what others wrote, in a terminal', () => {
  it.each([
    ['plain text', ['plain text']],
    ['  set in\n\tlines\r\n', ['  set in', '  lines', '']],
    ['\u001b[31mred\u001b[0m', ['red']],
    ['\u001b]0;new title\u0007text', ['text']],
    ['\u009b31mred\u009c', ['red']],
    ['ring\u0007 back\u0008space', ['ring backspace']],
    ['overwritten\rline', ['overwritten', 'line']],
    ['one\u2028two\u0085three', ['one', 'two', 'three']],
    ['turned \u202egnp.exe', ['turned gnp.exe']],
    ['half \ud83d pair', ['half \ufffd pair']],
    ['family 👩‍👩‍👧 café', ['family 👩‍👩‍👧 café']],
    [`a${'\u0301'.repeat(50)}b`, [`a${'\u0301'.repeat(4)}b`]],
  ])('%j', (text, lines) => {
    expect(printableLines(text)).toEqual(lines);
  });

  it('never lets anything through that a terminal obeys', () => {
    const pieces = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      ';',
      '0',
      'm',
      '\u0007',
      '\u009b',
      '\u0090',
      'P',
      '\\',
      'x',
      '\u001b[',
      '\u202e',
      '\n',
      '\r',
      '\u0000',
      '\u007f',
    );
    const texts = fc.oneof(
      fc.array(pieces).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const line of printableLines(text)) expect(line).not.toMatch(dangerous);
        expect(printableLine(text)).not.toMatch(dangerous);
      }),
    );
  });
});

describe('columns', () => {
  it('cuts and fills up to a width, and never through a character', () => {
    expect([
      cutColumns('hello', 5),
      cutColumns('hello', 4),
      cutColumns('日本語', 4),
      cutColumns('👩‍👩‍👧 family', 4),
      cutColumns('𠀀𠀀', 3),
    ]).toEqual(['hello', 'hel…', '日…', '👩‍👩‍👧 …', '𠀀…']);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
        expect(columnsOf(cutColumns(text, columns))).toBeLessThanOrEqual(columns);
        expect(columnsOf(fitColumns(text, columns))).toBe(columns);
      }),
    );
  });
});

describe('[CHAT-1] wrapping', () => {
  const indent = 6;

  it('breaks between words, sets rows after the first in, and breaks a word only where it has no room', () => {
    expect([
      wrapColumns('short', 20, indent),
      wrapColumns('12:00 Bo: one two three four', 20, indent),
      wrapColumns(`12:00 Bo: ${'x'.repeat(30)}`, 20, indent),
      wrapColumns('日本語日本語日本語日本語', 20, indent),
      wrapColumns('      const a = 1; // indented', 20, indent),
    ]).toEqual([
      ['short'],
      ['12:00 Bo: one two', '      three four'],
      ['12:00 Bo:', `      ${'x'.repeat(14)}`, `      ${'x'.repeat(14)}`, '      xx'],
      ['日本語日本語日本語日', '      本語'],
      ['      const a = 1;', '      // indented'],
    ]);
  });

  it('never lets a text choose how a row begins, whatever the text is filled up with', () => {
    const filled = `12:00 Bo: ${'x'.repeat(10)}${' '.repeat(45)}12:01 Eva: I agree`;
    expect(wrapColumns(filled, 20, indent)).toEqual(['12:00 Bo: xxxxxxxxxx', '      12:01 Eva: I', '      agree']);
    const texts = fc.array(fc.oneof(fc.constantFrom(' ', '   ', '日', '👩‍👩‍👧', '☺️', '𠀀', 'é'), fc.string()));
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 60 }), (parts, columns) => {
        const line = printableLine(parts.join(''));
        const rows = wrapColumns(line, columns, indent);
        // In fewer than 8 columns there is less room to set rows in, but never none.
        const blanks = Math.min(indent, Math.max(columns, 3) - 2);
        for (const row of rows.slice(1)) expect(row).toMatch(new RegExp(`^ {${blanks}}\\S`));
        for (const row of rows) expect(columnsOf(row)).toBeLessThanOrEqual(Math.max(columns, 3));
        expect(rows.join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''));
      }),
    );
  });
});
