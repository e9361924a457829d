/**
 * Encodes and decodes the datagrams of presence (rules WIRE-1 to WIRE-8). The byte layout is drawn
 * in docs/spec/wire-presence.md. The content of each kind is in `datagram-kinds.ts`, the
 * announcement in `announcement.ts`. The decoder never throws: any bytes give a datagram or a
 * reason. `authenticate.ts` checks the signature, after flow control.
 */
import type { Identity } from '../../ports.ts';
import { readUint48, uint48 } from '../../lib/bytes.ts';
import type { MalformedAnnouncement } from './announcement.ts';
import { datagramCodecs, datagramKindOf, decodeBody, encodeBody, recipientBytes, type DatagramBody } from './datagram-kinds.ts';

export { nonceBytes, recipientBytes, type DatagramBody, type DatagramKind } from './datagram-kinds.ts';

export const wireVersion = 1;
export const publicKeyBytes = 33;
export const signatureBytes = 64;
/** Magic, version, kind, public key, incarnation, sequence. */
export const headerBytes = 4 + 1 + 1 + publicKeyBytes + 6 + 4;
const magic = [0x48, 0x41, 0x4c, 0x4c] as const; // "HALL"
const sealedMagic = [0x48, 0x41, 0x4c, 0x4b] as const; // "HALK"
/** Among the kinds of datagrams, that of blocks. */
export const blockKindCode = 11;
const publicKeyOffset = 6;
const incarnationOffset = publicKeyOffset + publicKeyBytes;
const sequenceOffset = incarnationOffset + 6;

export interface DatagramHeader {
  readonly publicKey: Uint8Array;
  /** Start time of the sender's process, milliseconds since 1970, strictly rising per profile. */
  readonly incarnation: number;
  /** Counts the datagrams that the sender signed in this incarnation. */
  readonly sequence: number;
}

export type Datagram = DatagramHeader & DatagramBody;

/**
 * `foreign`: no datagram of Hallway · `version`: another version · `kind`: an unknown kind · the
 * rest: broken.
 */
export type MalformedReason = 'foreign' | 'version' | 'kind' | MalformedAnnouncement;

export type Decoded =
  | { readonly ok: true; readonly datagram: Datagram; readonly signedBytes: Uint8Array; readonly signature: Uint8Array }
  | { readonly ok: false; readonly reason: MalformedReason };

/**
 * Encodes and signs a datagram.
 *
 * @param header.incarnation up to 2^48 - 1 ms
 * @param header.sequence up to 2^32 - 1
 * @param minBytes zeros after the body make a shorter datagram this long (WIRE-5, WIRE-9)
 * @returns the bytes that go on the wire
 */
export function encodeDatagram(
  header: Omit<DatagramHeader, 'publicKey'>,
  body: DatagramBody,
  identity: Identity,
  minBytes = 0,
): Uint8Array {
  const bodyBytes = encodeBody(body);
  const bytes = new Uint8Array(Math.max(minBytes, headerBytes + bodyBytes.length + signatureBytes));
  const view = new DataView(bytes.buffer);
  bytes.set(magic, 0);
  bytes[4] = wireVersion;
  bytes[5] = datagramCodecs[body.kind].code;
  bytes.set(identity.publicKey, publicKeyOffset);
  bytes.set(uint48(header.incarnation), incarnationOffset);
  view.setUint32(sequenceOffset, header.sequence);
  bytes.set(bodyBytes, headerBytes);
  const signedBytes = bytes.subarray(0, bytes.length - signatureBytes);
  bytes.set(identity.sign(signedBytes), signedBytes.length);
  return bytes;
}

/** The size of that datagram on the wire, before it is sealed. */
export function datagramBytes(body: DatagramBody, minBytes = 0): number {
  return Math.max(minBytes, headerBytes + encodeBody(body).length + signatureBytes);
}

/** The tag that names the receiver of a datagram. @param publicKey 33 bytes */
export function recipientTag(publicKey: Uint8Array): Uint8Array {
  return publicKey.slice(1, 1 + recipientBytes);
}

/**
 * Reads the public key that the sender claims, at almost no cost, for flow control.
 * @returns undefined if the bytes cannot be a datagram
 */
export function peekPublicKey(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < headerBytes + signatureBytes || !magic.every((byte, index) => bytes[index] === byte)) return undefined;
  return bytes.subarray(publicKeyOffset, incarnationOffset);
}

/**
 * True if the datagram was sealed with a team key (see `createTeamEnvelope`). Not for us, and no
 * error.
 */
export function looksSealed(bytes: Uint8Array): boolean {
  return sealedMagic.every((byte, index) => bytes[index] === byte);
}

/** True if it has the beginning of a block of a room, whose layout has the same header. */
export function looksLikeBlock(bytes: Uint8Array): boolean {
  return bytes[5] === blockKindCode && peekPublicKey(bytes) !== undefined;
}

export function decodeDatagram(bytes: Uint8Array): Decoded {
  if (!magic.every((byte, index) => bytes[index] === byte)) return malformed('foreign');
  if (bytes[4] !== wireVersion) return malformed('version');
  const kind = datagramKindOf(bytes[5]);
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
