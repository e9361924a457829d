/**
 * The bodies of the two signed datagrams that find and name lost blocks: asks and heads (rule
 * ROOM-8). Their codecs have the form of presence's table of kinds. `rooms` decides when to
 * send them.
 */
import { concatBytes, readUint48, uint48 } from '../../lib/bytes.ts';

/** The start of a public key's x coordinate, which names the receiver. */
const recipientBytes = 8;
const roomBytes = 8;
const tagBytes = 4;
const rangeBytes = tagBytes + 4 + 1;
const headBytes = roomBytes + 6 + 4;
/** Marks numbers of blocks that went by session. */
const bySessionBit = 0x8000_0000;

/** Ranges in one ask: 274 bytes with header and signature. */
export const maxAskRanges = 16;
/** Logs in one datagram of heads: 1,122 bytes with header and signature, so that it fits sealed. */
export const maxHeads = 56;

export interface AskRange {
  /** The short form of a log tag: 4 bytes. */
  readonly tag: Uint8Array;
  readonly from: number;
  /** Up to 255 messages from there; 0 asks how far the receiver holds this log. */
  readonly count: number;
}

export interface AskContent {
  /** The tag of the receiver: 8 bytes. */
  readonly to: Uint8Array;
  /** A room ID: 8 bytes. */
  readonly room: Uint8Array;
  readonly ranges: readonly AskRange[];
}

/** How far a log of the sender goes. */
export interface Head {
  /** A room ID: 8 bytes. */
  readonly room: Uint8Array;
  readonly epoch: number;
  /** Its highest number. */
  readonly number: number;
  /** The latest blocks go by session, so nobody asks for them by datagram. */
  readonly bySession: boolean;
}

export interface HeadsContent {
  readonly heads: readonly Head[];
}

export const askCodec = {
  code: 12,
  encode: ({ to, room, ranges }: AskContent): Uint8Array =>
    concatBytes([to, room, Uint8Array.of(ranges.length), ...ranges.map(encodeRange)]),
  /** Never throws. @returns `truncated` also for more ranges than allowed */
  decode(body: Uint8Array): AskContent | 'truncated' {
    const start = recipientBytes + roomBytes + 1;
    const count = readCount(body, start - 1, rangeBytes, maxAskRanges);
    if (count === undefined) return 'truncated';
    return {
      to: body.subarray(0, recipientBytes),
      room: body.subarray(recipientBytes, recipientBytes + roomBytes),
      ranges: Array.from({ length: count }, (_, index) => decodeRange(body.subarray(start + index * rangeBytes))),
    };
  },
} as const;

export const headsCodec = {
  code: 13,
  encode: ({ heads }: HeadsContent): Uint8Array => concatBytes([Uint8Array.of(heads.length), ...heads.map(encodeHead)]),
  /** Never throws. @returns `truncated` also for more heads than allowed */
  decode(body: Uint8Array): HeadsContent | 'truncated' {
    const count = readCount(body, 0, headBytes, maxHeads);
    if (count === undefined) return 'truncated';
    return { heads: Array.from({ length: count }, (_, index) => decodeHead(body.subarray(1 + index * headBytes))) };
  },
} as const;

/** @returns the count at that offset, if as many items follow */
function readCount(body: Uint8Array, offset: number, itemBytes: number, maxCount: number): number | undefined {
  const count = body[offset];
  return count !== undefined && count <= maxCount && body.length >= offset + 1 + count * itemBytes ? count : undefined;
}

function encodeRange({ tag, from, count }: AskRange): Uint8Array {
  return concatBytes([tag, uint32(from), Uint8Array.of(count)]);
}

function decodeRange(bytes: Uint8Array): AskRange {
  return { tag: bytes.subarray(0, tagBytes), from: readUint32(bytes, tagBytes), count: bytes[rangeBytes - 1] ?? 0 };
}

function encodeHead({ room, epoch, number, bySession }: Head): Uint8Array {
  return concatBytes([room, uint48(epoch), uint32(bySession ? number + bySessionBit : number)]);
}

function decodeHead(bytes: Uint8Array): Head {
  const word = readUint32(bytes, roomBytes + 6);
  const bySession = word >= bySessionBit;
  return {
    room: bytes.subarray(0, roomBytes),
    epoch: readUint48(bytes, roomBytes),
    number: bySession ? word - bySessionBit : word,
    bySession,
  };
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset);
}
