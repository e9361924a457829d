import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { createHashes } from '../../../node/crypto/hash.ts';
import {
  compareWeights,
  createDigestKeeper,
  decodeDigest,
  digestDifference,
  encodeDigest,
  noRoom,
  type DigestedLog,
  type RoomDigest,
} from './digest.ts';
import type { Hole } from './log-state.ts';

const hash = createHashes();

function log(name: number, top: number, holes: readonly Hole[] = []): DigestedLog {
  const topHash = top === 0 ? undefined : hash.sha256(Uint8Array.of(name, top));
  return { tag: `tag ${name}`, publicKey: new Uint8Array(33).fill(name), epoch: 1_000 + name, top, topHash, holes };
}

function digestOf(logs: readonly DigestedLog[]): RoomDigest {
  const keeper = createDigestKeeper(hash);
  for (const one of logs) keeper.set(one);
  return keeper.current();
}

/** From the definition, with integers of any size. */
function definedDigest(logs: readonly DigestedLog[]): RoomDigest {
  let weight = 1n;
  let sum = 1n;
  for (const { publicKey, epoch, top, topHash, holes } of logs) {
    if (!topHash) continue;
    weight += BigInt(top);
    const head = [Buffer.from(publicKey), bytesOf(epoch, 6)];
    sum += first32(['top', ...head, bytesOf(top, 4), Buffer.from(topHash)]);
    for (const { from, to } of holes) {
      weight -= BigInt(to - from + 1);
      sum += first32(['gap', ...head, bytesOf(from, 4), bytesOf(to, 4)]);
    }
  }
  return { weight: Number(weight % 2n ** 32n), hash: Number(sum % 2n ** 32n) };
}

function first32(parts: readonly (string | Buffer)[]): bigint {
  const digest = hash.sha256(Buffer.concat(parts.map((part) => Buffer.from(part as string))));
  return BigInt(Buffer.from(digest).readUInt32BE(0));
}

function bytesOf(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

const change = fc.record({
  name: fc.nat({ max: 4 }),
  top: fc.nat({ max: 2 ** 24 }),
  holes: fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 5 }),
  isDeleted: fc.boolean(),
});

describe('the digest of a room', () => {
  it('[ROOM-23] after any changes is the one defined by the logs as they are', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const keeper = createDigestKeeper(hash);
        const logs = new Map<string, DigestedLog>();
        for (const { name, top, holes, isDeleted } of changes) {
          const one = log(
            name,
            top + 2_000,
            holes.map((at) => ({ from: at * 4, to: at * 4 + 2 })),
          );
          if (isDeleted) {
            keeper.delete(one.tag);
            logs.delete(one.tag);
          } else {
            keeper.set(one);
            logs.set(one.tag, one);
          }
          expect(keeper.current()).toEqual(definedDigest([...logs.values()]));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('[ROOM-23] is the same for any order of changes', () => {
    const logs = [log(1, 5), log(2, 9, [{ from: 3, to: 4 }]), log(3, 7)];
    expect(digestOf(logs.toReversed())).toEqual(digestOf(logs));
  });

  it('[ROOM-23] costs one hash a change, and one for each new hole', () => {
    let count = 0;
    const counting = {
      ...hash,
      sha256(bytes: Uint8Array) {
        count += 1;
        return hash.sha256(bytes);
      },
    };
    const keeper = createDigestKeeper(counting);
    const holes = Array.from({ length: 200 }, (_, index) => ({ from: 3 * index + 1, to: 3 * index + 1 }));
    keeper.set(log(1, 700, holes));
    const before = count;
    keeper.set(log(1, 701, holes));
    keeper.set(log(1, 702, [...holes, { from: 650, to: 660 }]));
    expect({ before, after: count - before }).toEqual({ before: 201, after: 3 });
  });

  it('[ROOM-23] differs by what is held, and shows other bytes at the top', () => {
    const other = { ...log(1, 5), topHash: new Uint8Array(32) };
    const digests = [
      digestOf([log(1, 5)]),
      digestOf([log(1, 6)]),
      digestOf([log(1, 5, [{ from: 2, to: 2 }])]),
      digestOf([other]),
    ];
    expect(digests.map(({ weight }) => weight)).toEqual([6, 7, 5, 6]);
    expect(new Set(digests.map((one) => one.hash)).size).toBe(4);
  });

  it('[ROOM-24] of a member without messages is not that of no room', () => {
    expect([digestOf([]), digestOf([log(1, 0)]), noRoom]).toEqual([
      { weight: 1, hash: 1 },
      { weight: 1, hash: 1 },
      { weight: 0, hash: 0 },
    ]);
  });

  it('[ROOM-25] is compared by weight, around the end of the numbers', () => {
    const of = (weight: number): RoomDigest => ({ weight, hash: 0 });
    expect([
      Math.sign(compareWeights(of(5), of(4))),
      Math.sign(compareWeights(of(4), of(5))),
      Math.sign(compareWeights(of(3), of(2 ** 32 - 2))),
      Math.sign(compareWeights(of(2 ** 32 - 2), of(3))),
      compareWeights(of(7), of(7)),
    ]).toEqual([1, -1, 1, -1, 0]);
  });

  it('[ROOM-26] keeps its difference to another while both take in the same', () => {
    const ours = [log(1, 5)];
    const theirs = [log(1, 5), log(2, 3)];
    const before = digestDifference(digestOf(theirs), digestOf(ours));
    const grown = [log(1, 90), log(4, 12, [{ from: 2, to: 3 }])];
    const after = digestDifference(digestOf([...theirs.slice(1), ...grown]), digestOf(grown));
    expect(after).toEqual(before);
    expect(before.weight).toBe(3);
  });

  it('[ROOM-23] takes eight bytes', () => {
    const digest = { weight: 2 ** 32 - 1, hash: 0x0102_0304 };
    expect(encodeDigest(digest)).toEqual(Uint8Array.of(255, 255, 255, 255, 1, 2, 3, 4));
    expect(decodeDigest(encodeDigest(digest))).toEqual(digest);
  });
});
