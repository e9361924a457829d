/**
 * Finds the web addresses in a text: only those written out with http:// or https://. Guessing at bare names, which a library would do for us,
 * makes links of file names and of words after a missing blank, and shows a stranger's text as more than it says. Pure.
 */

export interface TextPart {
  readonly text: string;
  /** Where it leads, if it is a link. */
  readonly href: string | undefined;
}

const candidates = /https?:\/\/[^\s<>"“”«»`\p{Cc}\p{Bidi_Control}]+/giu;
/** More often the end of a sentence than of an address. */
const trailing = /[.,;:!?'’…、。，！？]+$/u;
const brackets: readonly (readonly [string, string])[] = [
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
];
/** Longer is no address that somebody wrote or could use. */
const maxLinkLength = 2_000;

/** @returns the parts in order; together they are the text */
export function splitLinks(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(candidates)) {
    const link = trimEnd(match[0]);
    const href = hrefOf(link);
    if (href === undefined) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: undefined });
    parts.push({ text: link, href });
    end = match.index + link.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: undefined });
  return parts;
}

/** Without what belongs to the sentence: a full stop, and a bracket that was opened before the address. */
function trimEnd(candidate: string): string {
  let link = candidate;
  for (;;) {
    const shorter = withoutOpenBracket(link.replace(trailing, ''));
    if (shorter === link) return link;
    link = shorter;
  }
}

function withoutOpenBracket(link: string): string {
  const closes = brackets.some(([open, close]) => link.endsWith(close) && count(link, close) > count(link, open));
  return closes ? link.slice(0, -1) : link;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function hrefOf(link: string): string | undefined {
  if (link.length > maxLinkLength || !URL.canParse(link)) return undefined;
  const { protocol, hostname, href } = new URL(link);
  return (protocol === 'https:' || protocol === 'http:') && hostname !== '' ? href : undefined;
}
