/**
 * Encodes and decodes an announcement, the content of beacons and HELLOs (rules WIRE-5 to WIRE-7).
 * Its texts are claims of unknown senders. The receiver cuts and cleans them, even if the sender
 * did.
 */
import { maxHostBytes, maxNameBytes, maxNoteBytes, type Status } from '../../../../shared/contract/profile.ts';
import { concatBytes } from '../../lib/bytes.ts';
import { cleanText } from '../../../../shared/text/clean-text.ts';

export interface Announcement {
  readonly intervalMs: number;
  readonly unicastPort: number;
  /** The TCP port that accepts sessions; 0 = none. */
  readonly tcpPort: number;
  readonly status: Status;
  readonly flags: number;
  readonly roomDigest: Uint8Array;
  readonly name: string;
  readonly host: string;
  readonly note: string;
}

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
  ]);
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
  const [name = '', host = '', note = ''] = texts;
  return {
    intervalMs: view.getUint16(0),
    unicastPort: view.getUint16(2),
    tcpPort: view.getUint16(4),
    // A status of a later version reads as available.
    status: statuses.get(bytes[6] ?? 0) ?? 'available',
    flags: bytes[7] ?? 0,
    roomDigest: bytes.slice(8, 16),
    name,
    host,
    note,
  };
}

function decodeTexts(bytes: Uint8Array, start: number, limits: readonly number[]): string[] | MalformedAnnouncement {
  const texts: string[] = [];
  let offset = start;
  for (const maxBytes of limits) {
    const sizeBytes = bytes[offset];
    if (sizeBytes === undefined) return 'truncated';
    const end = offset + 1 + sizeBytes;
    if (end > bytes.length) return 'truncated';
    try {
      texts.push(cleanText(decoder.decode(bytes.subarray(offset + 1, end)), maxBytes));
    } catch {
      return 'text'; // not UTF-8
    }
    offset = end;
  }
  return texts;
}
