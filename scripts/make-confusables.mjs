/**
 * Writes src/shared/text/confusables.ts: the look-alikes of Latin letters and of punctuation in
 * Unicode's confusables.txt (UTS #39). The npm package unhomoglyph has that file as JSON; this
 * script fetches one version of it and checks its digest.
 *
 * Usage: node scripts/make-confusables.mjs
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const source = 'unhomoglyph@1.0.6';
const integrity = 'sha512-7uvcWI3hWshSADBu4JpnyYbTVc7YlhF5GDW/oPD5AxIxl34k4wXR3WDkPnzLxkN32LiTCTKMQLtKVZiwki3zGg==';
const unicodeVersion = '13.0.0';
const tablePath = join(import.meta.dirname, '../src/shared/text/confusables.ts');

/** Scripts whose letters are taken for Latin ones. Names in other scripts stay as they are. */
const scripts = 'Latin Cyrillic Greek Armenian Cherokee Lisu Coptic Georgian Canadian_Aboriginal Deseret Tifinagh Common'.split(
  ' ',
);
const isOfThem = new RegExp(`^[${scripts.map((name) => `\\p{Script=${name}}`).join('')}]$`, 'u');
/** Small capitals, which Unicode's table keeps apart from small letters. */
const smallCapitals = new Map(pairsOf('ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ', 'abcdefghijklmnopqrstuvwyz'));
/** Strokes through a letter. Without it, the letter is another one, and looks much the same. */
const strokes = /[\u0334-\u0338]/gu;

const data = fetchData();
const likes = new Map([...smallCapitals, ...Object.entries(data).flatMap(toRow)]);
addOtherCase();
write();

function fetchData() {
  const folder = mkdtempSync(join(tmpdir(), 'confusables-'));
  try {
    const name = execFileSync('npm', ['pack', source, '--silent'], { cwd: folder, encoding: 'utf8' }).trim();
    const digest = createHash('sha512')
      .update(readFileSync(join(folder, name)))
      .digest('base64');
    if (`sha512-${digest}` !== integrity) throw new Error(`${source} has another digest: ${digest}`);
    execFileSync('tar', ['xzf', name], { cwd: folder });
    return JSON.parse(readFileSync(join(folder, 'package/data.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {[string, string]} entry
 * @returns {[string, string][]} one pair, or none for what is not needed
 */
function toRow([character, target]) {
  const like = Array.from(target.replace(strokes, ''), (one) => smallCapitals.get(one) ?? one).join('');
  const isLatin = /^[!-~]{1,2}$/.test(like) && like !== 'rn';
  // NFKC makes these ASCII already.
  const isAscii = /^[ -~]*$/.test(character.normalize('NFKC'));
  // Unicode's table has no capital I: what looks like it, looks like a small L.
  const written = target === 'l' ? 'I' : like;
  return isLatin && !isAscii && isOfThem.test(character) ? [[character, written]] : [];
}

/** Names are compared without case, so a letter is like what its other case is like. */
function addOtherCase() {
  for (const [character, like] of [...likes]) {
    for (const other of [character.toLowerCase(), character.toUpperCase()]) {
      if (Array.from(other).length === 1 && /[^ -~]/.test(other) && !likes.has(other)) likes.set(other, like);
    }
  }
}

function write() {
  const byLike = Map.groupBy([...likes], ([, like]) => like);
  const rows = [...byLike]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([like, entries]) => {
      const characters = entries
        .map(([character]) => character)
        .toSorted((a, b) => (a < b ? -1 : 1))
        .join('');
      return `  [${quoted(like)}, ${quoted(characters)}],`;
    });
  const text = `/**
 * Characters that look like Latin letters, digits and punctuation of ASCII. Made by
 * scripts/make-confusables.mjs from confusables.txt ${unicodeVersion} of Unicode (UTS #39).
 * Copyright (c) 2020 Unicode, Inc. Licence: https://www.unicode.org/license.txt
 */

/** Pairs: each character of the second text looks like the first text. */
export const confusables: readonly (readonly [like: string, characters: string])[] = [
${rows.join('\n')}
];
`;
  writeFileSync(tablePath, text);
  execFileSync(process.execPath, [join(import.meta.dirname, '../node_modules/prettier/bin/prettier.cjs'), '--write', tablePath]);
}

/** @param {string} text */
function quoted(text) {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `'${escaped}'`;
}

/**
 * @param {string} from
 * @param {string} to
 * @returns {[string, string][]}
 */
function pairsOf(from, to) {
  return Array.from(from, (letter, index) => [letter, to[index] ?? letter]);
}
