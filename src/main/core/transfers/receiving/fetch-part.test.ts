/** The pieces of one connection: which are taken, and what they become. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { PieceContent } from '../../messaging/wire/transfer-frames.ts';
import { fetchPart, type Handled } from './fetch-part.ts';

const chunkDeadlineMs = 300_000;
/** Of the whole chunk that each test asks for. */
const content = Uint8Array.of(1, 2, 3, 4, 5, 6);

function start(given: { readonly chunkCount?: number; readonly handled?: readonly Handled[] } = {}) {
  const clock = createFakeClock();
  const handled = [...(given.handled ?? [])];
  const asked: number[][] = [];
  const complete: { readonly chunk: number; readonly bytes: readonly number[]; readonly hashed: readonly number[] }[] = [];
  let shares = 0;
  const fetch = fetchPart({
    ...{ clock, chunkDeadlineMs, part: 'content', maxChunks: 2, chunkCount: given.chunkCount ?? 1 },
    sizeOf: () => content.length,
    isHere: () => false,
    shares: { take: () => (shares += 1) > 0, release: () => void (shares -= 1), forget: () => undefined },
    ask: (chunks) => void asked.push([...chunks]),
    startHash() {
      const bytes: number[] = [];
      return { update: (more) => void bytes.push(...more), digest: () => Uint8Array.from(bytes) };
    },
    onChunk(chunk, bytes, hash) {
      complete.push({ chunk, bytes: [...bytes], hashed: [...hash.digest()] });
      return Promise.resolve(handled.shift() ?? 'kept');
    },
  });
  const piece = (offset: number, bytes: Uint8Array, change: Partial<PieceContent> = {}): boolean =>
    fetch.piece({ transferId: 't', part: 'content', chunk: 0, offset, bytes, ...change });
  return { clock, fetch, piece, asked, complete, shares: () => shares };
}

test('[XFER-7] the pieces of a chunk are joined and hashed as they come', async () => {
  const { fetch, piece, complete } = start();
  expect([piece(0, content.subarray(0, 4)), piece(4, content.subarray(4))]).toEqual([true, true]);
  expect(await fetch.end).toEqual({ type: 'whole' });
  expect(complete).toEqual([{ chunk: 0, bytes: [...content], hashed: [...content] }]);
});

test('[XFER-7] a piece that leaves a gap, comes twice, is too long or belongs elsewhere is refused', async () => {
  const { fetch, piece, complete } = start();
  // Their hash would be right, and their bytes in the wrong place.
  expect([piece(2, content.subarray(0, 2)), piece(0, content.subarray(0, 2))]).toEqual([false, true]);
  expect([piece(0, content.subarray(2, 4)), piece(4, content.subarray(2, 4))]).toEqual([false, false]);
  expect(piece(2, Uint8Array.of(3, 4, 5, 6, 7))).toBe(false);
  const rest = content.subarray(2);
  expect([piece(2, rest, { chunk: 1 }), piece(2, rest, { part: 'description' })]).toEqual([false, false]);
  expect([piece(2, rest), piece(6, content), complete.length]).toEqual([true, false, 1]);
  expect(await fetch.end).toEqual({ type: 'whole' });
  expect(complete[0]?.bytes).toEqual([...content]);
});

test('[XFER-7] a damaged chunk is asked for again, and the part is whole once it came', async () => {
  const { clock, fetch, piece, asked, complete } = start({ chunkCount: 2, handled: ['again'] });
  for (const chunk of [0, 1]) piece(0, content, { chunk });
  await clock.advance(0);
  expect(asked).toEqual([[0, 1], [0]]);
  piece(0, content);
  expect(await fetch.end).toEqual({ type: 'whole' });
  expect(complete.map(({ chunk }) => chunk)).toEqual([0, 1, 0]);
});

test('[XFER-43] without a whole chunk for five minutes it waits, and its shares are free', async () => {
  const { clock, fetch, piece, asked, shares } = start({ chunkCount: 3 });
  piece(0, content);
  await clock.advance(chunkDeadlineMs - 1_000);
  expect([asked, shares()]).toEqual([[[0, 1], [2]], 2]);
  piece(0, content, { chunk: 1 });
  await clock.advance(chunkDeadlineMs - 1);
  piece(0, content.subarray(0, 5), { chunk: 2 });
  const before = shares();
  await clock.advance(1);
  expect([before, await fetch.end, shares()]).toEqual([1, { type: 'waiting', code: 'other-refused' }, 0]);
  expect(piece(5, content.subarray(5), { chunk: 2 })).toBe(false);
});

test('[XFER-14] a part that is stopped gives back its shares, and takes no piece', async () => {
  const { clock, fetch, piece, shares } = start({ chunkCount: 3 });
  const before = shares();
  fetch.stop({ type: 'stopped' });
  expect([before, shares(), piece(0, content), await fetch.end]).toEqual([2, 0, false, { type: 'stopped' }]);
  expect(clock.pendingTimers()).toBe(0);
});
