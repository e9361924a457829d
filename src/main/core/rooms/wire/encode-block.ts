/**
 * Encodes and signs blocks, and tells how many texts fit into one (rules ROOM-2, ROOM-3). The
 * layout and its reader are in `block.ts`. Numbers, clock and texts are chosen by the caller;
 * content beyond the limits is a mistake of the caller, and throws.
 */
import { maxMessageBytes } from '../../../../shared/contract/messages.ts';
import { maxNameBytes } from '../../../../shared/contract/profile.ts';
import { cleanText } from '../../../../shared/text/clean-text.ts';
import { concatBytes, uint48 } from '../../lib/bytes.ts';
import type { Offer } from '../../messaging/ports.ts';
import type { Hash, Identity } from '../../ports.ts';
import { blockKindCode, signatureBytes, wireVersion } from '../../presence/wire/datagram.ts';
import {
  blockOffsets,
  blockTypeCodes,
  decodeBlock,
  frameBlockLimits,
  previousBytes,
  referenceBytes,
  toSignedBlock,
  type Block,
  type BlockLimits,
  type DecodedBlock,
  type Reference,
  type SignedBlock,
} from './block.ts';
import { fromHex } from '../../lib/hex.ts';
import { encodeBlockOffer } from './block-offer.ts';

/** The content that the author chooses. The signer adds the key; the type implies its code. */
export interface BlockContent extends Omit<Block, 'publicKey' | 'type' | 'typeCode'> {
  readonly type: keyof typeof blockTypeCodes;
}

const magic = Uint8Array.of(0x48, 0x41, 0x4c, 0x4c); // "HALL"
const encoder = new TextEncoder();

/**
 * Encodes and signs a block. Cleans the author's name, and replaces half characters in the texts.
 *
 * @throws RangeError if the content is beyond the limits
 */
export function encodeBlock(content: BlockContent, identity: Identity, limits: BlockLimits = frameBlockLimits): Uint8Array {
  return encodeChecked(content, identity, limits).bytes;
}

/** Decodes what it encoded, so that no other node can refuse it. */
function encodeChecked(content: BlockContent, identity: Identity, limits: BlockLimits): DecodedBlock {
  const signedBytes = concatBytes([
    magic,
    Uint8Array.of(wireVersion, blockKindCode),
    identity.publicKey,
    uint48(content.epoch),
    uint32(content.first),
    fromHex(content.room),
    uint48(content.clock.ms),
    uint16(content.clock.count),
    content.previous,
    Uint8Array.of(blockTypeCodes[content.type], content.texts.length - 1, content.references.length),
    ...content.references.map(encodeReference),
    ...encodeName(content.authorName),
    encodeTexts(content.texts),
    ...(content.offer ? [encodeBlockOffer(content.offer)] : []),
  ]);
  const bytes = concatBytes([signedBytes, identity.sign(signedBytes)]);
  const decoded = decodeBlock(bytes, limits);
  if (!decoded.ok) throw new RangeError(`no block: ${decoded.reason}`);
  if (decoded.block.texts.length !== content.texts.length) throw new RangeError('no block: 1 to 256 texts');
  if (content.offer && !decoded.block.offer) throw new RangeError('no block: the offer is beyond its limits');
  return decoded;
}

/** Encodes and signs a block of ours, ready to be persisted. @throws RangeError as `encodeBlock` */
export function signBlock(
  content: BlockContent,
  { identity, hash }: { readonly identity: Identity; readonly hash: Hash },
  limits: BlockLimits = frameBlockLimits,
): SignedBlock {
  const { block, bytes } = encodeChecked(content, identity, limits);
  return toSignedBlock(block, bytes, identity.peerId, hash);
}

/** The `previous` of the next block. */
export function previousOf(block: Pick<SignedBlock, 'hash'> | undefined): Uint8Array {
  return block ? block.hash.slice(0, previousBytes) : new Uint8Array(previousBytes);
}

/**
 * Tells how many of the texts, from the first on, fit into one block.
 *
 * @param envelope the other content of variable length
 * @returns 0 if even the first text is too long for such a block
 */
export function countFittingTexts(
  texts: readonly string[],
  envelope: { readonly authorName: string; readonly references: number; readonly offer?: Offer | undefined },
  limits: BlockLimits,
): number {
  const [length, name] = encodeName(envelope.authorName);
  let sizeBytes = blockOffsets.references + 1 + envelope.references * referenceBytes + signatureBytes;
  sizeBytes += length.length + name.length + (envelope.offer ? encodeBlockOffer(envelope.offer).length : 0);
  // Mostly all fit even if each character takes three bytes, and then nothing is encoded.
  const mostBytes = sizeBytes + texts.reduce((sum, text) => sum + 2 + 3 * text.length, 0);
  const areShort = mostBytes <= limits.maxBytes && texts.every((text) => 3 * text.length <= maxMessageBytes);
  if (areShort && texts.length <= limits.maxMessages) return texts.length;
  let count = 0;
  for (const text of texts.slice(0, limits.maxMessages)) {
    const textBytes = encoder.encode(text).length;
    sizeBytes += 2 + textBytes;
    if (textBytes > maxMessageBytes || sizeBytes > limits.maxBytes) break;
    count += 1;
  }
  return count;
}

function encodeReference({ tag, number }: Reference): Uint8Array {
  return concatBytes([fromHex(tag), uint32(number)]);
}

function encodeName(name: string): readonly [Uint8Array, Uint8Array] {
  const bytes = encoder.encode(cleanText(name, maxNameBytes));
  return [Uint8Array.of(bytes.length), bytes];
}

/** Into one memory, since a block of a bulk transfer has 256 texts. */
function encodeTexts(texts: readonly string[]): Uint8Array {
  // A character takes up to three bytes.
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + 2 + 3 * text.length, 0));
  let offset = 0;
  for (const text of texts) {
    const { written } = encoder.encodeInto(text, bytes.subarray(offset + 2));
    // A longer one would lose the upper bits of its length, and decode to something else.
    if (written > maxMessageBytes) throw new RangeError(`a text is longer than ${maxMessageBytes} bytes`);
    bytes[offset] = written >> 8;
    bytes[offset + 1] = written;
    offset += 2 + written;
  }
  return bytes.subarray(0, offset);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
