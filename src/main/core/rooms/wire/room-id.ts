/**
 * Names and IDs of rooms (rules ROOM-11, ROOM-12). The canonical name is the room: equal names are
 * one room, and nobody owns it. The ID depends on the team mode as well, so that an open network
 * and a team never share a room.
 */
import { skeletonsOf } from '../../../../shared/text/similar-names.ts';
import type { Hash } from '../../ports.ts';
import { roomIdBytes, type RoomId } from './block.ts';
import { toHex } from '../../lib/hex.ts';

/** The room that every node may be in. No other name may look like it. */
export const everyoneRoom = 'everyone';
/** In code points. */
export const maxRoomNameCharacters = 32;
/** Longer texts from outside are not even normalised. In UTF-16 code units. */
const maxTypedLength = 256;

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
const encoder = new TextEncoder();

/** @param text as the user types it, without `#` */
export function canonicalRoomName(text: string): CanonicalRoomName {
  if (text.length > maxTypedLength) return { ok: false, reason: 'too-long' };
  const name = text.toWellFormed().normalize('NFKC').toLowerCase().normalize('NFKC').trim();
  const reason = faultOf(name);
  return reason ? { ok: false, reason } : { ok: true, name };
}

function faultOf(name: string): RoomNameFault | undefined {
  if (name === '') return 'empty';
  if (Array.from(name).length > maxRoomNameCharacters) return 'too-long';
  if (!allowed.test(name) || invisibleFirst.test(name)) return 'characters';
  if (name !== everyoneRoom && skeletonsOf(name).includes(everyoneRoom)) return 'reserved';
  return oneScript.some((pattern) => pattern.test(name)) ? undefined : 'scripts';
}

/** @param name canonical */
export function roomIdOf(name: string, mode: 'team' | 'open', hash: Hash): RoomId {
  return toHex(hash.sha256(encoder.encode(`hallway room 1 ${mode} ${name}`)).subarray(0, roomIdBytes));
}
