/**
 * Message IDs: UUIDv7 (RFC 9562 §5.7). They are unique without coordination, and sort roughly by
 * time.
 */
import type { Random } from '../../ports.ts';

const idBytes = 16;
/** IDs per request for random bytes: a request for each costs more than the rest of an ID. */
const idsPerDraw = 256;

const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** IDs from one source of random bytes. */
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
