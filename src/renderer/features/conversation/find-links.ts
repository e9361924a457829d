/**
 * Finds the web addresses in a text: only those that begin with http:// or https://. Libraries also
 * guess at bare names. That links file names and missing blanks, and makes an unknown sender's text
 * say more than it does. Pure.
 */
import { looksOfName } from '../../../shared/text/similar-names.ts';

export interface TextPart {
  readonly text: string;
  /** The target, if the part is a link. */
  readonly href: string | undefined;
  /** The host in plain ASCII, if the link's text makes it look like another one. */
  readonly shownHost: string | undefined;
}

/**
 * Longer addresses are not linked: people neither write nor use them. The pattern below has the same
 * limit and one more.
 */
const maxLinkLength = 2_000;
/**
 * Full-width punctuation and brackets end an address: such text has no blanks around it. So does
 * everything that is invisible.
 */
const linkPattern =
  /https?:\/\/[^\s<>"“”«»`\u3001-\u3003\u3008-\u3011\u3014-\u301F\uFF01\uFF08\uFF09\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F\uFF3B\uFF3D\uFF5B-\uFF65\p{Cc}\p{Bidi_Control}]{1,2001}/giu;
/** The host and port, without what comes before an @. */
const hostOf = /^https?:\/\/(?:[^/?#@]*@)?([^/?#]*)/iu;
/** The last label of a host, up to a letter of another script: text that follows without a slash. */
const endOfHost = /(?<=[./@])[a-z0-9-]+(?::\d+)?(?=\p{L})(?!\p{Script=Latin})/iu;
/** Scripts that are written together with Latin letters (UTS #39 §5.2). */
const besideLatin = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/gu;
/** More often the end of a sentence than part of an address. */
const trailing: ReadonlySet<string> = new Set(".,;:!?'’…");
const openingOf: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/** @returns the parts in order, which join to the text */
export function splitLinks(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  const pattern = new RegExp(linkPattern);
  let end = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const link = trimEnd(endAtHost(match[0]));
    const href = hrefOf(link);
    if (href === undefined) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: undefined, shownHost: undefined });
    parts.push({ text: link, href, shownHost: hostToShow(link, href) });
    end = match.index + link.length;
    pattern.lastIndex = end;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: undefined, shownHost: undefined });
  return parts;
}

/** Cuts a text of another script that follows the host without a slash. */
function endAtHost(link: string): string {
  const before = hostOf.exec(link)?.[0] ?? '';
  const lastLabel = Math.max(before.lastIndexOf('.'), before.lastIndexOf('/'), before.lastIndexOf('@'));
  const label = endOfHost.exec(before.slice(lastLabel));
  return label === null ? link : before.slice(0, lastLabel + label.index + label[0].length);
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

/**
 * A host looks like another one if its letters are drawn like ASCII ones, or if it mixes scripts that
 * are not written together. A text before an @ pretends to be the host.
 */
function hostToShow(link: string, href: string): string | undefined {
  const typed = (hostOf.exec(link)?.[1] ?? '').normalize('NFKC');
  const { host, username } = new URL(href);
  const isAlike = !isAscii(typed) && looksOfName(typed).some(isAscii);
  return isAlike || username !== '' || typed.split('.').some(isMixed) ? host : undefined;
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function isMixed(label: string): boolean {
  return /\p{Script=Latin}/u.test(label) && /(?!\p{Script=Latin})\p{L}/u.test(label.replace(besideLatin, ''));
}
