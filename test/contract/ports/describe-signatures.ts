/** The contract of identities and signatures, as one suite for the real and the simulated ones. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Identity, Signatures } from '../../../src/main/core/ports.ts';

export interface SignaturesWorld {
  readonly signatures: Signatures;
  /** @param name a different name gives a different identity */
  makeIdentity(name: string): Identity;
}

/**
 * Enough to hit every byte of a signature several times over all runs; one check takes about 0.1
 * ms.
 */
const runs = 500;

/** The longest datagram that presence sends. */
const message = fc.uint8Array({ maxLength: 1_200 });

export function describeSignatures(name: string, makeWorld: () => SignaturesWorld): void {
  const { signatures, makeIdentity } = makeWorld();
  const ana = makeIdentity('ana');
  const ben = makeIdentity('ben');

  describe(`Identity and Signatures: ${name}`, () => {
    test('keys, signatures and peer IDs have their sizes and alphabet', () => {
      expect(ana.publicKey.length).toBe(33);
      expect([2, 3]).toContain(ana.publicKey[0]);
      expect(ana.sign(new Uint8Array(0)).length).toBe(64);
      expect(ana.peerId).toMatch(/^[a-z2-7]{52}$/);
    });

    test('[ID-1] the peer ID derives from the public key, and each identity has its own', () => {
      expect(signatures.peerIdOf(ana.publicKey)).toBe(ana.peerId);
      expect(signatures.peerIdOf(ana.publicKey.slice())).toBe(ana.peerId);
      expect(new Set([ana.peerId, ben.peerId, makeIdentity('cy').peerId]).size).toBe(3);
    });

    test("[ID-2] a signature of the key's owner is valid, wherever in memory its bytes are", () => {
      expect(
        fc.check(
          fc.property(message, (bytes) => {
            const padded = Uint8Array.of(1, ...bytes, ...ana.publicKey, ...ana.sign(bytes), 2);
            const [from, to] = [1, 1 + bytes.length];
            return signatures.verify(padded.subarray(to, to + 33), padded.subarray(from, to), padded.subarray(to + 33, to + 97));
          }),
          { numRuns: runs },
        ).counterexample,
      ).toBeNull();
    });

    test('[ID-2] a signature by another key is invalid', () => {
      expect(
        fc.check(
          fc.property(message, (bytes) => !signatures.verify(ben.publicKey, bytes, ana.sign(bytes))),
          { numRuns: runs },
        ).counterexample,
      ).toBeNull();
    });

    test('[ID-2] one flipped bit in the message, the signature or the key makes it invalid', () => {
      const flipped = fc.record({ bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }), part: fc.nat(2), place: fc.nat() });
      expect(
        fc.check(
          fc.property(flipped, ({ bytes, part, place }) => {
            const parts = [bytes.slice(), ana.sign(bytes), ana.publicKey.slice()] as const;
            const changed = parts[part] ?? bytes;
            const bit = place % (changed.length * 8);
            changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
            return (
              !signatures.verify(parts[2], parts[0], parts[1]) && (part !== 2 || signatures.peerIdOf(parts[2]) !== ana.peerId)
            );
          }),
          { numRuns: 3 * runs },
        ).counterexample,
      ).toBeNull();
    });

    test('[ID-2] an extra or a missing byte makes it invalid', () => {
      expect(
        fc.check(
          fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
            const signature = ana.sign(bytes);
            return (
              !signatures.verify(ana.publicKey, bytes.slice(1), signature) &&
              !signatures.verify(ana.publicKey, Uint8Array.of(...bytes, 0), signature) &&
              !signatures.verify(ana.publicKey, bytes, signature.slice(1)) &&
              !signatures.verify(ana.publicKey, bytes, Uint8Array.of(...signature, 0))
            );
          }),
          { numRuns: runs },
        ).counterexample,
      ).toBeNull();
    });

    test('[ID-2] malformed keys and signatures are invalid, and never throw', () => {
      const garbage = fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ minLength: 64, maxLength: 64 }));
      const key = fc.oneof(
        fc.constant(ana.publicKey),
        fc.uint8Array({ maxLength: 70 }),
        fc.uint8Array({ minLength: 33, maxLength: 33 }),
      );
      expect(
        fc.check(
          fc.property(key, message, garbage, (publicKey, bytes, signature) => !signatures.verify(publicKey, bytes, signature)),
          { numRuns: runs },
        ).counterexample,
      ).toBeNull();
    });

    test('[ID-2] bytes of another length or form are not a key', () => {
      const wrongForm = [0, 1, 4, 5, 6, 255].map((first) => Uint8Array.of(first, ...ana.publicKey.slice(1)));
      const wrongLength = [0, 1, 32, 34, 65].map((length) => new Uint8Array(length).fill(2));
      for (const publicKey of [...wrongForm, ...wrongLength]) expect(signatures.peerIdOf(publicKey)).toBeUndefined();
    });
  });
}
