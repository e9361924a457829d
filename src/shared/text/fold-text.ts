/**
 * Folds text for comparison: `Straße` and `STRASSE` become the same, and so do `Iğdır` and `igdir`.
 * Searches of messages and people use it. What a word is, is left to them. Pure.
 */

/**
 * Accents, points of Hebrew and Arabic, joiners: users leave them out. Not the voicing marks of
 * Kana, which make other letters, nor the vowel signs of Indic scripts.
 */
const omittedMarks = /(?![\u3099\u309a])\p{Script=Inherited}|(?=[\u0483-\u0487\u0591-\u05c7])\p{M}/gu;

/** Latin letters that Unicode does not take apart, and what users type for them. */
const plainLetters: ReadonlyMap<string, string> = new Map([
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ħ', 'h'],
  ['ŧ', 't'],
]);
const plainLetter = new RegExp(`[${[...plainLetters.keys()].join('')}]`, 'gu');

/** Nothing of the below changes such a text but its case. Most messages are ASCII. */
const ascii = /^[\0-\x7f]*$/;

/** The same text for texts that differ in case, accents and compatibility forms alone. */
export function foldText(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  // Compatibility forms first (full-width letters, ligatures), so that their accents separate too.
  const letters = text.normalize('NFKD').replace(omittedMarks, '').normalize('NFC');
  return foldCase(letters).replace(plainLetter, (letter) => plainLetters.get(letter) ?? letter);
}

/**
 * Through capitals, which alone know that ß is SS, that ı is I, and that ς and σ are one letter.
 * Small letters first, because the capital ẞ stays itself.
 */
export function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}
