/**
 * IDs of rooms (rule ROOM-12). They depend on the team mode as well as on the canonical name, so that
 * an open network and a team never share a room.
 */
import type { Hash } from '../../ports.ts';
import { toHex } from '../../lib/hex.ts';
import { roomIdBytes, type RoomId } from './block.ts';

const encoder = new TextEncoder();

/** @param name canonical */
export function roomIdOf(name: string, mode: 'team' | 'open', hash: Hash): RoomId {
  return toHex(hash.sha256(encoder.encode(`hallway room 1 ${mode} ${name}`)).subarray(0, roomIdBytes));
}
