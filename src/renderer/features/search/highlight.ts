/**
 * Marks what a search found in a text: the same as the store, by the same rule (STORE-6). Cuts a
 * long text around the first match. Pure.
 */
import { findMatches } from '../../../shared/text/search-matches.ts';
import { parseQuery } from '../../../shared/text/search-words.ts';

export interface MarkedPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** Shown of a long message: about two lines, in UTF-16 code units. */
const snippetLength = 160;
/** Of these, before the first match: few enough that it stays visible on short lines. */
const leadLength = 40;

/** @returns the parts of the text on one line, in order, with `…` for each cut */
export function snippetOf(text: string, search: string): readonly MarkedPart[] {
  const line = text.replace(/\s+/gu, ' ').trim();
  const matches = findMatches(parseQuery(search), line);
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
