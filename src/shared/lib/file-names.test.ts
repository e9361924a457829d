import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableFileName, createUniqueNames, maxNameBytes, numberedName, safeFileName, safeTopName } from './file-names.ts';

const bytes = (name: string): number => new TextEncoder().encode(name).length;
const anyName = fc.string({ unit: 'binary', maxLength: 300 });
/** Names of hostile parts, which plain chance would not put together. */
const hostileName = fc
  .array(
    fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      ':',
      ' ',
      'C:',
      'con',
      'COM¹',
      '.txt',
      '\0',
      '\u202e',
      'ﬀ',
      'é',
      'e\u0301',
      '😀',
      'a',
      '\ud800',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('safeFileName', () => {
  it.each([
    ['photo.jpg', 'photo.jpg'],
    ['Zürich – 1. Mai (final).tar.gz', 'Zürich – 1. Mai (final).tar.gz'],
    ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
    ['.gitignore', '.gitignore'],
  ])('[NAME-1] leaves %j as it is', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it('[NAME-1] composes letters and their marks', () => {
    expect(safeFileName('Cafe\u0301')).toBe('Caf\u00e9');
  });

  it.each([
    ['', '_'],
    ['.', '_'],
    ['..', '_'],
    ['...', '_'],
    ['   ', '_'],
    ['\u202e', '_'],
    ['a/b', 'a_b'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['..\\x', '.._x'],
    ['a\0b\n\x7f\x85c', 'a_b___c'],
    ['C:', 'C_'],
    ['C:\\x', 'C__x'],
    ['file.txt:stream', 'file.txt_stream'],
    ['a*b?c"d<e>f|g', 'a_b_c_d_e_f_g'],
    ['\ud800x', '\ufffdx'],
    ['line\u2028break', 'line_break'],
  ])('[NAME-2] makes %j safe', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it.each([
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['\u2066a\u2069.txt', 'a.txt'],
    ['a\u200bb\ufeff.txt', 'ab.txt'],
  ])('[NAME-3] drops what reorders or hides in %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it.each([
    'CON',
    'con',
    'Nul.txt',
    'aux.tar.gz',
    'PRN ',
    'COM1',
    'com9.log',
    'LPT0',
    'COM¹',
    'lpt³.txt',
    'CONIN$',
    'conout$.x',
    'CON .txt',
  ])('[NAME-4] is no device for %j', (name) => {
    expect(safeFileName(name)).toBe(`_${name.trimEnd()}`);
  });

  it.each(['console', 'COM10', 'common.txt', 'nullable', 'LPTx'])('[NAME-4] leaves %j, which is none', (name) => {
    expect(safeFileName(name)).toBe(name);
  });

  it.each([
    ['a. . .', 'a'],
    ['report.txt ', 'report.txt'],
    ['  lead', 'lead'],
    ['nbsp\u00a0', 'nbsp'],
  ])('[NAME-5] drops loose blanks and dots of %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it('[NAME-6] cuts to 200 bytes between characters and keeps the extension', () => {
    expect(safeFileName(`${'ä'.repeat(300)}.jpeg`)).toBe(`${'ä'.repeat(97)}.jpeg`);
    expect(safeFileName(`${'😀'.repeat(100)}.png`)).toBe(`${'😀'.repeat(49)}.png`);
    expect(safeFileName(`x.${'y'.repeat(400)}`)).toBe(`x.${'y'.repeat(198)}`);
    expect(safeFileName(`${'a'.repeat(199)} ${'b'.repeat(60)}`)).toBe('a'.repeat(199));
  });

  it.each([
    ['desktop.ini', 'desktop.ini.download'],
    ['Autorun.INF', 'Autorun.INF.download'],
    ['Salary.lnk', 'Salary.lnk.download'],
    ['x.scf', 'x.scf.download'],
    ['my desktop.ini', 'my desktop.ini'],
  ])('[NAME-9] keeps a file manager from acting on %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it.each([anyName, hostileName])(
    '[NAME-1, NAME-2, NAME-3, NAME-4, NAME-5, NAME-6, NAME-9] gives one safe segment of anything',
    (names) => {
      fc.assert(
        fc.property(names, (name) => {
          const safe = safeFileName(name);
          expect(safe).not.toMatch(/[/\\:*?"<>|\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]|[\s.]$|^\s/u);
          expect(safe.length).toBeGreaterThan(0);
          expect(bytes(safe)).toBeLessThanOrEqual(maxNameBytes);
          expect(safe).toBe(safe.normalize('NFC'));
          expect(safeFileName(safe)).toBe(safe);
        }),
        { numRuns: 3_000 },
      );
    },
  );
});

describe('safeTopName', () => {
  it.each([
    ['.bashrc', '_bashrc'],
    ['..x', '_.x'],
    ['.hallway-1', '_hallway-1'],
    ['a.b', 'a.b'],
  ])('[NAME-8] hides no file: %j', (name, safe) => {
    expect(safeTopName(name)).toBe(safe);
  });

  it('[NAME-8] never begins with a dot', () => {
    fc.assert(fc.property(hostileName, (name) => !safeTopName(name).startsWith('.')));
  });
});

describe('unique names', () => {
  it.each([
    ['a.txt', 'a (2).txt'],
    ['archive.tar.gz', 'archive.tar (2).gz'],
    ['README', 'README (2)'],
    ['.env', '.env (2)'],
    [`${'a'.repeat(196)}.txt`, `${'a'.repeat(192)} (2).txt`],
  ])('[NAME-7] numbers %j before its extension', (name, numbered) => {
    expect(numberedName(name, 2)).toBe(numbered);
  });

  it('[NAME-7] tells no two names apart that some system takes for one', () => {
    const unique = createUniqueNames(safeFileName);
    const given = ['a.txt', 'A.TXT', 'a.txt', 'a (2).txt', 'é', 'e\u0301', 'É', 'ﬁ', 'fi', 'Σ', 'ς', 'σ', 'x', 'x.', 'x '].map(
      unique,
    );
    expect(new Set(given.map(comparableFileName)).size).toBe(given.length);
    expect(given.slice(0, 5)).toEqual(['a.txt', 'A (2).TXT', 'a (3).txt', 'a (2) (2).txt', 'é']);
  });

  it('[NAME-7] gives all names once, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(hostileName, { maxLength: 40 }), (names) => {
        const given = names.map(createUniqueNames(safeTopName));
        expect(new Set(given.map((name) => name.normalize('NFC').toLowerCase())).size).toBe(names.length);
        for (const name of given) expect(bytes(name)).toBeLessThanOrEqual(maxNameBytes);
      }),
    );
  });

  it('[NAME-7] numbers 20,000 equal names', () => {
    const unique = createUniqueNames(safeFileName);
    const given = Array.from({ length: 20_000 }, () => unique('IMG.jpg'));
    expect(given.at(-1)).toBe('IMG (20000).jpg');
  });

  it('[NAME-40] numbers 20,000 names that are equal only once they are cut for their number', () => {
    const unique = createUniqueNames(safeFileName);
    const wanted = Array.from({ length: 10_000 }, (_, index) => `${'a'.repeat(188)}${String(index).padStart(8, '0')}.txt`);
    const given = wanted.flatMap((name) => [unique(name), unique(name.toUpperCase())]);
    expect(new Set(given.map(comparableFileName)).size).toBe(20_000);
    expect(given[3]).toBe(`${'A'.repeat(188)}0000 (3).TXT`);
    expect(given.at(-1)).toBe(`${'A'.repeat(188)} (10001).TXT`);
  });

  it('[NAME-40] goes on behind names that look numbered', () => {
    const given = ['a (2)', 'a (3)', 'a', 'A', 'a', 'a (10)', 'a'].map(createUniqueNames(safeFileName));
    expect(given).toEqual(['a (2)', 'a (3)', 'a', 'A (4)', 'a (5)', 'a (10)', 'a (6)']);
  });
});
