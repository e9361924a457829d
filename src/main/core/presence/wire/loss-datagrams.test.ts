import { expect, it } from 'vitest';
import { headerBytes, signatureBytes } from '../../presence/wire/datagram.ts';
import { askCodec, headsCodec, maxAskRanges, maxHeads, type AskRange, type Head } from './loss-datagrams.ts';

const eight = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const range = (from: number): AskRange => ({ tag: Uint8Array.of(9, 8, 7, 6), from, count: from % 256 });
const head = (number: number, bySession: boolean): Head => ({ room: eight, epoch: 2 ** 48 - 1, number, bySession });
const sizeOf = (body: Uint8Array): number => headerBytes + body.length + signatureBytes;

it('[ROOM-8] asks and heads decode to what was encoded', () => {
  const ask = { to: eight, room: eight.slice().reverse(), ranges: [range(1), range(2 ** 24), range(512)] };
  const heads = { heads: [head(1, false), head(2 ** 24, true)] };
  expect([askCodec.decode(askCodec.encode(ask)), headsCodec.decode(headsCodec.encode(heads))]).toEqual([ask, heads]);
  expect([askCodec.code, headsCodec.code]).toEqual([12, 13]);
});

it('[ROOM-8] bytes of later versions behind them are ignored', () => {
  const body = askCodec.encode({ to: eight, room: eight, ranges: [range(3)] });
  const heads = headsCodec.encode({ heads: [head(4, false)] });
  expect(askCodec.decode(Uint8Array.of(...body, 1, 2))).toEqual({ to: eight, room: eight, ranges: [range(3)] });
  expect(headsCodec.decode(Uint8Array.of(...heads, 1, 2))).toEqual({ heads: [head(4, false)] });
});

it('[ROOM-8] the largest fit into a datagram, sealed too', () => {
  const ranges = Array.from({ length: maxAskRanges }, (_, index) => range(index + 1));
  const heads = Array.from({ length: maxHeads }, (_, index) => head(index + 1, false));
  expect({
    oneRange: sizeOf(askCodec.encode({ to: eight, room: eight, ranges: ranges.slice(0, 1) })),
    allRanges: sizeOf(askCodec.encode({ to: eight, room: eight, ranges })),
    allHeads: sizeOf(headsCodec.encode({ heads })),
  }).toEqual({ oneRange: 139, allRanges: 274, allHeads: 1_122 });
});

it('[ROOM-8] too short or with too many items, they are truncated', () => {
  const ask = askCodec.encode({ to: eight, room: eight, ranges: [range(3)] });
  const many = askCodec.encode({ to: eight, room: eight, ranges: Array.from({ length: maxAskRanges + 1 }, () => range(1)) });
  const heads = headsCodec.encode({ heads: Array.from({ length: maxHeads + 1 }, () => head(1, false)) });
  expect([askCodec.decode(ask.subarray(0, -1)), askCodec.decode(eight), askCodec.decode(many)]).toEqual(
    Array.from({ length: 3 }, () => 'truncated'),
  );
  expect([headsCodec.decode(new Uint8Array(0)), headsCodec.decode(Uint8Array.of(1, 2)), headsCodec.decode(heads)]).toEqual(
    Array.from({ length: 3 }, () => 'truncated'),
  );
});
