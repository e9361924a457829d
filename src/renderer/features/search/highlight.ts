/**
 * Marks the matches of a search in a text, ignoring case and accents. Cuts a long text around the
 * first match. Pure.
 */

export interface MarkedPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** Shown of a long message: about two lines, in UTF-16 code units. */
const snippetLength = 160;
/** Of these, before the first match: few enough that it stays visible on short lines. */
const leadLength = 40;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Words marked at most; the search itself uses all of them. */
const maxWords = 16;

/** @returns the parts of the text on one line, in order, with `…` for each cut */
export function snippetOf(text: string, search: string): readonly MarkedPart[] {
  const line = text.replace(/\s+/gu, ' ').trim();
  const matches = matchesIn(line, search);
  const first = matches[0]?.start ?? 0;
  const start =
    line.length <= snippetLength ? 0 : wholeWord(line, Math.min(first - leadLength, line.length - snippetLength), first);
  const end = wholeSign(line, Math.min(line.length, start + snippetLength));
  const parts: MarkedPart[] = [];
  const put = (part: string, isMatch: boolean): void => {
    if (part !== '') parts.push({ text: part, isMatch });
  };
  let at = start;
  put(start > 0 ? '…' : '', false);
  for (const match of matches) {
    if (match.end <= at || match.start >= end) continue;
    put(line.slice(at, Math.max(at, match.start)), false);
    put(line.slice(Math.max(at, match.start), Math.min(match.end, end)), true);
    at = Math.min(match.end, end);
  }
  put(line.slice(at, end), false);
  put(end < line.length ? '…' : '', false);
  return parts;
}

interface Match {
  readonly start: number;
  readonly end: number;
}

function matchesIn(text: string, search: string): readonly Match[] {
  const words = [...new Set(fold(search).text.match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, maxWords);
  const { text: folded, starts } = fold(text);
  const isInside = new Set<number>();
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
      if (isWithinWord(folded, at)) continue;
      for (let index = at; index < at + word.length; index += 1) isInside.add(starts[index] ?? 0);
    }
  }
  const matches: Match[] = [];
  for (const start of [...isInside].sort((a, b) => a - b)) {
    const end = start + signLength(text, start);
    const last = matches.at(-1);
    if (last?.end === start) matches[matches.length - 1] = { start: last.start, end };
    else matches.push({ start, end });
  }
  return matches;
}

/** A search matches the beginnings of words; only scripts without spaces match anywhere. */
function isWithinWord(text: string, at: number): boolean {
  return at > 0 && !unspaced.test(text.charAt(at)) && /[\p{L}\p{N}]/u.test(text.charAt(at - 1));
}

/** Folds case and accents, and maps each resulting character to its place in the text. */
function fold(text: string): { readonly text: string; readonly starts: readonly number[] } {
  const starts: number[] = [];
  let folded = '';
  let at = 0;
  for (const sign of text) {
    const plain = sign
      .normalize('NFKD')
      .replace(/\p{Mn}/gu, '')
      .toLowerCase();
    folded += plain;
    for (let count = 0; count < plain.length; count += 1) starts.push(at);
    at += sign.length;
  }
  return { text: folded, starts };
}

/** A character with its combining marks, so that a cut does not separate them. */
function signLength(text: string, start: number): number {
  const rest = text.slice(start, start + 16);
  return /^.\p{M}*/su.exec(rest)?.[0].length ?? 1;
}

/** The beginning of the next word, if there is one before `latest`. */
function wholeWord(text: string, wanted: number, latest: number): number {
  if (wanted <= 0) return 0;
  const blank = text.indexOf(' ', wanted - 1);
  return blank >= 0 && blank < latest ? blank + 1 : wholeSign(text, wanted);
}

/** Not in the middle of a surrogate pair. */
function wholeSign(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc_00 && unit <= 0xdf_ff ? index - 1 : index;
}
