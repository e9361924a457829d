/** Ids of messages: UUIDv7 (RFC 9562 §5.7), so that they are unique without anybody's consent and sort roughly by time. */
import type { Random } from '../../ports.ts';

const idBytes = 16;
/** Ids for which chance is drawn at once: to ask the system for each costs more than all the rest of a message's id. */
const idsPerDraw = 256;

const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Ids from one source of chance. */
export interface MessageIds {
  /** @param wallMs milliseconds since 1970 */
  next(wallMs: number): string;
}

export function createMessageIds(random: Pick<Random, 'bytes'>): MessageIds {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return {
    next(wallMs) {
      if (used === pool.length) {
        pool = random.bytes(idBytes * idsPerDraw);
        used = 0;
      }
      used += idBytes;
      return formatId(wallMs, pool.subarray(used - idBytes, used));
    },
  };
}

function formatId(wallMs: number, bytes: Uint8Array): string {
  const time = Math.floor(Math.max(0, wallMs)).toString(16).padStart(12, '0').slice(-12);
  const version = 0x70 | ((bytes[6] as number) & 0x0f);
  const variant = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = (index: number): string => hexOfByte[bytes[index] as number] as string;
  return (
    `${time.slice(0, 8)}-${time.slice(8)}-${hexOfByte[version]}${hex(7)}-${hexOfByte[variant]}${hex(9)}-` +
    `${hex(10)}${hex(11)}${hex(12)}${hex(13)}${hex(14)}${hex(15)}`
  );
}
