/**
 * Who we are and how anybody's signature is checked: ECDSA over P-256 with SHA-256, and the peerId that is the hash of the key, so that
 * there is nothing to configure and nobody to ask. Only calls that BoringSSL knows too. Where the key is kept is left to `storage`.
 */
import { ECDH, createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { concatBytes, startsWith } from '../../core/lib/bytes.ts';
import { createLruMap } from '../../core/lib/lru-map.ts';
import type { Identity, Signatures } from '../../core/ports.ts';
import { encodeBase32 } from './base32.ts';
import { createCertificate, type TlsCredentials } from './certificate.ts';

/** What OpenSSL calls P-256. */
const curve = 'prime256v1';
/** A compressed point: its sign and x (SEC 1 §2.3.3). */
const publicKeySizeBytes = 33;
/** An uncompressed point: its form, x and y. */
const pointSizeBytes = 65;
/** r and s, 32 bytes each (IEEE P1363). */
const signatureSizeBytes = 64;
/** r and s one after the other, rather than in DER. */
const dsaEncoding = 'ieee-p1363' as const;
/** What precedes the uncompressed point in the SubjectPublicKeyInfo of every P-256 key (RFC 5480 §2): the algorithm and the curve. */
// prettier-ignore
const spkiPrefix = Uint8Array.of(
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
  0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
);
/**
 * Keys kept ready for use: twice the peers that the list is made for. Unpacking one costs as much as checking a signature with it. Who has
 * many keys can push out others, never make this grow.
 */
const maxReadyKeys = 2_048;

/** An identity whose key we hold. */
export interface OwnIdentity extends Identity {
  /** To prove it on a stream. The same at each call. */
  tlsCredentials(): TlsCredentials;
}

/** A new key: what to keep, and what it lets us do. */
export interface StoredKey {
  /** PKCS #8, unencrypted. */
  readonly pem: string;
  readonly identity: OwnIdentity;
}

interface ReadyKey {
  readonly key: KeyObject;
  readonly peerId: PeerId;
}

interface UnpackedKey {
  /** The compressed point as text. */
  readonly name: string;
  readonly pem: string;
  readonly peerId: PeerId;
}

export function createIdentity(): StoredKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  return { pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), identity: identityOf(privateKey) };
}

/** Total: `undefined` if the text holds no unencrypted P-256 private key. */
export function identityFromPem(pem: string): OwnIdentity | undefined {
  try {
    const privateKey = createPrivateKey(pem);
    return privateKey.asymmetricKeyDetails?.namedCurve === curve ? identityOf(privateKey) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param key as TLS proved it
 * @returns undefined if it is no P-256 key in the one form in which we hash it
 */
export function peerIdOfTlsKey(key: KeyObject): PeerId | undefined {
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== curve) return undefined;
  const spki = key.export({ type: 'spki', format: 'der' });
  const isUsual = spki.length === spkiPrefix.length + pointSizeBytes && startsWith(spki, spkiPrefix);
  return isUsual ? peerIdOfSpki(spki) : undefined;
}

export function createSignatures(): Signatures {
  /** By the compressed point as text, the least recently used first. Only keys that signed something: those whom we hear again. */
  const ready = createLruMap<string, ReadyKey>(maxReadyKeys);
  /** The peerId is asked for first, and then the signature checked. */
  let lastUnpacked: UnpackedKey | undefined;

  function unpackOnce(name: string, publicKey: Uint8Array): UnpackedKey | undefined {
    if (lastUnpacked?.name !== name) lastUnpacked = unpack(name, publicKey);
    return lastUnpacked;
  }

  function keepReady({ name, pem, peerId }: UnpackedKey): void {
    ready.set(name, { key: createPublicKey(pem), peerId });
  }

  return {
    verify(publicKey, bytes, signature) {
      if (signature.length !== signatureSizeBytes || !isCompressedPointShaped(publicKey)) return false;
      const name = nameOf(publicKey);
      const found = ready.get(name);
      if (found !== undefined) {
        ready.set(name, found);
        return isSignedBy(found.key, bytes, signature);
      }
      const stranger = unpackOnce(name, publicKey);
      // A key object lives until the garbage is collected, outside the memory that the collector counts: a stranger has to earn one.
      if (stranger === undefined || !isSignedBy(stranger.pem, bytes, signature)) return false;
      keepReady(stranger);
      return true;
    },
    peerIdOf(publicKey) {
      if (!isCompressedPointShaped(publicKey)) return undefined;
      const name = nameOf(publicKey);
      return ready.get(name)?.peerId ?? unpackOnce(name, publicKey)?.peerId;
    },
  };
}

function identityOf(privateKey: KeyObject): OwnIdentity {
  const exported = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  // A key that was made elsewhere may hold its point compressed; the prefix is as long either way.
  const point = exported.subarray(spkiPrefix.length);
  const spki = spkiOf(convertPoint(point, 'uncompressed'));
  const peerId = peerIdOfSpki(spki);
  let credentials: TlsCredentials | undefined;
  return {
    publicKey: convertPoint(point, 'compressed'),
    peerId,
    sign: (bytes) => sign('sha256', bytes, { key: privateKey, dsaEncoding }),
    tlsCredentials: () =>
      (credentials ??= {
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        cert: createCertificate(privateKey, spki, peerId),
      }),
  };
}

function isSignedBy(key: KeyObject | string, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    const input = typeof key === 'string' ? { key, dsaEncoding } : { key, dsaEncoding };
    return verify('sha256', bytes, input, signature);
  } catch {
    // Libraries differ in whether r and s out of range are an error or just wrong.
    return false;
  }
}

function isCompressedPointShaped(publicKey: Uint8Array): boolean {
  return publicKey.length === publicKeySizeBytes && (publicKey[0] === 2 || publicKey[0] === 3);
}

/** @returns `undefined` if the bytes are no point of the curve */
function unpack(name: string, publicKey: Uint8Array): UnpackedKey | undefined {
  try {
    const spki = spkiOf(convertPoint(publicKey, 'uncompressed'));
    return { name, pem: pemOfSpki(spki), peerId: peerIdOfSpki(spki) };
  } catch {
    return undefined;
  }
}

function nameOf(publicKey: Uint8Array): string {
  return String.fromCharCode(...publicKey);
}

/** Throws if the bytes are no point of the curve. */
function convertPoint(point: Uint8Array, form: 'compressed' | 'uncompressed'): Uint8Array {
  const converted = ECDH.convertKey(point, curve, undefined, undefined, form);
  if (typeof converted === 'string') throw new TypeError('a point was converted to text');
  return new Uint8Array(converted);
}

function spkiOf(uncompressedPoint: Uint8Array): Uint8Array {
  return concatBytes([spkiPrefix, uncompressedPoint]);
}

function pemOfSpki(spki: Uint8Array): string {
  return `-----BEGIN PUBLIC KEY-----\n${btoa(String.fromCharCode(...spki))}\n-----END PUBLIC KEY-----\n`;
}

function peerIdOfSpki(spki: Uint8Array): PeerId {
  return encodeBase32(createHash('sha256').update(spki).digest());
}
