/**
 * Names of rooms (rule CHAT-9): the name is the room, so the same name always has the same form.
 * A look-alike from letters of two scripts would be another room, so it is no name.
 */
import { maxTypedRoomName } from '../contract/rooms.ts';
import { refuse, type Refusal } from './messages/problem-values.ts';

/** The room that every node is in until its user leaves it. */
export const everyoneRoom = 'everyone';

/** Longest name, in UTF-16 code units. */
export const maxRoomName = 32;

/** The letters of one name belong to one of these. Japanese and Korean mix scripts. */
const scripts: readonly RegExp[] = [
  /^\p{Script=Latin}*$/u,
  /^\p{Script=Cyrillic}*$/u,
  /^\p{Script=Greek}*$/u,
  /^\p{Script=Arabic}*$/u,
  /^\p{Script=Hebrew}*$/u,
  /^\p{Script=Devanagari}*$/u,
  /^\p{Script=Thai}*$/u,
  /^\p{Script=Armenian}*$/u,
  /^\p{Script=Georgian}*$/u,
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]*$/u,
  /^[\p{Script=Hangul}\p{Script=Han}]*$/u,
];

/** The beginning of a long text, for a refusal. */
const maxQuoted = 40;

/**
 * @param typed with or without `#`
 * @returns the name without `#`, in its one form; undefined if it is no name
 */
export function readRoomName(typed: string): string | undefined {
  if (typed.length > maxTypedRoomName) return undefined;
  const name = typed.trim().replace(/^#/u, '').normalize('NFKC').toLowerCase();
  if (name === '' || name.length > maxRoomName || !/^[\p{L}\p{M}\p{Nd}._-]+$/u.test(name)) return undefined;
  const letters = name.replace(/[\p{M}\p{Nd}._-]/gu, '');
  return scripts.some((script) => script.test(letters)) ? name : undefined;
}

/** The refusal of a text that is no name. */
export function badRoom(typed: string): Refusal<'bad-room'> {
  return refuse('bad-room', { name: typed.slice(0, maxQuoted).toWellFormed(), limit: maxRoomName });
}
