/**
 * The digest of a room: 8 bytes that tell who holds more (rules ROOM-23 to ROOM-26). The weight
 * says how much, the hash says what. Both are sums, so that a change of one log costs a few hashes,
 * and the order of changes does not matter. Pulls are decided elsewhere: a digest is only a hint.
 */
import { concatBytes, uint48 } from '../../lib/bytes.ts';
import type { Hash } from '../../ports.ts';
import type { LogTag } from '../wire/block.ts';
import { missingCount, type Hole, type LogState } from './log-state.ts';

export interface RoomDigest {
  /** One more than the number of messages held in all logs, modulo 2^32. */
  readonly weight: number;
  /** Sum of hashes of tops and holes, modulo 2^32. */
  readonly hash: number;
}

/** The facts that a digest depends on. The floor is none, since nodes keep different pasts. */
export interface DigestedLog extends Pick<LogState, 'top' | 'topHash' | 'holes'> {
  readonly tag: LogTag;
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly epoch: number;
}

export interface DigestKeeper {
  /** Of a member, so never that of `noRoom`, but by a chance of 1 in 2^64. */
  current(): RoomDigest;
  /**
   * Adds a log, or replaces what it added before. Costs one hash, and one for each hole that is
   * new.
   */
  set(log: DigestedLog): void;
  delete(tag: LogTag): void;
}

/** In no room: such a peer is no member, and nobody pulls from it. */
export const noRoom: RoomDigest = { weight: 0, hash: 0 };

interface Part {
  readonly weight: number;
  readonly top: number;
  /** Terms by hole. */
  readonly gaps: ReadonlyMap<string, number>;
}

const encoder = new TextEncoder();
const topLabel = encoder.encode('top');
const gapLabel = encoder.encode('gap');

export function createDigestKeeper(hash: Hash): DigestKeeper {
  const parts = new Map<LogTag, Part>();
  let weight = 1;
  let sum = 1;

  return {
    current: () => ({ weight, hash: sum }),
    set(log) {
      const old = parts.get(log.tag);
      const part = partOf(log, old, hash);
      move(old, part);
      parts.set(log.tag, part);
    },
    delete(tag) {
      move(parts.get(tag), undefined);
      parts.delete(tag);
    },
  };

  function move(from: Part | undefined, to: Part | undefined): void {
    weight = (weight - (from?.weight ?? 0) + (to?.weight ?? 0)) >>> 0;
    sum = (sum - sumOf(from) + sumOf(to)) >>> 0;
  }
}

function partOf(log: DigestedLog, old: Part | undefined, hash: Hash): Part {
  const { topHash, holes } = log;
  // A log of which nothing ever counted is as good as unknown.
  if (!topHash) return { weight: 0, top: 0, gaps: new Map() };
  const gaps = holes.map((hole) => [`${hole.from}-${hole.to}`, hole] as const);
  return {
    weight: log.top - missingCount(log),
    top: term([topLabel, log.publicKey, uint48(log.epoch), uint32(log.top), topHash], hash),
    gaps: new Map(gaps.map(([name, hole]) => [name, old?.gaps.get(name) ?? gapTerm(log, hole, hash)])),
  };
}

function gapTerm({ publicKey, epoch }: DigestedLog, { from, to }: Hole, hash: Hash): number {
  return term([gapLabel, publicKey, uint48(epoch), uint32(from), uint32(to)], hash);
}

/** The first 32 bits of the hash. */
function term(parts: readonly Uint8Array[], hash: Hash): number {
  const digest = hash.sha256(concatBytes(parts));
  return new DataView(digest.buffer, digest.byteOffset, digest.byteLength).getUint32(0);
}

function sumOf(part: Part | undefined): number {
  let sum = part?.top ?? 0;
  for (const gap of part?.gaps.values() ?? []) sum += gap;
  return sum % 2 ** 32;
}

/**
 * Compares weights as serial numbers (RFC 1982).
 * @returns positive if `a` is heavier, 0 if they are equal; negative also if they are 2^31 apart
 */
export function compareWeights(a: RoomDigest, b: RoomDigest): number {
  return (a.weight - b.weight) | 0;
}

/**
 * Theirs less ours. It stays the same while both grow by the same messages, so a pull that brought
 * nothing is not repeated for the same difference.
 */
export function digestDifference(theirs: RoomDigest, ours: RoomDigest): RoomDigest {
  return { weight: (theirs.weight - ours.weight) >>> 0, hash: (theirs.hash - ours.hash) >>> 0 };
}

export function encodeDigest({ weight, hash }: RoomDigest): Uint8Array {
  return concatBytes([uint32(weight), uint32(hash)]);
}

/** @param bytes at least 8 */
export function decodeDigest(bytes: Uint8Array): RoomDigest {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { weight: view.getUint32(0), hash: view.getUint32(4) };
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
