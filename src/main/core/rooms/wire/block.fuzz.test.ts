/** Mutated blocks and loss datagrams: nothing is thrown, and what decodes is within the limits. */
import { expect, it } from 'vitest';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { createSimSignatures } from '../../../../../test/fakes/sim-identity.ts';
import { decodeBlock, maxMessageNumber } from './block.ts';
import { encodeBlock } from './encode-block.ts';
import { askCodec, headsCodec, maxAskRanges, maxHeads } from '../../presence/wire/loss-datagrams.ts';

const mutations = process.env['HALLWAY_LONG'] === '1' ? 1_000_000 : 20_000;
const random = createSeededRandom('mutated blocks');
const below = (limit: number): number => Math.floor(random.fraction() * limit);

function sampleBlock(): Uint8Array {
  const first = 1 + below(3);
  return encodeBlock(
    {
      epoch: below(2 ** 40),
      first,
      room: '0123456789abcdef',
      clock: { ms: 2 ** 40 + below(2 ** 30), count: below(2) },
      previous: new Uint8Array(16).fill(first === 1 ? 0 : 1),
      type: 'text',
      references: Array.from({ length: below(5) }, () => ({ tag: '01234567', number: 1 + below(9) })),
      authorName: 'Zoë',
      texts: Array.from({ length: 1 + below(6) }, () => 'ä☕x'.repeat(below(5))),
    },
    createSimSignatures().identity('Ana'),
  );
}

/** Flips, inserts, removes and repeats bytes, mostly behind the key. */
function mutate(sample: Uint8Array): Uint8Array {
  const bytes = [...sample];
  for (let times = 1 + below(3); times > 0; times -= 1) {
    const at = below(8) === 0 ? below(bytes.length) : Math.min(39, bytes.length) + below(Math.max(1, bytes.length - 39));
    const way = below(4);
    if (way === 0) bytes[at] = below(256);
    else if (way === 1) bytes.splice(at, 0, below(256));
    else if (way === 2) bytes.splice(at, 1 + below(8));
    else bytes.splice(at, 0, ...bytes.slice(at, at + below(32)));
  }
  return Uint8Array.from(bytes, (byte) => byte ?? 0);
}

it(`[ROOM-1] ${mutations} mutated blocks decode to a block within the limits, or to a reason`, () => {
  const samples = Array.from({ length: 100 }, sampleBlock);
  const outcomes = new Map<string, number>();
  let faults = 0;
  for (let count = 0; count < mutations; count += 1) {
    const result = decodeBlock(mutate(samples[below(samples.length)] as Uint8Array));
    const outcome = result.ok ? result.block.type : result.reason;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (!result.ok) continue;
    const { first, texts, epoch, clock, references } = result.block;
    const isSound = first >= 1 && texts.length >= 1 && first + texts.length - 1 <= maxMessageNumber && epoch <= clock.ms;
    if (!isSound || references.length > 4 || !texts.every((text) => text.isWellFormed())) faults += 1;
  }
  expect(faults).toBe(0);
  // Mutations that never come near valid blocks would prove nothing.
  expect([...outcomes.keys()].sort()).toEqual(
    expect.arrayContaining(['epoch', 'number', 'previous', 'references', 'text', 'truncated', 'unknown']),
  );
});

it(`[ROOM-8] ${mutations} random bodies of asks and heads decode within the limits, or to a reason`, () => {
  const outcomes = new Map<string, number>();
  for (let count = 0; count < mutations; count += 1) {
    const body = random.bytes(below(200));
    const at = below(2) === 0 ? 16 : 0;
    if (body.length > at) body[at] = below(20);
    const ask = askCodec.decode(body);
    const heads = headsCodec.decode(body);
    const isSound =
      (ask === 'truncated' || ask.ranges.length <= maxAskRanges) && (heads === 'truncated' || heads.heads.length <= maxHeads);
    const outcome = `${ask === 'truncated' ? 'no ask' : 'ask'}, ${heads === 'truncated' ? 'no heads' : 'heads'}, ${isSound}`;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect([...outcomes.keys()].sort()).toEqual([
    'ask, heads, true',
    'ask, no heads, true',
    'no ask, heads, true',
    'no ask, no heads, true',
  ]);
});
