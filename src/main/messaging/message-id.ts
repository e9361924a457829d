/** Ids of messages: UUIDv7 (RFC 9562 §5.7), so that they are unique without anybody's consent and sort roughly by time. */
import type { Random } from '../ports.ts';

/** @param wallMs milliseconds since 1970 */
export function createMessageId(wallMs: number, random: Pick<Random, 'bytes'>): string {
  const bytes = random.bytes(16);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const time = Math.max(0, wallMs);
  view.setUint16(0, Math.floor(time / 2 ** 32));
  view.setUint32(2, time % 2 ** 32);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f)); // version 7
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f)); // variant of RFC 9562
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
