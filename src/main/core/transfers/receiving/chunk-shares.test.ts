/** The shares of chunks in flight: how they are divided between peers. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createChunkShares } from './chunk-shares.ts';

const noLimit = { delayMs: () => 0, spend: () => undefined, wait: () => Promise.resolve() };

test('[XFER-43] a peer that sends nothing never holds all shares, and does not hold up those that wait', () => {
  const shares = createChunkShares(createFakeClock(), noLimit, { max: 4, maxPerPeer: 2 });
  const [rogue, ana] = [shares.of('rogue'), shares.of('ana')];
  const calls: string[] = [];
  const rogues = [1, 2, 3].map(() => rogue.take(1, () => void calls.push('rogue')));
  const anas = [1, 2, 3].map(() => ana.take(1, () => void calls.push('ana')));
  ana.release();
  expect({ rogues, anas, calls }).toEqual({ rogues: [true, true, false], anas: [true, true, false], calls: ['ana'] });
  rogue.release();
  expect(calls).toEqual(['ana', 'rogue', 'ana']);
});
