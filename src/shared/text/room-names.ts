/**
 * Names of rooms (rules CHAT-9, ROOM-11). The canonical name is the room: equal names are one room,
 * and nobody owns it. A look-alike from letters of two scripts would be another room, so it is no
 * name.
 */
import { maxTypedRoomName } from '../contract/rooms.ts';
import { refuse, type Refusal } from './messages/problem-values.ts';
import { skeletonsOf } from './similar-names.ts';

/** The room that every node is in until its user leaves it. No other name may look like it. */
export const everyoneRoom = 'everyone';

/** Longest name, in code points. */
export const maxRoomName = 32;

const privateName = /^&[0-9a-f]{16}$/u;

/** The beginning of a long text, for a refusal. */
const maxQuoted = 40;

/** `scripts`: letters of more than one script · `reserved`: it looks like `everyone`. */
export type RoomNameFault = 'empty' | 'too-long' | 'characters' | 'scripts' | 'reserved';

export type CanonicalRoomName =
  { readonly ok: true; readonly name: string } | { readonly ok: false; readonly reason: RoomNameFault };

/**
 * Letters, their marks, digits and `-_.`; a letter or digit first. Invisible letters are refused.
 */
const allowed = /^[\p{L}\p{Nd}](?:[\p{L}\p{M}\p{Nd}\-_.](?<!\p{Default_Ignorable_Code_Point}))*$/u;
const invisibleFirst = /^\p{Default_Ignorable_Code_Point}/u;
/**
 * Each entry is what one name may mix: a script, or the scripts that Japanese, Korean and Chinese
 * write together (UTS #39 §5.1). The recommended scripts of UAX #31, table 5.
 */
const scripts = [
  ...['Arab', 'Armn', 'Beng', 'Cyrl', 'Deva', 'Ethi', 'Geor', 'Grek', 'Gujr', 'Guru', 'Hebr', 'Khmr', 'Knda', 'Laoo', 'Latn'],
  ...['Mlym', 'Mymr', 'Orya', 'Sinh', 'Taml', 'Telu', 'Thaa', 'Thai', 'Tibt'],
  ...['Hani Hira Kana', 'Hani Hang', 'Hani Bopo'],
];
const oneScript: readonly RegExp[] = scripts.map((set) => {
  const classes = set.split(' ').map((script) => `\\p{scx=${script}}`);
  return new RegExp(`^[${classes.join('')}0-9\\-_.]*$`, 'u');
});
/** @param text as the user types it, without `#` */
export function canonicalRoomName(text: string): CanonicalRoomName {
  if (text.length > maxTypedRoomName) return { ok: false, reason: 'too-long' };
  const name = text.toWellFormed().normalize('NFKC').toLowerCase().normalize('NFKC').trim();
  const reason = faultOf(name);
  return reason ? { ok: false, reason } : { ok: true, name };
}

function faultOf(name: string): RoomNameFault | undefined {
  if (name === '') return 'empty';
  if (Array.from(name).length > maxRoomName) return 'too-long';
  if (!allowed.test(name) || invisibleFirst.test(name)) return 'characters';
  if (name !== everyoneRoom && skeletonsOf(name).includes(everyoneRoom)) return 'reserved';
  return oneScript.some((pattern) => pattern.test(name)) ? undefined : 'scripts';
}

/**
 * @param typed with or without `#`
 * @returns the canonical name; undefined if it is no name
 */
export function readRoomName(typed: string): string | undefined {
  const canonical = canonicalRoomName(typed.trim().replace(/^#/u, ''));
  return canonical.ok ? canonical.name : undefined;
}

/** Names of private rooms are `&` and 16 hex digits; no public name begins so. */
export function isPrivateName(name: string): boolean {
  return name.startsWith('&');
}

/**
 * @param typed `&ID` of a private room, or the name of a public one with or without `#`
 * @returns the canonical name; undefined if it is no name
 */
export function readAnyRoomName(typed: string): string | undefined {
  const text = typed.trim().toLowerCase();
  if (!isPrivateName(text)) return readRoomName(typed);
  return privateName.test(text) ? text : undefined;
}

/** The refusal of a text that is no name. */
export function badRoom(typed: string): Refusal<'bad-room'> {
  return refuse('bad-room', { name: typed.slice(0, maxQuoted).toWellFormed(), limit: maxRoomName });
}
