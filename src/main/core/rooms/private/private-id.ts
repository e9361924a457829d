/**
 * IDs of private rooms (rule ROOM-170). The room ID binds the key of the creator, so nobody else can
 * sign its first list. Outwardly it is `&` and its 16 hex digits.
 */
import { concatBytes } from '../../lib/bytes.ts';
import { toHex } from '../../lib/hex.ts';
import type { Hash } from '../../ports.ts';
import { roomIdBytes, type RoomId } from '../wire/block.ts';

const label = new TextEncoder().encode('hallway private room 1 ');

/**
 * @param secret 16 random bytes
 * @param creatorKey 33 bytes
 */
export function privateRoomIdOf(secret: Uint8Array, creatorKey: Uint8Array, hash: Hash): RoomId {
  return toHex(hash.sha256(concatBytes([label, secret, creatorKey])).subarray(0, roomIdBytes));
}
