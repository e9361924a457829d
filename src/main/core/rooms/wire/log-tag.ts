/**
 * Log tags: the short name of a log, which is an author's key, a room and an epoch (rule ROOM-9).
 * Collisions of the short form are harmless: it is only a hint where to look.
 */
import { concatBytes, uint48 } from '../../lib/bytes.ts';
import type { Hash } from '../../ports.ts';
import type { Block, LogTag } from './block.ts';
import { fromHex, toHex } from '../../lib/hex.ts';

/** Names a log. */
export type LogKey = Pick<Block, 'publicKey' | 'room' | 'epoch'>;

/** Of a tag, and of its short form on the wire: two hex digits each. */
const tagBytes = 8;
const shortTagDigits = 8;

export function logTagOf(key: LogKey, hash: Hash): LogTag {
  return toHex(hash.sha256(logKeyBytes(key)).subarray(0, tagBytes));
}

/** The first 4 bytes of a tag, as references, asks and tops carry it: 8 hex digits. */
export function shortTagOf(tag: LogTag): string {
  return tag.slice(0, shortTagDigits);
}

/** Author's key (33 bytes), room (8), epoch (6). */
export function logKeyBytes({ publicKey, room, epoch }: LogKey): Uint8Array {
  return concatBytes([publicKey, fromHex(room), uint48(epoch)]);
}
