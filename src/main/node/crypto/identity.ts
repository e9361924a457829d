/**
 * Our identity, and the check of any peer's signature: ECDSA over P-256 with SHA-256. The peer ID
 * is the hash of the public key, so that nobody has to configure or look up anything. It uses only
 * calls that BoringSSL has too. Storing the key is left to `storage`.
 */
import { ECDH, createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { concatBytes, startsWith } from '../../core/lib/bytes.ts';
import { createLruMap } from '../../core/lib/lru-map.ts';
import type { Identity, Signatures } from '../../core/ports.ts';
import { encodeBase32 } from './base32.ts';
import { createCertificate, type TlsCredentials } from './certificate.ts';

/** OpenSSL's name of P-256. */
const curve = 'prime256v1';
/** A compressed point: its sign and x (SEC 1 §2.3.3). */
const publicKeySizeBytes = 33;
/** An uncompressed point: its form, x and y. */
const pointSizeBytes = 65;
/** r and s, 32 bytes each (IEEE P1363). */
const signatureSizeBytes = 64;
/** r and s one after the other, rather than in DER. */
const dsaEncoding = 'ieee-p1363' as const;
/**
 * The algorithm and the curve: the bytes before the uncompressed point in the SubjectPublicKeyInfo
 * of every P-256 key (RFC 5480 §2).
 */
// prettier-ignore
const spkiPrefix = Uint8Array.of(
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
  0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
);
/**
 * Unpacked keys in memory: half the peers that a full list holds. More would let a flood of keys
 * take some 2 KB each. Unpacking a key costs as much as one check with it.
 */
const maxReadyKeys = 2_048;

/** An identity whose key we hold. */
export interface OwnIdentity extends Identity {
  /** For the proof on a stream. The same at each call. */
  tlsCredentials(): TlsCredentials;
}

/** A new key: its text to store, and its identity. */
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
  /**
   * By the compressed point as text, the least recently used first. Only keys with a valid
   * signature.
   */
  const ready = createLruMap<string, ReadyKey>(maxReadyKeys);
  /** A caller asks for the peer ID first, and then checks the signature. */
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
      const unpacked = unpackOnce(name, publicKey);
      // A key object uses memory that the garbage collector does not count, so only a valid
      // signature earns one.
      if (unpacked === undefined || !isSignedBy(unpacked.pem, bytes, signature)) return false;
      keepReady(unpacked);
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
  // Another program's key may hold a compressed point. The prefix is as long.
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
    // For r and s out of range, some libraries throw and others return false.
    return false;
  }
}

function isCompressedPointShaped(publicKey: Uint8Array): boolean {
  return publicKey.length === publicKeySizeBytes && (publicKey[0] === 2 || publicKey[0] === 3);
}

/** @returns undefined if the bytes are no point of the curve */
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
