/**
 * Finds the web addresses in a text: only those that begin with http:// or https://. Libraries also
 * guess at bare names. That links file names and missing blanks, and makes an unknown sender's text
 * say more than it does. Pure.
 */

export interface TextPart {
  readonly text: string;
  /** The target, if the part is a link. */
  readonly href: string | undefined;
}

const candidates = /https?:\/\/[^\s<>"“”«»`\p{Cc}\p{Bidi_Control}]+/giu;
/** More often the end of a sentence than part of an address. */
const trailing: ReadonlySet<string> = new Set(".,;:!?'’…、。，！？");
const openingOf: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);
/** Longer addresses are not linked: people neither write nor use them. */
const maxLinkLength = 2_000;

/** @returns the parts in order, which join to the text */
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

/**
 * Strips punctuation that belongs to the sentence: a full stop, or a bracket opened before the
 * address. It takes one pass, because a hostile text may be nothing but brackets.
 */
function trimEnd(candidate: string): string {
  const surplus = new Map([...openingOf].map(([close, open]) => [close, count(candidate, close) - count(candidate, open)]));
  let end = candidate.length;
  for (; end > 0; end -= 1) {
    const sign = candidate.charAt(end - 1);
    const closing = surplus.get(sign) ?? 0;
    if (closing > 0) surplus.set(sign, closing - 1);
    else if (!trailing.has(sign)) break;
  }
  return candidate.slice(0, end);
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function hrefOf(link: string): string | undefined {
  if (link.length > maxLinkLength || !URL.canParse(link)) return undefined;
  const { protocol, hostname, href } = new URL(link);
  return (protocol === 'https:' || protocol === 'http:') && hostname !== '' ? href : undefined;
}
