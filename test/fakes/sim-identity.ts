/**
 * Identities and signatures for simulations: hundreds of thousands of signatures per second instead of a few thousand, the same ones for
 * the same names. What they keep of the real thing (node/crypto/identity.ts) is what the core relies on: sizes, shape of the peerId, that only
 * the owner can sign, and that any changed bit fails. They are NOT cryptography: whoever holds the registry could sign as anybody.
 */
import { areBytesEqual } from '../../src/main/core/lib/bytes.ts';
import type { Identity, Signatures } from '../../src/main/core/ports.ts';

const publicKeySizeBytes = 33;
const signatureSizeBytes = 64;
const peerIdSourceSizeBytes = 32;
const base32Alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

export interface SimSignatures extends Signatures {
  /** The identity of that name: always the same keys for the same name, and one secret per name. */
  identity(name: string): Identity;
}

/** One registry per simulated world: it knows every identity's secret, and so can tell what its owner signed. */
export function createSimSignatures(): SimSignatures {
  const secretByKey = new Map<string, Uint8Array>();
  const peerIdByKey = new Map<string, string>();

  function peerIdOf(publicKey: Uint8Array): string | undefined {
    if (!isPublicKeyShaped(publicKey)) return undefined;
    const key = keyText(publicKey);
    const known = peerIdByKey.get(key);
    if (known !== undefined) return known;
    const peerId = encodeBase32(expand(mix([publicKey]), peerIdSourceSizeBytes));
    peerIdByKey.set(key, peerId);
    return peerId;
  }

  return {
    identity(name) {
      const nameBytes = new TextEncoder().encode(name);
      const publicKey = expand(mix([nameBytes]), publicKeySizeBytes);
      publicKey[0] = 2 + ((publicKey[0] as number) & 1);
      const secret = expand(mix([nameBytes, publicKey]), 16);
      secretByKey.set(keyText(publicKey), secret);
      return {
        publicKey,
        peerId: peerIdOf(publicKey) as string,
        sign: (bytes) => expand(mix([secret, bytes]), signatureSizeBytes),
      };
    },
    verify(publicKey, bytes, signature) {
      if (!isPublicKeyShaped(publicKey) || signature.length !== signatureSizeBytes) return false;
      const secret = secretByKey.get(keyText(publicKey));
      if (secret === undefined) return false;
      const expected = expand(mix([secret, bytes]), signatureSizeBytes);
      return areBytesEqual(expected, signature);
    },
    peerIdOf,
  };
}

function isPublicKeyShaped(bytes: Uint8Array): boolean {
  return bytes.length === publicKeySizeBytes && (bytes[0] === 2 || bytes[0] === 3);
}

function keyText(publicKey: Uint8Array): string {
  return Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength).toString('latin1');
}

/** 64 bits over all the parts. Each step is a bijection of the state, so two inputs that differ in one byte never meet again. */
function mix(parts: readonly Uint8Array[]): readonly [number, number] {
  let high = 0x6a09e667;
  let low = 0xbb67ae85;
  for (const part of parts) {
    high = Math.imul(high ^ part.length, 0x9e3779b1);
    for (let index = 0; index < part.length; index += 1) {
      const byte = part[index] as number;
      high = Math.imul(high ^ byte, 0x85ebca77);
      low = Math.imul(low ^ byte ^ (high >>> 15), 0xc2b2ae3d);
    }
  }
  high ^= low >>> 16;
  return [high, low ^ (high >>> 16)];
}

/** As many bytes as are wanted from 64 bits, by a Weyl sequence and the mixer of MurmurHash3. */
function expand([high, low]: readonly [number, number], sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let word = 0;
  for (let index = 0; index < sizeBytes; index += 1) {
    if (index % 4 === 0) {
      word = (index & 4 ? high : low) + Math.imul(index + 1, 0x9e3779b9);
      word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
      word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
      word ^= word >>> 16;
    } else word >>>= 8;
    bytes[index] = word;
  }
  return bytes;
}

/** Own code rather than node/crypto/base32.ts, so that a fault there cannot hide from the simulations. */
function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let bitCount = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffff;
    bitCount += 8;
    for (; bitCount >= 5; bitCount -= 5) text += base32Alphabet[(bits >>> (bitCount - 5)) & 31];
  }
  return bitCount === 0 ? text : text + base32Alphabet[(bits << (5 - bitCount)) & 31];
}
