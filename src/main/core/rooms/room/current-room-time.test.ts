import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createCurrentRoomTime } from './current-room-time.ts';

it('[ROOM-32] room time is read once a second, and at once when our clock is set', async () => {
  const clock = createFakeClock();
  const startMs = clock.wallMs();
  let reads = 0;
  const roomTimeMs = createCurrentRoomTime(clock, () => {
    reads += 1;
    const wallMs = startMs + clock.monotonicMs();
    return ['10.0.0.1', '10.0.0.2'].map((address) => ({ address, wallMs, isKnown: false }));
  });
  for (let index = 0; index < 500; index += 1) expect(roomTimeMs()).toBe(startMs);
  expect(reads).toBe(1);
  clock.jumpWall(3_600_000);
  expect([roomTimeMs(), reads]).toEqual([startMs, 2]);
  await clock.advance(999);
  expect([roomTimeMs(), reads]).toEqual([startMs + 999, 2]);
});
