/** Offers of files in blocks: they come back unchanged, and no bytes make the decoder throw. */
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { createSimSignatures } from '../../../../../test/fakes/sim-identity.ts';
import { createHashes } from '../../../node/crypto/hash.ts';
import type { Offer } from '../../messaging/ports.ts';
import { decodeBlock, verifyBlock } from './block.ts';
import { decodeBlockOffer, encodeBlockOffer } from './block-offer.ts';
import { encodeBlock, type BlockContent } from './encode-block.ts';

const signatures = createSimSignatures();
const identity = signatures.identity('ana');
const hash = createHashes();

const offer: Offer = {
  contentId: new Uint8Array(32).fill(7),
  fileCount: 2,
  totalBytes: 5_000_000_000,
  descriptionBytes: 9 + 4_769 * 32 + 2 * 40,
  lifeMs: 7 * 86_400_000,
  files: [
    { name: 'fotos/größe.jpg', sizeBytes: 4_999_999_999 },
    { name: 'b.txt', sizeBytes: 1 },
  ],
};
const content: BlockContent = {
  ...{ epoch: 1_000, first: 1, room: '0011223344556677', clock: { ms: 2_000, count: 0 }, previous: new Uint8Array(16) },
  ...{ type: 'text', references: [], authorName: 'Ana', texts: ['📎 b.txt'], offer },
};

describe('a block with an offer', () => {
  test('[RFILE-1] decodes to what was encoded, and its signature covers the offer', () => {
    const bytes = encodeBlock(content, identity);
    const decoded = decodeBlock(bytes);
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(decoded.block).toMatchObject({ texts: ['📎 b.txt'], offer });
    expect(verifyBlock(decoded, { signatures, hash })?.offer).toEqual(offer);
    const at = bytes.lastIndexOf(7);
    const changed = decodeBlock(bytes.with(at, 8));
    expect(changed.ok && verifyBlock(changed, { signatures, hash })).toBeUndefined();
  });

  test('[RFILE-1] of two texts, or of a topic, has none', () => {
    const withTwo = encodeBlock({ ...content, texts: ['a'] }, identity);
    const decoded = decodeBlock(withTwo);
    expect(decoded.ok && decoded.block.offer).toEqual(offer);
    expect(() => encodeBlock({ ...content, texts: ['a', 'b'] }, identity)).toThrow(RangeError);
    expect(() => encodeBlock({ ...content, type: 'topic' }, identity)).toThrow(RangeError);
  });
});

describe('small pictures', () => {
  const withPictures = { ...offer, previewsId: new Uint8Array(32).fill(9) };
  const fields = encodeBlockOffer(withPictures);

  test('[RFILE-40] the signature covers their hash, and the block has no more of them', () => {
    const preview = { file: 0, bytes: new Uint8Array(30_000), description: 'A lake' };
    const bytes = encodeBlock({ ...content, offer: { ...withPictures, previews: [preview] } }, identity);
    const decoded = decodeBlock(bytes);
    expect(decoded.ok && verifyBlock(decoded, { signatures, hash })?.offer).toEqual(withPictures);
    const changed = decodeBlock(bytes.with(bytes.lastIndexOf(9), 8));
    expect(changed.ok && verifyBlock(changed, { signatures, hash })).toBeUndefined();
  });

  test('[RFILE-40, RFILE-2] a hash that is malformed gives an offer without pictures', () => {
    const plain = encodeBlockOffer(offer);
    expect(decodeBlockOffer(fields.subarray(plain.length))).toBeUndefined();
    for (let length = plain.length; length < fields.length; length += 1)
      expect(decodeBlockOffer(fields.subarray(0, length))).toEqual(offer);
    expect(decodeBlockOffer(Uint8Array.from([...plain, 2, 0, 2, 9, 9]))).toEqual(offer);
    expect(decodeBlockOffer(Uint8Array.from([...fields.subarray(plain.length), ...plain]))).toEqual(withPictures);
  });
});

describe('the fields behind the texts', () => {
  test('[RFILE-2] skip those of later versions', () => {
    const later = Uint8Array.of(200, 0, 3, 1, 2, 3);
    expect(decodeBlockOffer(Uint8Array.from([...later, ...encodeBlockOffer(offer), ...later]))).toEqual(offer);
    expect(decodeBlockOffer(later)).toBeUndefined();
  });

  test('[RFILE-2] cut or changed anywhere, they give an offer within its limits or none, and the text stays', () => {
    const fields = encodeBlockOffer(offer);
    for (let length = 0; length < fields.length; length += 1)
      expect(decodeBlockOffer(fields.subarray(0, length))).toBeUndefined();
    const random = createSeededRandom('offers');
    const whole = encodeBlock(content, identity);
    const found = Array.from({ length: 20_000 }, () => {
      const at = Math.floor(random.fraction() * fields.length);
      return decodeBlockOffer(fields.with(at, Math.floor(random.fraction() * 256)));
    });
    const wrong = found.filter((one) => one && one.files.length !== Math.min(20, one.fileCount));
    expect({ wrong, some: found.some((one) => one), none: found.includes(undefined) }).toEqual({
      wrong: [],
      some: true,
      none: true,
    });
    const damaged = decodeBlock(whole.with(whole.length - 64 - fields.length, 201));
    expect(damaged.ok && [damaged.block.texts, damaged.block.offer]).toEqual([['📎 b.txt'], undefined]);
  });
});
