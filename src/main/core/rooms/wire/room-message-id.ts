/**
 * IDs of room messages (rule ROOM-10). They are derived, never sent: a UUIDv7 (RFC 9562 §5.7) with
 * the time of the block's clock, and 74 bits of a hash of the message's place in its log. So every
 * node computes the same ID, and no author can give one ID to two messages.
 */
import { concatBytes } from '../../lib/bytes.ts';
import type { Hash } from '../../ports.ts';
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { RoomClock } from './block.ts';
import { logKeyBytes, type LogKey } from './log-tag.ts';

/** The two bits `10`, and two of the hash. */
const variants = ['8', '9', 'a', 'b'];

/** @param number of the message in its log */
export function roomMessageIdOf(log: LogKey & { readonly clock: RoomClock }, number: number, hash: Hash): MessageId {
  return roomMessageIdsOf(log, hash)(number);
}

/** For the messages of one block: what they share is prepared once. */
export function roomMessageIdsOf(log: LogKey & { readonly clock: RoomClock }, hash: Hash): (number: number) => MessageId {
  const key = concatBytes([logKeyBytes(log), new Uint8Array(4)]);
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const time = log.clock.ms.toString(16).padStart(12, '0');
  const start = `${time.slice(0, 8)}-${time.slice(8)}-`;
  return (number) => {
    view.setUint32(key.length - 4, number);
    const hex = hash.sha256Hex(key);
    const variant = variants[Number.parseInt(hex.charAt(4), 16) & 3] as string;
    return `${start}7${hex.slice(1, 4)}-${variant}${hex.slice(5, 8)}-${hex.slice(8, 20)}`;
  };
}
