/**
 * The wire format of presence: datagrams to bytes and back (rules WIRE-1 to WIRE-8; the byte layout is drawn in docs/PROTOCOL.md).
 * Decoding is total: any bytes give a datagram or the reason why they are none. Whether the signature is right is
 * for `presence.ts` to ask, after flow control has let the datagram through.
 */
import { maxHostBytes, maxNameBytes, maxNoteBytes, type Status } from '../../shared/model.ts';
import type { Endpoint, Identity } from '../ports.ts';
import { cleanText } from './clean-text.ts';

export const wireVersion = 1;
export const publicKeyBytes = 33;
/** The start of a public key's x coordinate: enough to say whom a datagram is meant for. */
export const recipientBytes = 8;
export const nonceBytes = 8;
export const signatureBytes = 64;
/** Magic, version, kind, public key, incarnation, sequence. */
export const headerBytes = 4 + 1 + 1 + publicKeyBytes + 6 + 4;
const magic = [0x48, 0x41, 0x4c, 0x4c] as const; // "HALL"
const sealedMagic = [0x48, 0x41, 0x4c, 0x4b] as const; // "HALK"
const publicKeyOffset = 6;
const incarnationOffset = publicKeyOffset + publicKeyBytes;
const sequenceOffset = incarnationOffset + 6;
/** Interval, unicast port, TCP port, status, flags, room digest; then the three texts. */
const exchangeBytes = recipientBytes + nonceBytes;
/** IPv4 address and port. Only IPv4 is told: a link-local IPv6 address means nothing on another link. */
export const endpointBytes = 6;
const announcementFixedBytes = 2 + 2 + 2 + 1 + 1 + 8;

const kindCodes = {
  beacon: 1,
  hello: 2,
  'hello-ack': 3,
  goodbye: 4,
  ping: 5,
  pong: 6,
  suspect: 7,
  'ask-peers': 8,
  peers: 9,
} as const;
const statusCodes = { available: 0, away: 1, busy: 2 } as const satisfies Record<Status, number>;
const kinds = new Map(Object.entries(kindCodes).map(([kind, code]) => [code, kind as DatagramKind]));
const statuses = new Map(Object.entries(statusCodes).map(([status, code]) => [code as number, status as Status]));

export type DatagramKind = keyof typeof kindCodes;

/** What a node says of itself. */
export interface Announcement {
  readonly intervalMs: number;
  readonly unicastPort: number;
  /** Where direct messages are accepted; 0 = nowhere. */
  readonly tcpPort: number;
  readonly status: Status;
  readonly flags: number;
  readonly roomDigest: Uint8Array;
  readonly name: string;
  readonly host: string;
  readonly note: string;
}

export type DatagramBody =
  | { readonly kind: 'beacon'; readonly announcement: Announcement }
  | {
      readonly kind: 'hello';
      /** Whom it is meant for: see recipientTag. */
      readonly to: Uint8Array;
      /** The incarnation in the beacon that it answers: proves that the sender lives after that node's start. */
      readonly echoedIncarnation: number;
      readonly nonce: Uint8Array;
      readonly announcement: Announcement;
    }
  | { readonly kind: 'hello-ack'; readonly to: Uint8Array; readonly nonce: Uint8Array }
  | { readonly kind: 'goodbye' }
  | {
      readonly kind: 'ping';
      readonly to: Uint8Array;
      readonly nonce: Uint8Array;
      /** Pings before this one that were not answered: tells the receiver that its answers do not arrive. */
      readonly unanswered: number;
      /** The sender does not hear the receiver's beacons, and asks for one by unicast. */
      readonly wantsBeacon: boolean;
    }
  | { readonly kind: 'pong'; readonly to: Uint8Array; readonly nonce: Uint8Array }
  | { readonly kind: 'suspect'; readonly suspect: Uint8Array; readonly suspectIncarnation: number }
  | { readonly kind: 'ask-peers'; readonly to: Uint8Array; readonly nonce: Uint8Array }
  | { readonly kind: 'peers'; readonly to: Uint8Array; readonly nonce: Uint8Array; readonly endpoints: readonly Endpoint[] };

export interface DatagramHeader {
  readonly publicKey: Uint8Array;
  /** Start time of the sender's process, milliseconds since 1970, strictly rising per profile. */
  readonly incarnation: number;
  /** Counts every datagram that the sender signed in this incarnation. */
  readonly sequence: number;
}

export type Datagram = DatagramHeader & DatagramBody;

/** `foreign`: not ours at all · `version`: another version of ours · `kind`: one that we do not know · the rest: ours, but broken. */
export type MalformedReason = 'foreign' | 'version' | 'kind' | 'truncated' | 'text';

export type Decoded =
  | { readonly ok: true; readonly datagram: Datagram; readonly signedBytes: Uint8Array; readonly signature: Uint8Array }
  | { readonly ok: false; readonly reason: MalformedReason };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Encodes and signs.
 *
 * @param header.incarnation up to 2^48 - 1 ms
 * @param header.sequence up to 2^32 - 1
 * @returns the bytes that go on the wire
 */
export function encodeDatagram(header: Omit<DatagramHeader, 'publicKey'>, body: DatagramBody, identity: Identity): Uint8Array {
  const bodyBytes = encodeBody(body);
  const bytes = new Uint8Array(headerBytes + bodyBytes.length + signatureBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(magic, 0);
  bytes[4] = wireVersion;
  bytes[5] = kindCodes[body.kind];
  bytes.set(identity.publicKey, publicKeyOffset);
  writeUint48(view, incarnationOffset, header.incarnation);
  view.setUint32(sequenceOffset, header.sequence);
  bytes.set(bodyBytes, headerBytes);
  const signedBytes = bytes.subarray(0, headerBytes + bodyBytes.length);
  bytes.set(identity.sign(signedBytes), signedBytes.length);
  return bytes;
}

/** How a datagram names the node that it is meant for. @param publicKey 33 bytes */
export function recipientTag(publicKey: Uint8Array): Uint8Array {
  return publicKey.slice(1, 1 + recipientBytes);
}

/** The sender's claimed public key, at almost no cost, for flow control; `undefined` if the bytes cannot be a datagram of ours. */
export function peekPublicKey(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < headerBytes + signatureBytes || !magic.every((byte, index) => bytes[index] === byte)) return undefined;
  return bytes.subarray(publicKeyOffset, incarnationOffset);
}

/** Whether it was sealed with a team's key (see trust/team-key.ts): not for us, and no fault of anybody. */
export function looksSealed(bytes: Uint8Array): boolean {
  return sealedMagic.every((byte, index) => bytes[index] === byte);
}

export function decodeDatagram(bytes: Uint8Array): Decoded {
  if (!magic.every((byte, index) => bytes[index] === byte)) return malformed('foreign');
  if (bytes[4] !== wireVersion) return malformed('version');
  const kind = kinds.get((bytes[5] ?? 0) as 1);
  if (kind === undefined) return malformed('kind');
  if (bytes.length < headerBytes + signatureBytes) return malformed('truncated');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bodyEnd = bytes.length - signatureBytes;
  const body = decodeBody(kind, bytes.subarray(headerBytes, bodyEnd));
  if (typeof body === 'string') return malformed(body);
  const datagram: Datagram = {
    publicKey: bytes.subarray(publicKeyOffset, incarnationOffset),
    incarnation: readUint48(view, incarnationOffset),
    sequence: view.getUint32(sequenceOffset),
    ...body,
  };
  return { ok: true, datagram, signedBytes: bytes.subarray(0, bodyEnd), signature: bytes.subarray(bodyEnd) };
}

function malformed(reason: MalformedReason): Decoded {
  return { ok: false, reason };
}

function encodeBody(body: DatagramBody): Uint8Array {
  switch (body.kind) {
    case 'beacon':
      return encodeAnnouncement(body.announcement);
    case 'hello': {
      const echo = new Uint8Array(6);
      writeUint48(new DataView(echo.buffer), 0, body.echoedIncarnation);
      return concat([body.to, echo, body.nonce, encodeAnnouncement(body.announcement)]);
    }
    case 'hello-ack':
    case 'pong':
    case 'ask-peers':
      return concat([body.to, body.nonce]);
    case 'goodbye':
      return new Uint8Array(0);
    case 'ping':
      return concat([body.to, body.nonce, Uint8Array.of(Math.min(body.unanswered, 255), body.wantsBeacon ? 1 : 0)]);
    case 'suspect': {
      const incarnation = new Uint8Array(6);
      writeUint48(new DataView(incarnation.buffer), 0, body.suspectIncarnation);
      return concat([body.suspect, incarnation]);
    }
    case 'peers':
      return concat([body.to, body.nonce, Uint8Array.of(body.endpoints.length), ...body.endpoints.map(encodeEndpoint)]);
  }
}

function encodeAnnouncement(announcement: Announcement): Uint8Array {
  const fixed = new Uint8Array(announcementFixedBytes);
  const view = new DataView(fixed.buffer);
  view.setUint16(0, announcement.intervalMs);
  view.setUint16(2, announcement.unicastPort);
  view.setUint16(4, announcement.tcpPort);
  fixed[6] = statusCodes[announcement.status];
  fixed[7] = announcement.flags;
  fixed.set(announcement.roomDigest, 8);
  return concat([
    fixed,
    encodeText(announcement.name, maxNameBytes),
    encodeText(announcement.host, maxHostBytes),
    encodeText(announcement.note, maxNoteBytes),
  ]);
}

function encodeText(text: string, maxBytes: number): Uint8Array {
  const bytes = encoder.encode(cleanText(text, maxBytes));
  return concat([Uint8Array.of(bytes.length), bytes]);
}

function decodeBody(kind: DatagramKind, body: Uint8Array): DatagramBody | MalformedReason {
  switch (kind) {
    case 'beacon': {
      const announcement = decodeAnnouncement(body);
      return typeof announcement === 'string' ? announcement : { kind, announcement };
    }
    case 'hello': {
      const fixedBytes = recipientBytes + 6 + nonceBytes;
      if (body.length < fixedBytes) return 'truncated';
      const announcement = decodeAnnouncement(body.subarray(fixedBytes));
      if (typeof announcement === 'string') return announcement;
      const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
      const nonce = body.subarray(fixedBytes - nonceBytes, fixedBytes);
      return {
        kind,
        to: body.subarray(0, recipientBytes),
        echoedIncarnation: readUint48(view, recipientBytes),
        nonce,
        announcement,
      };
    }
    case 'hello-ack':
    case 'pong':
    case 'ask-peers':
      return body.length < exchangeBytes ? 'truncated' : { kind, ...decodeExchange(body) };
    case 'goodbye':
      return { kind };
    case 'ping': {
      const [unanswered, flags] = body.subarray(exchangeBytes);
      if (unanswered === undefined || flags === undefined) return 'truncated';
      return { kind, ...decodeExchange(body), unanswered, wantsBeacon: (flags & 1) !== 0 };
    }
    case 'suspect': {
      if (body.length < recipientBytes + 6) return 'truncated';
      const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
      return { kind, suspect: body.subarray(0, recipientBytes), suspectIncarnation: readUint48(view, recipientBytes) };
    }
    case 'peers': {
      const endpoints = decodeEndpoints(body.subarray(exchangeBytes));
      return endpoints ? { kind, ...decodeExchange(body), endpoints } : 'truncated';
    }
  }
}

function decodeExchange(body: Uint8Array): { readonly to: Uint8Array; readonly nonce: Uint8Array } {
  return { to: body.subarray(0, recipientBytes), nonce: body.subarray(recipientBytes, exchangeBytes) };
}

function encodeEndpoint({ address, port }: Endpoint): Uint8Array {
  return Uint8Array.of(...address.split('.').map(Number), port >> 8, port & 255);
}

/** @param bytes a count and as many endpoints; undefined if it is shorter than that */
function decodeEndpoints(bytes: Uint8Array): readonly Endpoint[] | undefined {
  const [count] = bytes;
  if (count === undefined || bytes.length < 1 + count * endpointBytes) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const [a, b, c, d, high = 0, low = 0] = bytes.subarray(1 + index * endpointBytes, 1 + (index + 1) * endpointBytes);
    return { family: 'ipv4', address: `${a}.${b}.${c}.${d}`, port: high * 256 + low };
  });
}

/** Bytes after the last text are left to later versions (WIRE-5). */
function decodeAnnouncement(bytes: Uint8Array): Announcement | MalformedReason {
  if (bytes.length < announcementFixedBytes) return 'truncated';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = decodeTexts(bytes, announcementFixedBytes, [maxNameBytes, maxHostBytes, maxNoteBytes]);
  if (typeof texts === 'string') return texts;
  const [name = '', host = '', note = ''] = texts;
  return {
    intervalMs: view.getUint16(0),
    unicastPort: view.getUint16(2),
    tcpPort: view.getUint16(4),
    // A status of a later version is shown as the plainest one rather than refusing the peer.
    status: statuses.get(bytes[6] ?? 0) ?? 'available',
    flags: bytes[7] ?? 0,
    roomDigest: bytes.slice(8, 16),
    name,
    host,
    note,
  };
}

function decodeTexts(bytes: Uint8Array, start: number, limits: readonly number[]): string[] | MalformedReason {
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

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function writeUint48(view: DataView, offset: number, value: number): void {
  view.setUint16(offset, Math.floor(value / 2 ** 32));
  view.setUint32(offset + 2, value % 2 ** 32);
}

function readUint48(view: DataView, offset: number): number {
  return view.getUint16(offset) * 2 ** 32 + view.getUint32(offset + 2);
}
