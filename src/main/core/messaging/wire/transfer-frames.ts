/**
 * The fields of offers and of the frames of transfers (rules XFER-1, XFER-2; the table in
 * docs/spec/files-wire.md): their limits, encoding and decoding. frame-types.ts gives them their
 * codes, and core/transfers acts on them.
 */
import {
  maxFiles,
  maxNamedFiles,
  maxOfferBytes,
  transferCodeSchema,
  type TransferCode,
} from '../../../../shared/contract/transfers.ts';
import type { MessageId } from '../../../../shared/lib/ids.ts';
import { chunkCountOf, hashBytes } from '../../lib/chunks.ts';
import type { Offer } from '../ports.ts';
import { isCount, isMessageId } from './field-checks.ts';
import { decodePreviews, encodePreviews } from './preview-fields.ts';

/** A part of a chunk in one frame. */
export const pieceBytes = 131_072;
/** States in one frame. */
export const maxStatesPerFrame = 256;
/** Chunks of one transfer that may be asked for and not here yet. */
export const maxChunksWanted = 4;
/** A name in an offer, in UTF-16 code units; longer ones are cut by the sender. */
export const maxOfferedName = 255;
/** A description holds at most this: the manifest and the hashes of a full offer. */
export const maxDescriptionBytes = 67_108_864;
/** An offer may last this long. */
export const maxOfferLifeMs = 30 * 86_400_000;
/** A whole path of an offered file, in UTF-8: systems open longer ones rarely, and deletions fail. */
export const maxPathBytes = 2_000;
/** The bytes of a description that each file takes, at least and at most. */
const leastFileBytes = 15;
const mostFileBytes = maxPathBytes + 14;
/** Those that come before its hashes. */
const descriptionHeadBytes = 9;

export const toldStates = ['accepted', 'paused', 'declined', 'cancelled', 'done', 'failed'] as const;
export type ToldState = (typeof toldStates)[number];

export interface TransferStateContent {
  readonly states: readonly {
    readonly transferId: MessageId;
    readonly state: ToldState;
    readonly code?: TransferCode;
  }[];
}

/** The description of an offer, or the content of its files. Both are cut into chunks. */
export type TransferPart = 'description' | 'content';
const parts: readonly TransferPart[] = ['description', 'content'];

export interface PullContent {
  readonly transferId: MessageId;
  readonly part: TransferPart;
  /** Bytes of the content that the receiver has, so that the sender can show progress. */
  readonly haveBytes: number;
  readonly chunks: readonly number[];
}

export interface PieceContent {
  readonly transferId: MessageId;
  readonly part: TransferPart;
  readonly chunk: number;
  /** Where it begins in the chunk. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface NoPieceContent {
  readonly transferId: MessageId;
  readonly code: TransferCode;
}

export function encodeOffer(offer: Offer): readonly unknown[] {
  const { contentId, fileCount, totalBytes, descriptionBytes, lifeMs, files } = offer;
  if (files.length > maxNamedFiles) throw new RangeError(`${files.length} names are more than an offer has`);
  const names = files.map(({ name, sizeBytes }) => [name.toWellFormed().slice(0, maxOfferedName), sizeBytes]);
  const fields = [contentId, fileCount, totalBytes, descriptionBytes, lifeMs, names];
  return offer.previews?.length ? [...fields, encodePreviews(offer.previews)] : fields;
}

/** Total. */
export function decodeOffer(fields: unknown): Offer | 'malformed' {
  if (!Array.isArray(fields)) return 'malformed';
  const [contentId, fileCount, totalBytes, descriptionBytes, lifeMs, names, small] = fields as readonly unknown[];
  if (!(contentId instanceof Uint8Array) || contentId.length !== hashBytes) return 'malformed';
  if (!isUpTo(fileCount, maxFiles) || fileCount === 0 || !isUpTo(totalBytes, maxOfferBytes)) return 'malformed';
  if (!isUpTo(descriptionBytes, maxDescriptionBytes) || !isUpTo(lifeMs, maxOfferLifeMs)) return 'malformed';
  const hashesBytes = chunkCountOf(totalBytes) * hashBytes;
  if (descriptionBytes < fileCount * leastFileBytes + hashesBytes) return 'malformed';
  if (descriptionBytes > descriptionHeadBytes + fileCount * mostFileBytes + hashesBytes) return 'malformed';
  const files = decodeNames(names, fileCount);
  if (!files) return 'malformed';
  const previews = small === undefined ? [] : decodePreviews(small, files.length);
  // A copy: the original would keep the whole received frame in memory.
  const offer = { contentId: contentId.slice(), fileCount, totalBytes, descriptionBytes, lifeMs, files };
  return previews.length > 0 ? { ...offer, previews } : offer;
}

export function encodeTransferState({ states }: TransferStateContent): readonly unknown[] {
  if (states.length > maxStatesPerFrame) throw new RangeError(`${states.length} states are more than a frame has`);
  return [states.map(({ transferId, state, code }) => [transferId, state, code ?? null])];
}

export function decodeTransferState([entries]: readonly unknown[]): TransferStateContent | 'malformed' {
  if (!Array.isArray(entries) || entries.length > maxStatesPerFrame) return 'malformed';
  const states = entries.map(decodeState);
  return states.every((state) => state !== undefined) ? { states } : 'malformed';
}

export function encodePull({ transferId, part, haveBytes, chunks }: PullContent): readonly unknown[] {
  return [transferId, parts.indexOf(part), haveBytes, chunks];
}

export function decodePull([transferId, part, haveBytes, chunks]: readonly unknown[]): PullContent | 'malformed' {
  const named = partOf(part);
  if (!isMessageId(transferId) || !named || !isUpTo(haveBytes, maxOfferBytes) || !Array.isArray(chunks)) return 'malformed';
  if (chunks.length === 0 || chunks.length > maxChunksWanted || !chunks.every(isCount)) return 'malformed';
  return { transferId, part: named, haveBytes, chunks };
}

export function encodePiece({ transferId, part, chunk, offset, bytes }: PieceContent): readonly unknown[] {
  return [transferId, parts.indexOf(part), chunk, offset, bytes];
}

export function decodePiece([transferId, part, chunk, offset, bytes]: readonly unknown[]): PieceContent | 'malformed' {
  const named = partOf(part);
  if (!isMessageId(transferId) || !named || !isCount(chunk) || !isCount(offset)) return 'malformed';
  if (!(bytes instanceof Uint8Array) || bytes.length === 0 || bytes.length > pieceBytes) return 'malformed';
  return { transferId, part: named, chunk, offset, bytes };
}

export function encodeNoPiece({ transferId, code }: NoPieceContent): readonly unknown[] {
  return [transferId, code];
}

export function decodeNoPiece([transferId, code]: readonly unknown[]): NoPieceContent | 'malformed' {
  if (!isMessageId(transferId) || typeof code !== 'string') return 'malformed';
  return { transferId, code: codeOf(code) };
}

function decodeNames(names: unknown, fileCount: number): Offer['files'] | undefined {
  if (!Array.isArray(names) || names.length !== Math.min(maxNamedFiles, fileCount)) return undefined;
  const files = names.map((entry: unknown) => {
    if (!Array.isArray(entry)) return undefined;
    const [name, sizeBytes] = entry as readonly unknown[];
    if (typeof name !== 'string' || name.length > maxOfferedName || !isUpTo(sizeBytes, maxOfferBytes)) return undefined;
    return { name: name.toWellFormed(), sizeBytes };
  });
  return files.every((file) => file !== undefined) ? files : undefined;
}

function decodeState(entry: unknown): TransferStateContent['states'][number] | undefined {
  if (!Array.isArray(entry)) return undefined;
  const [transferId, given, code] = entry as readonly unknown[];
  const state = toldStates.find((known) => known === given);
  if (!isMessageId(transferId) || state === undefined) return undefined;
  if (code === null || code === undefined) return { transferId, state };
  return typeof code === 'string' ? { transferId, state, code: codeOf(code) } : undefined;
}

/** A code of a later version is one that this version cannot explain. */
function codeOf(code: string): TransferCode {
  const known = transferCodeSchema.safeParse(code);
  return known.success ? known.data : 'other-refused';
}

function partOf(value: unknown): TransferPart | undefined {
  return typeof value === 'number' ? parts[value] : undefined;
}

function isUpTo(value: unknown, most: number): value is number {
  return isCount(value) && value <= most;
}
