/**
 * Finds the places where a text mentions a user: `@name`, or one of the words that they watch for
 * (rules NOTIFY-10 and NOTIFY-11). Behind a name, a code in brackets names one of those who share
 * it (rule MENT-11). Case, accents and compatibility forms do not matter. Deciding about a
 * notification is left to core/notifications, marking the places to the page. Pure.
 */
import type { PeerId } from '../lib/ids.ts';
import { foldText } from './fold-text.ts';
import { foldWithPlaces, type PlacedFold } from './placed-fold.ts';

/** A part of the text, in UTF-16 code units. */
export interface MentionPlace {
  readonly start: number;
  readonly end: number;
  /** Where the part ends that people read: before the code, if there is one. */
  readonly shownEnd: number;
}

export interface MarkedMention extends MentionPlace {
  readonly isOwn: boolean;
}

/** A person as others see them. */
export interface NamedPeer {
  readonly peerId: PeerId;
  readonly name: string;
}

export interface MentionFinder {
  isMentioned(text: string): boolean;
  /** @returns the places in order, without overlaps */
  placesIn(text: string): readonly MentionPlace[];
}

const wordPart = /[\p{L}\p{N}\p{M}_]/u;
/** With the compatibility forms that fold to it. */
const atSign = /[@\uff20\ufe6b]/;
/** Scripts that write no space between words: a neighbour there begins no longer word. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** The start of a peer ID, as `codeOf` gives it. */
const codeBehind = /^ \(([a-z2-7]{16,52})\)/;
const longestCode = 55;
/** The same in a text as it was written, where the name is not known. */
const writtenCode = /([@\uff20\ufe6b][^@\uff20\ufe6b\n]{1,64}) \([a-z2-7]{16,52}\)/giu;

/** A word to look for, and whom a code behind it may name. */
interface Searched {
  readonly word: string;
  /** Empty: a code behind it means nothing. */
  readonly peerIds: readonly PeerId[];
}

/**
 * @param name the user's own name; a mention has an `@` before it
 * @param keywords whole words or phrases; empty ones find nothing
 */
export function createMentionFinder({
  name,
  peerId,
  keywords,
}: NamedPeer & { readonly keywords: readonly string[] }): MentionFinder {
  const searched = [...atNamesOf([{ name, peerId }]), ...wordsOf(keywords)];
  const needsAt = searched.every(({ word }) => word.startsWith('@'));
  return {
    isMentioned(text) {
      // Folding costs more than all else that a line of a room causes here, and most have none.
      if (needsAt && !atSign.test(text)) return false;
      const line = foldText(text);
      return searched.some((one) => !occurrencesOf(one, line).next().done);
    },
    placesIn: (text) => withoutOverlaps(placesOf(searched, foldWithPlaces(text), text)),
  };
}

/**
 * Marks all mentions in lines of a room: those of the user, and those of others.
 * @param others people whom a line may mention
 */
export function createMentionMarker(
  own: NamedPeer & { readonly keywords: readonly string[] },
  others: Iterable<NamedPeer>,
): (text: string) => readonly MarkedMention[] {
  const mine = [...atNamesOf([own]), ...wordsOf(own.keywords)];
  const theirs = atNamesOf(others);
  return (text) => {
    const fold = foldWithPlaces(text);
    const marked = (searched: readonly Searched[], isOwn: boolean): readonly MarkedMention[] =>
      placesOf(searched, fold, text).map((place) => ({ ...place, isOwn }));
    return withoutOverlaps([...marked(mine, true), ...marked(theirs, false)]);
  };
}

/**
 * The mention of one person, without the `@` before it.
 *
 * @param code tells them from others of that name
 */
export function mentionWithCode(name: string, code: string): string {
  return `${name} (${code})`;
}

/** Whether a text may have a mention by name at all. Cheap. */
export function mayMention(text: string): boolean {
  return atSign.test(text);
}

/** A line of a room as people read it: names without the codes behind them. */
export function withoutMentionCodes(text: string): string {
  return text.replaceAll(writtenCode, '$1');
}

/** Each name once, with all who have it. */
function atNamesOf(people: Iterable<NamedPeer>): readonly Searched[] {
  const byName = new Map<string, PeerId[]>();
  for (const { name, peerId } of people) {
    const folded = foldText(name).trim();
    if (folded === '') continue;
    const same = byName.get(folded) ?? [];
    byName.set(folded, same);
    same.push(peerId);
  }
  return [...byName].map(([name, peerIds]) => ({ word: `@${name}`, peerIds }));
}

function wordsOf(keywords: readonly string[]): readonly Searched[] {
  const folded = keywords.map((word) => foldText(word).trim());
  return folded.filter((word) => word !== '').map((word) => ({ word, peerIds: [] }));
}

function placesOf(
  searched: readonly Searched[],
  { text: line, starts, ends }: PlacedFold,
  text: string,
): readonly MentionPlace[] {
  return searched.flatMap((one) =>
    [...occurrencesOf(one, line)].map(({ at, codeLength }) => {
      const shownEnd = ends[at + one.word.length - 1] ?? text.length;
      const end = codeLength === 0 ? shownEnd : (ends[at + one.word.length + codeLength - 1] ?? text.length);
      return { start: starts[at] ?? 0, shownEnd, end };
    }),
  );
}

interface Occurrence {
  readonly at: number;
  /** Of the code behind the word, with its brackets; 0 if there is none. */
  readonly codeLength: number;
}

/** The places of a word that stands alone in a folded text, and means one of its people. */
function* occurrencesOf({ word, peerIds }: Searched, line: string): Generator<Occurrence> {
  for (const at of standingAlone(word, line)) {
    const behind = at + word.length;
    const [whole = '', code] = peerIds.length === 0 ? [] : (codeBehind.exec(line.slice(behind, behind + longestCode)) ?? []);
    if (code === undefined || peerIds.some((peerId) => peerId.startsWith(code))) yield { at, codeLength: whole.length };
  }
}

/** The places of a word that stands alone in a folded text. */
function* standingAlone(word: string, line: string): Generator<number> {
  for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
    const before = characterBefore(line, at);
    const after = characterAt(line, at + word.length);
    if (isApart(before, characterAt(word, 0)) && isApart(characterBefore(word, word.length), after)) yield at;
  }
}

/** Whether a word may end between two characters. */
function isApart(left: string, right: string): boolean {
  if (left === '' || right === '') return true;
  // An address such as `ana@example.org` mentions nobody.
  if (right === '@') return !wordPart.test(left) || unspaced.test(left);
  return !(wordPart.test(left) && wordPart.test(right)) || unspaced.test(left) || unspaced.test(right);
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function characterBefore(text: string, at: number): string {
  const isPair = at >= 2 && /[\ud800-\udbff]/.test(text[at - 2] ?? '') && /[\udc00-\udfff]/.test(text[at - 1] ?? '');
  return text.slice(Math.max(0, at - (isPair ? 2 : 1)), at);
}

/** The longer of two that begin together, and of equal ones the first. */
function withoutOverlaps<Place extends MentionPlace>(places: readonly Place[]): readonly Place[] {
  const kept: Place[] = [];
  for (const place of places.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (place.start >= (kept.at(-1)?.end ?? 0)) kept.push(place);
  }
  return kept;
}
