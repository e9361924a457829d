/**
 * The text that the user types after an `@`, and the people that it may mean (rules MENT-5 and
 * MENT-6). Pure; the list is in mention-list.tsx.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { codeOf } from '../../../shared/text/contact-text.ts';
import { mentionWithCode } from '../../../shared/text/mentions.ts';
import { foldText } from '../../../shared/text/fold-text.ts';

/** People that are proposed at a time: as many as one reads at a glance. */
export const maxProposals = 8;
/** Longest text after the `@`, in UTF-16 code units: longer than names are. */
const maxQueryLength = 64;

const wordPart = /[\p{L}\p{N}\p{M}_]$/u;

export interface MentionQuery {
  /** Where the `@` stands, in UTF-16 code units. */
  readonly start: number;
  /** The text between it and the caret. */
  readonly typed: string;
}

export interface Mentionable {
  readonly peerId: PeerId;
  readonly name: string;
  readonly isHere: boolean;
}

/** @returns undefined if the caret does not stand in a mention */
export function queryAt(text: string, caret: number): MentionQuery | undefined {
  const from = Math.max(0, caret - maxQueryLength - 1);
  const near = text.slice(from, caret);
  const at = near.lastIndexOf('@');
  if (at < 0) return undefined;
  const start = from + at;
  const typed = near.slice(at + 1);
  // An address such as `ana@example.org` mentions nobody.
  if (wordPart.test(text.slice(Math.max(0, start - 2), start))) return undefined;
  return /^\s|\n/u.test(typed) ? undefined : { start, typed };
}

/** Those who are here first, then those whose name begins with the text, then by a later word. */
export function proposalsFor(typed: string, people: Iterable<Mentionable>): readonly Mentionable[] {
  const wanted = foldText(typed);
  const ranks: Mentionable[][] = [[], [], [], []];
  for (const person of people) {
    const name = foldText(person.name);
    const isFirst = name.startsWith(wanted);
    if (!isFirst && !name.includes(` ${wanted}`)) continue;
    ranks[(person.isHere ? 0 : 2) + (isFirst ? 0 : 1)]?.push(person);
  }
  return ranks.flat().slice(0, maxProposals);
}

/**
 * The words that name that person: the name, and the code of the peer ID if others have the name
 * too (rule MENT-10).
 */
export function mentionOf({ peerId, name }: Mentionable, people: Iterable<Mentionable>): string {
  const folded = foldText(name);
  const namesakes = [...people].filter((other) => other.peerId !== peerId && foldText(other.name) === folded);
  const others = namesakes.map((other) => other.peerId);
  return others.length === 0 ? name : mentionWithCode(name, codeOf(peerId, others));
}

/** The text with that name in place of the query, and where the caret goes. */
export function withMention(
  text: string,
  { start, typed }: MentionQuery,
  name: string,
): { readonly text: string; readonly caret: number } {
  const mention = `@${name} `;
  const rest = text.slice(start + 1 + typed.length).replace(/^ /u, '');
  return { text: text.slice(0, start) + mention + rest, caret: start + mention.length };
}
