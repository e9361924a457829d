/**
 * One version of the member list of a private room, as its admin signs it: a change of the version
 * before (rules ROOM-171, ROOM-172). `member-list.ts` applies changes. The layout is in
 * docs/spec/rooms-private.md. All integers are big-endian.
 */
import { isPeerId, type PeerId } from '../../../../shared/lib/ids.ts';
import { cleanText } from '../../../../shared/text/clean-text.ts';
import { maxTitleBytes, maxPrivateMembers } from '../../../../shared/contract/private-rooms.ts';
import { concatBytes, readUint48, startsWith, uint48 } from '../../lib/bytes.ts';
import { fromHex, toHex } from '../../lib/hex.ts';
import type { Hash, Identity, Signatures } from '../../ports.ts';
import { roomIdBytes, type RoomId } from '../wire/block.ts';

/** Versions of one list. A room whose list is full stays as it is. */
export const maxVersions = 1_000;
export const secretBytes = 16;

export type ChangeContent =
  | { readonly what: 'create'; readonly secret: Uint8Array; readonly title: string; readonly people: readonly PeerId[] }
  | { readonly what: 'add' | 'remove' | 'admin'; readonly people: readonly PeerId[] }
  | { readonly what: 'title'; readonly title: string };

export interface ChangeHead {
  readonly room: RoomId;
  /** From 1. */
  readonly version: number;
  /** The hash of the version before; zeros in the first. */
  readonly previous: Uint8Array;
  /** The signer's wall clock: for display only. */
  readonly atMs: number;
}

/** With a valid signature. */
export interface SignedChange extends ChangeHead {
  readonly content: ChangeContent;
  readonly signerKey: Uint8Array;
  readonly signerId: PeerId;
  readonly bytes: Uint8Array;
  /** SHA-256 over all bytes before the signature, which anybody could replace by another valid one. */
  readonly hash: Uint8Array;
}

interface DecodedChange extends ChangeHead {
  readonly content: ChangeContent;
  readonly signerKey: Uint8Array;
}

/** It begins no datagram, so no other signature of a key is one of a list. */
const magic = new TextEncoder().encode('HALM\x01');
const kinds = ['create', 'add', 'remove', 'title', 'admin'] as const;
const keyBytes = 33;
const hashBytes = 32;
const idBytes = 52;
const signatureBytes = 64;
const offsets = { what: 5, key: 6, room: 39, version: 47, previous: 51, atMs: 83, body: 89 } as const;

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

export function signChange(
  { room, version, previous, atMs }: ChangeHead,
  content: ChangeContent,
  { identity, hash }: { readonly identity: Identity; readonly hash: Hash },
): SignedChange {
  const versionBytes = new Uint8Array(4);
  new DataView(versionBytes.buffer).setUint32(0, version);
  const kind = Uint8Array.of(kinds.indexOf(content.what) + 1);
  const head = [magic, kind, identity.publicKey, fromHex(room), versionBytes, previous, uint48(atMs)];
  const signed = concatBytes([...head, ...bodyOf(content)]);
  const bytes = concatBytes([signed, identity.sign(signed)]);
  const who = { signerKey: identity.publicKey, signerId: identity.peerId };
  return { room, version, previous, atMs, content, ...who, bytes, hash: hash.sha256(signed) };
}

/** @returns undefined for other bytes than those of a change with a valid signature */
export function verifyChange(
  bytes: Uint8Array,
  deps: { readonly signatures: Signatures; readonly hash: Hash },
): SignedChange | undefined {
  const decoded = decodeChange(bytes);
  const signerId = decoded && deps.signatures.peerIdOf(decoded.signerKey);
  const end = bytes.length - signatureBytes;
  if (!decoded || signerId === undefined) return undefined;
  if (!deps.signatures.verify(decoded.signerKey, bytes.subarray(0, end), bytes.subarray(end))) return undefined;
  return withHash(decoded, bytes, signerId, deps.hash);
}

/** @param bytes that were verified before */
export function readChange(
  bytes: Uint8Array,
  { signatures, hash }: { readonly signatures: Signatures; readonly hash: Hash },
): SignedChange | undefined {
  const decoded = decodeChange(bytes);
  const signerId = decoded && signatures.peerIdOf(decoded.signerKey);
  return decoded && signerId !== undefined ? withHash(decoded, bytes, signerId, hash) : undefined;
}

function withHash(decoded: DecodedChange, bytes: Uint8Array, signerId: PeerId, hash: Hash): SignedChange {
  return { ...decoded, signerId, bytes, hash: hash.sha256(bytes.subarray(0, bytes.length - signatureBytes)) };
}

/** Total. Without the signature, which costs more to check than all else. */
export function decodeChange(bytes: Uint8Array): DecodedChange | undefined {
  const end = bytes.length - signatureBytes;
  if (end < offsets.body || !startsWith(bytes, magic)) return undefined;
  const what = kinds[(bytes[offsets.what] as number) - 1];
  const content = what && decodeBody(what, bytes.subarray(offsets.body, end));
  const version = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offsets.version);
  if (!content || version < 1 || version > maxVersions) return undefined;
  return {
    room: toHex(bytes.subarray(offsets.room, offsets.room + roomIdBytes)),
    version,
    previous: bytes.slice(offsets.previous, offsets.previous + hashBytes),
    atMs: readUint48(bytes, offsets.atMs),
    content,
    signerKey: bytes.slice(offsets.key, offsets.key + keyBytes),
  };
}

function bodyOf(content: ChangeContent): readonly Uint8Array[] {
  const title = 'title' in content ? [counted(utf8.encode(cleanTitle(content.title)))] : [];
  const people = 'people' in content ? [Uint8Array.of(content.people.length), utf8.encode(content.people.join(''))] : [];
  return [...('secret' in content ? [content.secret] : []), ...title, ...people];
}

function counted(bytes: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(bytes.length), bytes]);
}

function decodeBody(what: (typeof kinds)[number], bytes: Uint8Array): ChangeContent | undefined {
  const secret = what === 'create' ? bytes.slice(0, secretBytes) : undefined;
  const afterSecret = bytes.subarray(secret?.length ?? 0);
  const hasTitle = what === 'create' || what === 'title';
  const title = hasTitle ? decodeTitle(afterSecret) : undefined;
  if ((secret && secret.length < secretBytes) || (hasTitle && title === undefined)) return undefined;
  const rest = afterSecret.subarray(hasTitle ? 1 + (afterSecret[0] as number) : 0);
  if (what === 'title') return rest.length === 0 ? { what, title: title ?? '' } : undefined;
  const people = decodePeople(rest);
  if (!people) return undefined;
  if (what === 'create') return secret && { what, secret, title: title ?? '', people };
  return people.length > 0 ? { what, people } : undefined;
}

function decodeTitle(bytes: Uint8Array): string | undefined {
  const size = bytes[0];
  if (size === undefined || 1 + size > bytes.length) return undefined;
  try {
    const title = cleanTitle(strictUtf8.decode(bytes.subarray(1, 1 + size)));
    return title === '' ? undefined : title;
  } catch {
    return undefined; // not UTF-8
  }
}

function decodePeople(bytes: Uint8Array): readonly PeerId[] | undefined {
  const count = bytes[0];
  if (count === undefined || count > maxPrivateMembers || bytes.length !== 1 + count * idBytes) return undefined;
  const people = Array.from({ length: count }, (_, index) =>
    String.fromCharCode(...bytes.subarray(1 + index * idBytes, 1 + (index + 1) * idBytes)),
  );
  return people.every(isPeerId) && new Set(people).size === count ? people : undefined;
}

/** One line without invisible characters, cut; possibly empty. */
export function cleanTitle(title: string): string {
  return cleanText(title, maxTitleBytes);
}
