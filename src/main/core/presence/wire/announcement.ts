/**
 * Encodes and decodes an announcement, the content of beacons and HELLOs (rules WIRE-5 to WIRE-7).
 * Its texts are claims of unknown senders. The receiver cuts and cleans them, even if the sender
 * did.
 */
import { maxHostBytes, maxNameBytes, maxNoteBytes, type Status } from '../../../../shared/contract/profile.ts';
import { concatBytes } from '../../lib/bytes.ts';
import { isVersion, maxVersionLength } from '../../../../shared/lib/version.ts';
import { cleanText } from '../../../../shared/text/clean-text.ts';

export interface Announcement {
  readonly intervalMs: number;
  readonly unicastPort: number;
  /** The TCP port that accepts sessions; 0 = none. */
  readonly tcpPort: number;
  readonly status: Status;
  readonly flags: number;
  readonly roomDigest: Uint8Array;
  /** How far the sender holds some logs of `#everyone`, at most `maxTops`. */
  readonly tops: readonly Top[];
  /** The sender's wall clock, seconds since 1970; 0 if it does not say. */
  readonly clockSeconds: number;
  /** Other rooms that the sender is in, at most `maxTold`; with more of them they take turns. */
  readonly rooms: readonly ToldRoom[];
  /** The end of a busy status, seconds since 1970; absent if it has none. */
  readonly busyUntilSeconds?: number;
  /** The version of its program, as it says; absent if it says none, or none that is valid. */
  readonly version?: string;
  readonly name: string;
  readonly host: string;
  readonly note: string;
}

/** Nothing is missing of that log up to that number, above what its holder removed. */
export interface Top {
  /** The beginning of a log tag: 8 hex digits. */
  readonly tag: string;
  readonly number: number;
}

export interface ToldRoom {
  /** Without `#`, as the sender says it. */
  readonly name: string;
  /** 8 bytes. */
  readonly digest: Uint8Array;
}

/** The fields behind the note. */
type Rest = Pick<Announcement, 'tops' | 'clockSeconds' | 'rooms' | 'busyUntilSeconds' | 'version'>;

export const maxTops = 5;
export const maxTold = 3;
const topBytes = 8;
const digestBytes = 8;
/** In UTF-8: 32 characters of any script. */
const maxRoomNameBytes = 128;

/** `truncated`: it ends too early · `text`: not UTF-8. */
export type MalformedAnnouncement = 'truncated' | 'text';

/** Interval, unicast port, TCP port, status, flags, room digest; then the three texts. */
const fixedBytes = 2 + 2 + 2 + 1 + 1 + 8;
const statusCodes = { available: 0, away: 1, busy: 2 } as const satisfies Record<Status, number>;
const statuses = new Map(Object.entries(statusCodes).map(([status, code]) => [code as number, status as Status]));
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function encodeAnnouncement(announcement: Announcement): Uint8Array {
  const fixed = new Uint8Array(fixedBytes);
  const view = new DataView(fixed.buffer);
  view.setUint16(0, announcement.intervalMs);
  view.setUint16(2, announcement.unicastPort);
  view.setUint16(4, announcement.tcpPort);
  fixed[6] = statusCodes[announcement.status];
  fixed[7] = announcement.flags;
  fixed.set(announcement.roomDigest, 8);
  return concatBytes([
    fixed,
    encodeText(announcement.name, maxNameBytes),
    encodeText(announcement.host, maxHostBytes),
    encodeText(announcement.note, maxNoteBytes),
    encodeRest(announcement),
  ]);
}

/** Zeros at the end may be left out, since a beacon is padded with them. */
function encodeRest({ tops, clockSeconds, rooms, busyUntilSeconds = 0, version = '' }: Rest): Uint8Array {
  const told = tops.slice(0, maxTops);
  const isLong = busyUntilSeconds !== 0 || version !== '';
  if (told.length === 0 && clockSeconds === 0 && rooms.length === 0 && !isLong) return new Uint8Array(0);
  const bytes = new Uint8Array(1 + told.length * topBytes + 4);
  const view = new DataView(bytes.buffer);
  bytes[0] = told.length;
  for (const [index, { tag, number }] of told.entries()) {
    view.setUint32(1 + index * topBytes, Number.parseInt(tag, 16));
    view.setUint32(5 + index * topBytes, number);
  }
  view.setUint32(1 + told.length * topBytes, clockSeconds);
  const others = rooms.slice(0, maxTold);
  return concatBytes([
    bytes,
    Uint8Array.of(others.length),
    ...others.flatMap(({ name, digest }) => [encodeText(name, maxRoomNameBytes), digest]),
    ...(isLong ? [uint32(busyUntilSeconds)] : []),
    ...(version === '' ? [] : [encodeText(version, maxVersionLength)]),
  ]);
}

/** @returns nothing told for bytes of another form, which a later version may append */
function decodeRest(bytes: Uint8Array): Rest {
  const count = bytes[0] ?? 0;
  const end = 1 + count * topBytes;
  if (count > maxTops || bytes.length < end + 4) return { tops: [], clockSeconds: 0, rooms: [] };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tops = Array.from({ length: count }, (_, index) => ({
    tag: view
      .getUint32(1 + index * topBytes)
      .toString(16)
      .padStart(8, '0'),
    number: view.getUint32(5 + index * topBytes),
  }));
  const { rooms, rest } = decodeToldRooms(bytes.subarray(end + 4));
  const busyUntilSeconds = rest === undefined ? 0 : readUint32(rest);
  const version = rest === undefined ? undefined : decodeVersion(rest.subarray(4));
  return {
    tops,
    clockSeconds: view.getUint32(end),
    rooms,
    ...(busyUntilSeconds !== 0 && { busyUntilSeconds }),
    ...(version !== undefined && { version }),
  };
}

/** @returns undefined for a text that is too long or is no version */
function decodeVersion(bytes: Uint8Array): string | undefined {
  if ((bytes[0] ?? 0) > maxVersionLength) return undefined;
  const texts = decodeTexts(bytes, 0, [maxVersionLength]);
  const version = typeof texts === 'string' ? undefined : texts.decoded[0];
  return version !== undefined && isVersion(version) ? version : undefined;
}

/** @returns the rooms, and the bytes behind them if they are whole */
function decodeToldRooms(bytes: Uint8Array): { readonly rooms: readonly ToldRoom[]; readonly rest?: Uint8Array } {
  const rooms: ToldRoom[] = [];
  let offset = 1;
  const count = bytes[0] ?? 0;
  for (let left = Math.min(count, maxTold); left > 0; left -= 1) {
    const name = decodeTexts(bytes, offset, [maxRoomNameBytes]);
    if (typeof name === 'string' || name.end + digestBytes > bytes.length) return { rooms };
    rooms.push({ name: name.decoded[0] ?? '', digest: bytes.slice(name.end, name.end + digestBytes) });
    offset = name.end + digestBytes;
  }
  // With more rooms than this version reads, the place of the rest is unknown.
  return count > maxTold ? { rooms } : { rooms, rest: bytes.subarray(offset) };
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** @returns 0 if it is not there */
function readUint32(bytes: Uint8Array): number {
  return bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
}

function encodeText(text: string, maxBytes: number): Uint8Array {
  const bytes = encoder.encode(cleanText(text, maxBytes));
  return concatBytes([Uint8Array.of(bytes.length), bytes]);
}

/**
 * Decodes an announcement. Ignores bytes after the last text, which later versions may append
 * (WIRE-5).
 */
export function decodeAnnouncement(bytes: Uint8Array): Announcement | MalformedAnnouncement {
  if (bytes.length < fixedBytes) return 'truncated';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = decodeTexts(bytes, fixedBytes, [maxNameBytes, maxHostBytes, maxNoteBytes]);
  if (typeof texts === 'string') return texts;
  const [name = '', host = '', note = ''] = texts.decoded;
  return {
    intervalMs: view.getUint16(0),
    unicastPort: view.getUint16(2),
    tcpPort: view.getUint16(4),
    // A status of a later version reads as available.
    status: statuses.get(bytes[6] ?? 0) ?? 'available',
    flags: bytes[7] ?? 0,
    roomDigest: bytes.slice(8, 16),
    ...decodeRest(bytes.subarray(texts.end)),
    name,
    host,
    note,
  };
}

function decodeTexts(
  bytes: Uint8Array,
  start: number,
  limits: readonly number[],
): { readonly decoded: readonly string[]; readonly end: number } | MalformedAnnouncement {
  const decoded: string[] = [];
  let offset = start;
  for (const maxBytes of limits) {
    const sizeBytes = bytes[offset];
    if (sizeBytes === undefined) return 'truncated';
    const end = offset + 1 + sizeBytes;
    if (end > bytes.length) return 'truncated';
    try {
      decoded.push(cleanText(decoder.decode(bytes.subarray(offset + 1, end)), maxBytes));
    } catch {
      return 'text'; // not UTF-8
    }
    offset = end;
  }
  return { decoded, end: offset };
}
