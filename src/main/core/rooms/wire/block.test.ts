import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { createSimSignatures } from '../../../../../test/fakes/sim-identity.ts';
import { concatBytes } from '../../lib/bytes.ts';
import { createHashes } from '../../../node/crypto/hash.ts';
import { createIdentity, createSignatures } from '../../../node/crypto/identity.ts';
import {
  blockOffsets,
  datagramBlockLimits,
  decodeBlock,
  frameBlockLimits,
  maxMessageNumber,
  verifyBlock,
  type DecodedBlock,
} from './block.ts';
import { countFittingTexts, encodeBlock, previousOf, signBlock, type BlockContent } from './encode-block.ts';

const hash = createHashes();
const signatures = createSimSignatures();
const identity = signatures.identity('Ana');
/** The order of P-256, for the second signature that every signature implies. */
const curveOrder = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

const sample: BlockContent = {
  epoch: 1_700_000_000_000,
  first: 7,
  room: '0123456789abcdef',
  clock: { ms: 1_700_000_123_456, count: 3 },
  previous: new Uint8Array(16).fill(9),
  type: 'text',
  references: [{ tag: '89abcdef', number: 41 }],
  authorName: 'Ana',
  texts: ['hello', 'Grüße ☕'],
};

function encode(change: Partial<BlockContent> = {}): Uint8Array {
  return encodeBlock({ ...sample, ...change }, identity);
}

/** Encodes the sample, changes its bytes, and decodes. */
function decodeChanged(change: (bytes: Uint8Array, view: DataView) => Uint8Array | void): unknown {
  const bytes = encode();
  const result = decodeBlock(change(bytes, new DataView(bytes.buffer)) ?? bytes);
  return result.ok ? 'ok' : result.reason;
}

function decoded(bytes: Uint8Array): DecodedBlock {
  const result = decodeBlock(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

const content: fc.Arbitrary<BlockContent> = fc
  .record({
    epoch: fc.nat({ max: 2 ** 48 - 1 }),
    later: fc.nat({ max: 2 ** 40 }),
    first: fc.integer({ min: 1, max: maxMessageNumber - 255 }),
    count: fc.nat({ max: 65_535 }),
    type: fc.constantFrom('text', 'join', 'leave', 'topic'),
    references: fc.array(fc.record({ tag: fc.stringMatching(/^[0-9a-f]{8}$/), number: fc.integer({ min: 1, max: 2 ** 24 }) }), {
      maxLength: 4,
    }),
    texts: fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { minLength: 1, maxLength: 256 }),
  })
  .map(({ later, count, type, ...rest }) => ({
    ...rest,
    type,
    room: 'fedcba9876543210',
    clock: { ms: Math.min(rest.epoch + later, 2 ** 48 - 1), count },
    previous: new Uint8Array(16).fill(rest.first === 1 ? 0 : 5),
    authorName: 'Zoë 🌼',
  }));

describe('a block', () => {
  it('[ROOM-2] decodes to what was encoded', () => {
    fc.assert(
      fc.property(content, (one) => {
        const { block, bytes, signedBytes, signature } = decoded(encodeBlock(one, identity));
        const { typeCode, publicKey, ...rest } = block;
        expect(rest).toEqual(one);
        expect({ typeCode: typeCode <= 3, publicKey }).toEqual({ typeCode: true, publicKey: identity.publicKey });
        expect(signedBytes.length + signature.length).toBe(bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  it('[ROOM-2] has the layout of the specification', () => {
    const bytes = encode();
    const view = new DataView(bytes.buffer);
    expect({
      magic: new TextDecoder().decode(bytes.subarray(0, 4)),
      version: bytes[4],
      kind: bytes[5],
      first: view.getUint32(45),
      room: view.getBigUint64(49),
      clockMs: view.getUint16(57) * 2 ** 32 + view.getUint32(59),
      clockCount: view.getUint16(63),
      previous: bytes[65],
      type: bytes[81],
      countLessOne: bytes[82],
      references: bytes[83],
      nameLength: bytes[92],
      textLength: view.getUint16(96),
      sizeBytes: bytes.length,
    }).toEqual({
      magic: 'HALL',
      version: 1,
      kind: 11,
      first: 7,
      room: 0x0123456789abcdefn,
      clockMs: 1_700_000_123_456,
      clockCount: 3,
      previous: 9,
      type: 0,
      countLessOne: 1,
      references: 1,
      nameLength: 3,
      textLength: 5,
      sizeBytes: 96 + 2 + 5 + 2 + 11 + 64,
    });
  });

  it.each<[string, string, (bytes: Uint8Array, view: DataView) => Uint8Array | void]>([
    ['foreign', 'another magic', (bytes) => void (bytes[0] = 0)],
    ['foreign', 'a few bytes', (bytes) => bytes.slice(0, 20)],
    ['version', 'another version', (bytes) => void (bytes[4] = 2)],
    ['kind', 'the kind of a beacon', (bytes) => void (bytes[5] = 1)],
    ['too-large', 'more than 128 KiB', (bytes) => concatBytes([bytes, new Uint8Array(131_072)])],
    ['truncated', 'a cut within the fixed fields', (bytes) => bytes.slice(0, 120)],
    ['truncated', 'more messages than texts', (bytes) => void (bytes[82] = 200)],
    ['truncated', 'a text that is longer than the rest', (_, view) => view.setUint16(96, 300)],
    ['text', 'a text over 16,384 bytes', (_, view) => view.setUint16(96, 16_385)],
    ['text', 'bytes that are not UTF-8', (bytes) => void (bytes[98] = 0xff)],
    ['text', 'a name that is not UTF-8', (bytes) => void (bytes[93] = 0xc0)],
    ['number', 'a number of zero', (_, view) => view.setUint32(45, 0)],
    ['number', 'a last number over 2^24', (_, view) => view.setUint32(45, 2 ** 24)],
    ['epoch', 'an epoch after the clock', (_, view) => view.setUint16(39, 0xffff)],
    ['previous', 'no hash inside a log', (bytes) => bytes.fill(0, 65, 81)],
    ['previous', 'a hash at the beginning of a log', (_, view) => view.setUint32(45, 1)],
    ['references', 'five references', (bytes) => void (bytes[83] = 5)],
    ['references', 'a reference to no message', (_, view) => view.setUint32(88, 0)],
  ])('[ROOM-1, ROOM-4] is malformed (%s) with %s', (reason, _, change) => {
    expect(decodeChanged(change)).toBe(reason);
  });

  it('[ROOM-3] is limited to 64 messages and 1,168 bytes in a datagram, and 256 and 128 KiB in a frame', () => {
    const many = (count: number): readonly string[] => Array.from({ length: count }, () => '');
    const reasonOf = (bytes: Uint8Array, limits = datagramBlockLimits): unknown => {
      const result = decodeBlock(bytes, limits);
      return result.ok ? 'ok' : result.reason;
    };
    expect({
      messages64: reasonOf(encode({ texts: many(64) })),
      messages65: reasonOf(encode({ texts: many(65) })),
      messages256: reasonOf(encode({ texts: many(256) }), frameBlockLimits),
      full: reasonOf(encode({ texts: ['x'.repeat(1_168 - 162)] })),
      fuller: reasonOf(encode({ texts: ['x'.repeat(1_168 - 161)] })),
    }).toEqual({ messages64: 'ok', messages65: 'too-large', messages256: 'ok', full: 'ok', fuller: 'too-large' });
    expect(() => encode({ texts: many(257) })).toThrow(RangeError);
    expect(() => encode({ texts: [] })).toThrow(RangeError);
    expect(() => encode({ texts: ['x'.repeat(16_385)] })).toThrow(RangeError);
  });

  it('[ROOM-3] takes as many texts as were counted, and not one more', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(texts, fc.nat({ max: 4 }), (some, references) => {
        const change = { references: Array.from({ length: references }, () => ({ tag: '00000000', number: 1 })) };
        const limits = datagramBlockLimits;
        const count = countFittingTexts(some, { authorName: sample.authorName, references }, limits);
        const fits = (number: number): boolean =>
          number > 0 && decodeBlock(encode({ ...change, texts: some.slice(0, number) }), limits).ok;
        expect({ count, fits: count === 0 || fits(count), oneMore: count < some.length && fits(count + 1) }).toEqual({
          count,
          fits: true,
          oneMore: false,
        });
      }),
      { numRuns: 200 },
    );
    expect(countFittingTexts(['x'.repeat(16_385)], { authorName: '', references: 0 }, frameBlockLimits)).toBe(0);
  });

  it('[ROOM-5] of a later version keeps its type and ignores what follows the texts', () => {
    const signed = encode().slice(0, -64);
    signed[blockOffsets.type] = 77;
    const later = Uint8Array.of(...signed, 1, 2, 3);
    const { block } = decoded(Uint8Array.of(...later, ...identity.sign(later)));
    expect(block).toMatchObject({ type: 'unknown', typeCode: 77, texts: sample.texts });
  });

  it('[ROOM-5] has the name of its author cut and cleaned', () => {
    const name = encode({ authorName: 'A'.repeat(80) });
    const raw = encode({ authorName: 'Anax' });
    raw[blockOffsets.references + 13] = 0x07; // the x becomes a bell
    expect([decoded(name).block.authorName, decoded(raw).block.authorName]).toEqual(['A'.repeat(48), 'Ana']);
  });
});

describe('a signed block', () => {
  const ports = { signatures, hash };

  it('[ROOM-6] is what its author signed, and nothing else', () => {
    const bytes = encode();
    const block = verifyBlock(decoded(bytes), ports);
    expect(block).toMatchObject({ authorId: identity.peerId, first: 7, last: 8, bytes });
    const changed = bytes.slice();
    changed[99] = 0x41;
    const others = encodeBlock(sample, signatures.identity('Ben'));
    others.set(identity.publicKey, blockOffsets.publicKey);
    expect([verifyBlock(decoded(changed), ports), verifyBlock(decoded(others), ports)]).toEqual([undefined, undefined]);
  });

  it('[ROOM-6] that we sign is the one that others verify', () => {
    const own = signBlock(sample, { identity, hash });
    expect(verifyBlock(decoded(own.bytes), ports)).toEqual(own);
  });

  it('[ROOM-7] with another valid signature is the same block', () => {
    const real = createIdentity().identity;
    const own = signBlock(sample, { identity: real, hash });
    const again = signBlock(sample, { identity: real, hash });
    // Without the key anybody turns (r, s) into (r, order - s), which is valid too.
    const s = BigInt(`0x${Buffer.from(own.bytes.subarray(-32)).toString('hex')}`);
    const turned = own.bytes.slice();
    turned.set(Buffer.from((curveOrder - s).toString(16).padStart(64, '0'), 'hex'), turned.length - 32);
    const verified = verifyBlock(decoded(turned), { signatures: createSignatures(), hash });
    expect([turned, again.bytes]).not.toContainEqual(own.bytes);
    expect([verified?.hash, again.hash]).toEqual([own.hash, own.hash]);
  });

  it('[ROOM-7] is named by the next one', () => {
    const own = signBlock(sample, { identity, hash });
    expect(previousOf(own)).toEqual(own.hash.slice(0, 16));
    expect(previousOf(undefined)).toEqual(new Uint8Array(16));
    expect(own.hash).toEqual(hash.sha256(own.bytes.subarray(0, -64)));
  });
});
