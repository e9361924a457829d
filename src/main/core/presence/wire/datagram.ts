/**
 * The wire format of presence: datagrams to bytes and back (rules WIRE-1 to WIRE-8; the byte layout is drawn in docs/spec/wire-presence.md). What a
 * node says of itself in them is in `announcement.ts`. Decoding is total: any bytes give a datagram or the reason why they are none. Whether
 * the signature is right is for `reception.ts` to ask, after flow control has let the datagram through.
 */
import type { Endpoint, Identity } from '../../ports.ts';
import { decodeAnnouncement, encodeAnnouncement, type Announcement, type MalformedAnnouncement } from './announcement.ts';
import { concatBytes, readUint48, uint48 } from '../../lib/bytes.ts';

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
const exchangeBytes = recipientBytes + nonceBytes;
/** IPv4 address and port. Only IPv4 is told: a link-local IPv6 address means nothing on another link. */
export const endpointBytes = 6;

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
const kinds = new Map(Object.entries(kindCodes).map(([kind, code]) => [code, kind as DatagramKind]));

export type DatagramKind = keyof typeof kindCodes;

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
export type MalformedReason = 'foreign' | 'version' | 'kind' | MalformedAnnouncement;

export type Decoded =
  | { readonly ok: true; readonly datagram: Datagram; readonly signedBytes: Uint8Array; readonly signature: Uint8Array }
  | { readonly ok: false; readonly reason: MalformedReason };

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
  bytes.set(uint48(header.incarnation), incarnationOffset);
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
    incarnation: readUint48(bytes, incarnationOffset),
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
    case 'hello':
      return concatBytes([body.to, uint48(body.echoedIncarnation), body.nonce, encodeAnnouncement(body.announcement)]);
    case 'hello-ack':
    case 'pong':
    case 'ask-peers':
      return concatBytes([body.to, body.nonce]);
    case 'goodbye':
      return new Uint8Array(0);
    case 'ping':
      return concatBytes([body.to, body.nonce, Uint8Array.of(Math.min(body.unanswered, 255), body.wantsBeacon ? 1 : 0)]);
    case 'suspect':
      return concatBytes([body.suspect, uint48(body.suspectIncarnation)]);
    case 'peers':
      return concatBytes([body.to, body.nonce, Uint8Array.of(body.endpoints.length), ...body.endpoints.map(encodeEndpoint)]);
  }
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
      const nonce = body.subarray(fixedBytes - nonceBytes, fixedBytes);
      const echoedIncarnation = readUint48(body, recipientBytes);
      return { kind, to: body.subarray(0, recipientBytes), echoedIncarnation, nonce, announcement };
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
      return { kind, suspect: body.subarray(0, recipientBytes), suspectIncarnation: readUint48(body, recipientBytes) };
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
