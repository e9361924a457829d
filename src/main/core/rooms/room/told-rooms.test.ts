import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { ToldRoom } from '../../presence/index.ts';
import { encodeDigest, noRoom } from '../log/digest.ts';
import type { JoinedRoom } from './joined-room.ts';
import { createRoomTelling, type RoomTelling } from './told-rooms.ts';

const digest = { weight: 3, hash: 4 };

function join(rooms: Map<string, Pick<JoinedRoom, 'name' | 'keeper'>>, name: string): void {
  rooms.set(name, { name, keeper: { digest: () => digest } as JoinedRoom['keeper'] });
}

function namesIn(telling: RoomTelling): readonly string[] {
  return telling.next().rooms.map(({ name, digest: told }) => (told.every((byte) => byte === 0) ? `left ${name}` : name));
}

describe('what beacons say of rooms', () => {
  const clock = createFakeClock();
  const rooms = new Map<string, Pick<JoinedRoom, 'name' | 'keeper'>>();
  const tops = { next: () => [], turn: (told: readonly ToldRoom[]) => told };
  const telling = createRoomTelling({ clock, rooms, tops, builtMs: 0 });

  it('[ROOM-120] is zero while we are not in #everyone, and its digest then', () => {
    const before = telling.next();
    join(rooms, 'everyone');
    join(rooms, 'tea');
    const after = telling.next();
    expect([before.roomDigest, after.roomDigest]).toEqual([encodeDigest(noRoom), encodeDigest(digest)]);
    expect(after.rooms).toEqual([{ name: 'tea', digest: encodeDigest(digest) }]);
    expect(after.clockSeconds).toBe(Math.floor(clock.wallMs() / 1_000));
  });

  it('[ROOM-121] names a room that we left for 30 s, unless we join it again', async () => {
    join(rooms, 'zoo');
    for (const name of ['tea', 'zoo', 'everyone']) {
      rooms.delete(name);
      telling.left(name);
    }
    const left = namesIn(telling);
    join(rooms, 'tea');
    const again = namesIn(telling);
    await clock.advance(30_000);
    const still = namesIn(telling);
    await clock.advance(1);
    expect({ left, again, still, later: namesIn(telling) }).toEqual({
      left: ['left tea', 'left zoo'],
      again: ['left zoo', 'tea'],
      still: ['left zoo', 'tea'],
      later: ['tea'],
    });
  });

  it('[ROOM-37] says no time while our clock is before the program was built', () => {
    const builtMs = clock.wallMs() + 60_000;
    const later = createRoomTelling({ clock, rooms, tops, builtMs });
    const before = later.next().clockSeconds;
    clock.jumpWall(60_000);
    expect([before, later.next().clockSeconds]).toEqual([0, Math.floor(builtMs / 1_000)]);
  });
});
