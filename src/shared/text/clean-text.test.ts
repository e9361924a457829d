import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileText } from '../../../test/fixtures/sample-datagrams.ts';
import { cleanText } from './clean-text.ts';

const clean = (text: string): string => cleanText(text, 96);
const sizeOf = (text: string): number => new TextEncoder().encode(text).length;
/** Everything that text from a peer must never bring to the screen. */
const forbidden = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\u200b\u2060\ufeff\u{e0000}-\u{e007f}]/u;

describe('a name from the network', () => {
  test('[WIRE-7] control characters become blanks, and runs of blanks become one', () => {
    const controls = [
      ...Array.from({ length: 0x20 }, (_, code) => code),
      ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
    ];
    for (const code of controls) expect(clean(`a${String.fromCodePoint(code)}b`), `U+${code.toString(16)}`).toBe('a b');
    expect(clean(' \t a \r\n\r\n b\u2028c\u2029d\u00a0\u3000e ')).toBe('a b c d e');
  });

  test('[WIRE-7] removes characters that change the direction of text', () => {
    for (const code of [0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069]) {
      expect(clean(`invoice${String.fromCodePoint(code)}fdp.exe`), `U+${code.toString(16)}`).toBe('invoicefdp.exe');
    }
  });

  test('[WIRE-7] preserves right-to-left names', () => {
    expect(clean('سارة العلي')).toBe('سارة العلي');
    expect(clean('דנה לוי')).toBe('דנה לוי');
  });

  test('[WIRE-7] removes zero-width characters, because names with and without them look alike', () => {
    const invisible = [
      0xad, 0x34f, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x200b, 0x200c, 0x2060, 0x2064, 0x3164, 0xfe00, 0xfeff, 0xffa0, 0xfff9,
      0x1bca0, 0x1d173,
    ];
    for (const code of invisible) expect(clean(`An${String.fromCodePoint(code)}a`), `U+${code.toString(16)}`).toBe('Ana');
  });

  test('[WIRE-7] removes tag characters, which can carry hidden text', () => {
    const hidden = Array.from('ignore me', (character) => String.fromCodePoint(0xe0000 + character.charCodeAt(0))).join('');
    expect(clean(`Ana${hidden}\u{e007f}\u{e0100}`)).toBe('Ana');
  });

  test('[WIRE-7] limits stacked combining marks, with or without joiners between them', () => {
    expect(clean(`z${'\u0301'.repeat(40)}a`)).toBe(`ź${'\u0301'.repeat(4)}a`.normalize('NFC'));
    const marks = clean(`z${'\u0335\u200d'.repeat(40)}a`).match(/\p{M}/gu) ?? [];
    expect(marks.length).toBeLessThanOrEqual(4);
  });

  test('[WIRE-7] preserves combining marks that a script needs: Vietnamese, Devanagari, Thai, pointed Hebrew', () => {
    // The last one contains a joiner that its script needs.
    for (const name of ['Bảo Trân Nguyễn', 'नमस्ते', 'ธันวา', 'שָׁלוֹם', 'ශ්‍රී']) expect(clean(name)).toBe(name.normalize('NFC'));
  });

  test('[WIRE-7] preserves emoji sequences', () => {
    for (const emoji of ['👩‍🚀', '👨‍👩‍👧‍👦', '🏳️‍🌈', '❤️', '👍🏽', '🇵🇹']) expect(clean(`Ana ${emoji}`)).toBe(`Ana ${emoji}`);
  });

  test('[WIRE-7] a name of unusual blanks is empty', () => {
    for (const blank of ['\u2800', '\u3164', '\u00a0\u2003', '\u200b\u2060', '\ufe0f']) expect(clean(blank.repeat(3))).toBe('');
  });

  test('[WIRE-7] removes a joiner that joins nothing', () => {
    for (const text of ['\u200d', '\u200d\u200d\u200d', 'Ana\u200d', '\u200dAna', 'An\u200da'])
      expect(clean(text)).toBe(text.replaceAll('\u200d', ''));
  });

  test('[WIRE-7] replaces a lone surrogate with the replacement character', () => {
    expect(clean('a\ud800b')).toBe('a\ufffdb');
    expect(clean('a\udc00')).toBe('a\ufffd');
  });

  test('[WIRE-7] normalises text to composed form, so that equal names compare equal', () => {
    expect(clean('e\u0301')).toBe('é');
    expect(clean('\u1100\u1161')).toBe('가');
    expect(clean('e\u200b\u0301')).toBe('é');
    expect(clean('क\u0301\u094d\u200dष')).toBe(clean(clean('क\u0301\u094d\u200dष')));
  });

  test('[WIRE-6] cuts text to its limit in bytes, between two characters', () => {
    expect(cleanText('abcdef', 4)).toBe('abcd');
    expect(cleanText('éééé', 5)).toBe('éé');
    expect(cleanText('健健', 5)).toBe('健');
    expect(cleanText('ab👍', 5)).toBe('ab');
    expect(cleanText('ab👍', 6)).toBe('ab👍');
    expect(cleanText('ab cd', 3)).toBe('ab');
    expect(cleanText('👍', 3)).toBe('');
  });

  test('[WIRE-6, WIRE-7] the result is short, on one line and harmless for any input', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 96 }), (text, maxBytes) => {
        const cleaned = cleanText(text, maxBytes);
        expect(sizeOf(cleaned)).toBeLessThanOrEqual(maxBytes);
        expect(cleaned).not.toMatch(forbidden);
        expect(cleaned.isWellFormed()).toBe(true);
        expect(cleaned.normalize('NFC')).toBe(cleaned);
        expect(cleaned).toBe(cleaned.trim());
      }),
      { numRuns: 5_000 },
    );
  });

  test('[WIRE-7] cleaning is idempotent, so sender and receiver show the same text', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 96 }), (text, maxBytes) => {
        const once = cleanText(text, maxBytes);
        expect(cleanText(once, maxBytes)).toBe(once);
      }),
      { numRuns: 5_000 },
    );
  });
});
