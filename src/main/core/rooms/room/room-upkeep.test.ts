import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { RoomStore } from '../ports.ts';
import type { JoinedRoom } from './joined-room.ts';
import { createRoomUpkeep } from './room-upkeep.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

it('[ROOM-131] every hour it trims in slices, notes the logs of those here, and forgets old ones', async () => {
  const clock = createFakeClock();
  const calls: unknown[] = [];
  const slices = [{ deleted: 3, next: 'p1' }, { deleted: 2 }, { deleted: 0 }];
  const store = {
    trim: (_room: string, keptBeforeMs: number) => {
      calls.push(['trim', clock.wallMs() - keptBeforeMs]);
      return slices.shift();
    },
    noteNamed: (_room: string, tags: readonly string[]) => void calls.push(['named', ...tags]),
    forgetLogs: (namedBeforeMs: number) => {
      calls.push(['forget', clock.wallMs() - namedBeforeMs]);
      return 0;
    },
  } as unknown as RoomStore;
  const logs = [
    { tag: 'aa', authorId: 'ana' },
    { tag: 'bb', authorId: 'ben' },
  ];
  const keeper = { id: 'room', logs: { entries: () => logs }, reload: () => void calls.push('reload') };
  const rooms = new Map([['room', { keeper } as unknown as JoinedRoom]]);
  const persist = async <Result>(act: () => Result): Promise<Result> => act();
  const upkeep = createRoomUpkeep({ clock, rooms, store, persist, isHere: (peerId) => peerId === 'ana' });
  upkeep.start();
  await clock.advance(hourMs - 1);
  expect(calls).toEqual([]);
  await clock.advance(1_000);
  expect(calls).toEqual([['named', 'aa'], ['trim', dayMs], ['trim', dayMs], 'reload', ['forget', 90 * dayMs]]);
  calls.length = 0;
  await clock.advance(hourMs);
  expect(calls).toEqual([
    ['named', 'aa'],
    ['trim', dayMs],
    ['forget', 90 * dayMs],
  ]);
  upkeep.close();
  await clock.advance(dayMs);
  expect([calls.length, clock.pendingTimers()]).toEqual([3, 0]);
});
