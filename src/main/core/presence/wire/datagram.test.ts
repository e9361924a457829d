import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import {
  arbitraryBody,
  arbitraryIncarnation,
  brokenDatagram,
  mutations,
  randomDatagram,
  sampleAnnouncement,
} from '../../../../../test/fixtures/sample-datagrams.ts';
import { createSimSignatures } from '../../../../../test/fakes/sim-identity.ts';
import { maxHostBytes, maxNameBytes, maxNoteBytes } from '../../../../shared/contract/profile.ts';
import { createSignatures, identityFromPem } from '../../../node/crypto/identity.ts';
import { cleanText } from '../../../../shared/text/clean-text.ts';
import type { Announcement } from './announcement.ts';
import {
  decodeDatagram,
  encodeDatagram,
  headerBytes,
  nonceBytes,
  peekPublicKey,
  recipientTag,
  signatureBytes,
  type Datagram,
  type DatagramBody,
  type Decoded,
} from './datagram.ts';
import { defaultPresenceOptions } from '../options.ts';

const signatures = createSimSignatures();
const ana = signatures.identity('ana');
const header = { incarnation: 1_767_225_600_000, sequence: 7 };
const encode = (body: DatagramBody): Uint8Array => encodeDatagram(header, body, ana);
const beacon = (change?: Partial<Announcement>): Uint8Array =>
  encode({ kind: 'beacon', announcement: sampleAnnouncement(change) });
const reasons = ['foreign', 'version', 'kind', 'truncated', 'text'];
const sizeOf = (text: string): number => new TextEncoder().encode(text).length;

function everyKind(nonce: Uint8Array): readonly DatagramBody[] {
  const to = recipientTag(ana.publicKey);
  const announcement = sampleAnnouncement({ note: 'Release notes until 15:00' });
  return [
    { kind: 'beacon', announcement },
    { kind: 'hello', to, echoedIncarnation: 1, nonce, announcement },
    { kind: 'hello-ack', to, nonce },
    { kind: 'goodbye' },
    { kind: 'ping', to, nonce, unanswered: 3, wantsBeacon: true },
    { kind: 'pong', to, nonce },
    { kind: 'suspect', suspect: to, suspectIncarnation: 5 },
    { kind: 'ask-peers', to, nonce },
    { kind: 'peers', to, nonce, endpoints: [{ family: 'ipv4', address: '10.0.0.1', port: 50_000 }] },
    { kind: 'call-me', to },
  ];
}

describe('any bytes', () => {
  /** Asserts the invariants of each decoder result. @returns the outcome */
  function checked(bytes: Uint8Array, decoded: Decoded): string {
    if (!decoded.ok) {
      if (!reasons.includes(decoded.reason)) throw new Error(`unknown reason ${decoded.reason}`);
      return decoded.reason;
    }
    const { datagram, signedBytes, signature } = decoded;
    if (signedBytes.length + signature.length !== bytes.length || signature.length !== signatureBytes)
      throw new Error('bytes are left over');
    if (datagram.kind === 'beacon' || datagram.kind === 'hello') {
      const { name, host, note } = datagram.announcement;
      const tooLong = sizeOf(name) > maxNameBytes || sizeOf(host) > maxHostBytes || sizeOf(note) > maxNoteBytes;
      if (tooLong) throw new Error('a text is longer than its limit');
    }
    return 'ok';
  }

  test('[WIRE-1] 100,000 broken datagrams each decode to a datagram or to a reason', () => {
    const seed = 'wire-1';
    const random = createSeededRandom(seed);
    const identities = ['ana', 'bo', 'caro'].map((name) => signatures.identity(name));
    const valid = Array.from({ length: 600 }, (_, index) => randomDatagram(random, identities[index % 3] ?? ana));
    const outcomes = new Map<string, number>();
    const cases = 100_000;
    for (let number = 0; number < cases; number += 1) {
      const bytes = brokenDatagram(random, valid);
      try {
        peekPublicKey(bytes);
        const outcome = checked(bytes, decodeDatagram(bytes));
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      } catch (error) {
        throw new Error(`seed ${seed}, case ${number}: ${Buffer.from(bytes).toString('hex')}`, { cause: error });
      }
    }
    expect([...outcomes.values()].reduce((sum, count) => sum + count, 0)).toBe(cases);
    // Each outcome must occur, or the cases are too similar.
    expect([...outcomes.keys()].toSorted()).toEqual([...reasons, 'ok'].toSorted());
  }, 30_000);

  test('[WIRE-1] random bytes, with and without our header, never throw', () => {
    const valid = beacon();
    fc.assert(
      fc.property(fc.nat({ max: headerBytes + 40 }), fc.uint8Array({ maxLength: 300 }), (kept, tail) => {
        for (const bytes of [tail, new Uint8Array([...valid.subarray(0, kept), ...tail])]) checked(bytes, decodeDatagram(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  test('[WIRE-1] every proper prefix of a datagram of any kind is rejected, and the whole is not', () => {
    const nonce = new Uint8Array(nonceBytes).fill(9);
    for (const body of everyKind(nonce)) {
      const whole = encode(body);
      const accepted = Array.from({ length: whole.length + 1 }, (_, end) => end).filter((end) => {
        const decoded = decodeDatagram(whole.subarray(0, end));
        return decoded.ok && signatures.verify(ana.publicKey, decoded.signedBytes, decoded.signature);
      });
      expect(accepted, body.kind).toEqual([whole.length]);
    }
  });

  test('[WIRE-1] a datagram inside a larger buffer decodes in place', () => {
    const bytes = beacon({ name: 'Bảo Trân' });
    const pool = new Uint8Array(bytes.length + 64).fill(0xff);
    pool.set(bytes, 32);
    expect(decodeDatagram(pool.subarray(32, 32 + bytes.length))).toEqual(decodeDatagram(bytes));
  });
});

describe('valid datagrams', () => {
  test('[WIRE-2] every encoded datagram decodes to itself', () => {
    fc.assert(
      fc.property(arbitraryIncarnation, fc.nat({ max: 0xffff_ffff }), arbitraryBody, (incarnation, sequence, body) => {
        const decoded = decodeDatagram(encodeDatagram({ incarnation, sequence }, body, ana));
        if (!decoded.ok) throw new Error(decoded.reason);
        expect(decoded.datagram).toEqual({ publicKey: ana.publicKey, incarnation, sequence, ...asReceived(body) });
        expect(signatures.verify(ana.publicKey, decoded.signedBytes, decoded.signature)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  /** The datagram as its receiver sees it: with cleaned texts, and otherwise unchanged. */
  function asReceived(body: DatagramBody): DatagramBody {
    if (body.kind !== 'beacon' && body.kind !== 'hello') return body;
    const { name, host, note } = body.announcement;
    const texts = {
      name: cleanText(name, maxNameBytes),
      host: cleanText(host, maxHostBytes),
      note: cleanText(note, maxNoteBytes),
    };
    return { ...body, announcement: { ...body.announcement, ...texts } };
  }

  test('[WIRE-3] a beacon with ordinary names is under 300 bytes, and the longest datagram under the limit', () => {
    const note = 'In a meeting until three, then at the bench on the second floor';
    expect(beacon({ name: 'Maximiliane Featherstonehaugh', host: 'finance-workstation-17', note }).length).toBeLessThan(300);
    const fullest = { name: 'é'.repeat(99), host: '健'.repeat(99), note: '👍'.repeat(99) };
    const hello = encode({
      kind: 'hello',
      to: recipientTag(ana.publicKey),
      echoedIncarnation: 2 ** 48 - 1,
      nonce: new Uint8Array(nonceBytes),
      announcement: sampleAnnouncement(fullest),
    });
    expect(hello.length).toBeLessThanOrEqual(defaultPresenceOptions.maxDatagramBytes);
  });

  test('[WIRE-4] another version and an unknown kind each have a reason', () => {
    const with1 = (offset: number, value: number): Uint8Array => beacon().with(offset, value);
    expect([with1(4, 2), with1(4, 0), with1(5, 200), with1(5, 0), with1(0, 0x68)].map((bytes) => decodeDatagram(bytes))).toEqual(
      ['version', 'version', 'kind', 'kind', 'foreign'].map((reason) => ({ ok: false, reason })),
    );
  });

  test('[WIRE-5] fields that a later version appends are ignored, but signed', () => {
    for (const body of everyKind(new Uint8Array(nonceBytes))) {
      const extended = resigned(new Uint8Array([...encode(body).subarray(0, -signatureBytes), 1, 2, 3, 0xff, 5, 6]));
      const decoded = decodeDatagram(extended);
      expect(decoded).toMatchObject({ ok: true, datagram: { ...header, ...body } });
      expect(decoded.ok && signatures.verify(ana.publicKey, decoded.signedBytes, decoded.signature)).toBe(true);
    }
  });

  test('the claimed key can be read without decoding, if the datagram is long enough', () => {
    expect(peekPublicKey(beacon())).toEqual(ana.publicKey);
    expect(peekPublicKey(beacon().subarray(0, headerBytes + signatureBytes - 1))).toBeUndefined();
    expect(peekPublicKey(beacon().with(3, 0))).toBeUndefined();
    expect(peekPublicKey(new Uint8Array(0))).toBeUndefined();
  });

  test('every mutation of the fuzzing breaks a datagram', () => {
    const random = createSeededRandom('breaks');
    for (const [name, mutate] of Object.entries(mutations)) {
      const broken = Array.from({ length: 200 }, () => {
        const bytes = mutate(randomDatagram(random, ana), randomDatagram(random, ana), random);
        const decoded = decodeDatagram(bytes);
        return decoded.ok && signatures.verify(decoded.datagram.publicKey, decoded.signedBytes, decoded.signature);
      }).filter((isValid) => !isValid).length;
      expect(broken, name).toBeGreaterThan(150);
    }
  });

  function resigned(signed: Uint8Array): Uint8Array {
    return new Uint8Array([...signed, ...ana.sign(signed)]);
  }
});

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly peerId?: string;
  readonly datagram?: Record<string, unknown>;
  readonly malformed?: string;
}

describe('test vectors', () => {
  const file = new URL('../../../../../docs/test-vectors.json', import.meta.url);
  const { key, vectors } = JSON.parse(readFileSync(file, 'utf8')) as { key: { pem: string }; vectors: readonly Vector[] };
  const real = createSignatures();
  const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

  test('[WIRE-8] each vector decodes to its content, and its real signature is valid', () => {
    expect(vectors.length).toBeGreaterThan(8);
    for (const { name, hex, malformed, datagram, peerId } of vectors) {
      const emitted = readVector(hex);
      expect(emitted, name).toEqual(
        malformed === undefined ? { datagram, peerId, isRight: true, isRightWhenAltered: false } : { malformed },
      );
    }
  });

  function readVector(hex: string): unknown {
    const decoded = decodeDatagram(bytesOf(hex));
    if (!decoded.ok) return { malformed: decoded.reason };
    const { datagram, signedBytes, signature } = decoded;
    const verify = (bytes: Uint8Array): boolean => real.verify(datagram.publicKey, bytes, signature);
    return {
      datagram: withHexBytes(datagram),
      peerId: real.peerIdOf(datagram.publicKey),
      isRight: verify(signedBytes),
      isRightWhenAltered: verify(signedBytes.with(20, (signedBytes[20] ?? 0) ^ 1)),
    };
  }

  test('[WIRE-8] datagrams of an honest node encode to the bytes of the vectors, up to the signature', () => {
    const identity = identityFromPem(key.pem);
    if (!identity) throw new Error('the key of the vectors cannot be read');
    const honest = vectors.filter(({ name }) => name.startsWith('plain '));
    expect(honest.map(({ name }) => name.slice('plain '.length))).toEqual([
      'beacon',
      'HELLO',
      'HELLO-ACK',
      'goodbye',
      'PING',
      'PONG',
      'suspicion',
      'question for peers',
      'introductions',
      'call request',
      'beacon that tells tops',
      'beacon with the end of a busy status',
      'beacon with a version',
      'ask',
      'heads',
    ]);
    for (const { name, hex } of honest) {
      const decoded = decodeDatagram(bytesOf(hex));
      if (!decoded.ok) throw new Error(`${name}: ${decoded.reason}`);
      const again = encodeDatagram(decoded.datagram, decoded.datagram, identity);
      expect(Buffer.from(again.subarray(0, -signatureBytes)).toString('hex'), name).toBe(
        Buffer.from(decoded.signedBytes).toString('hex'),
      );
    }
  });

  function withHexBytes(datagram: Datagram): unknown {
    const text = JSON.stringify(datagram, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
    );
    return JSON.parse(text);
  }
});
