/**
 * Keeps rooms within their limits (rules ROOM-131, ROOM-206): messages that are older than the user
 * wants go, then those that take too much space, and logs that nobody names any more are forgotten.
 * In slices, at quiet times.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { isClockBelievable, readClock, type ClockReading } from '../../lib/believable-clock.ts';
import type { StoreWriter } from '../../messaging/delivery/store-writer.ts';
import { deleteInSlices } from '../../messaging/store-slices.ts';
import type { Clock } from '../../ports.ts';
import type { RoomStore } from '../ports.ts';
import type { RoomId } from '../wire/block.ts';
import type { JoinedRoom } from '../room/joined-room.ts';

export interface RoomUpkeep {
  start(): void;
  /** The user changed how much is kept. */
  changed(): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  readonly store: Pick<RoomStore, 'known' | 'logs' | 'removeOld' | 'trim' | 'noteNamed' | 'forgetLogs' | 'newestBlocks'>;
  readonly persist: StoreWriter['persist'];
  readonly isHere: (peerId: PeerId) => boolean;
  /** The settings of the user; null days means for ever. */
  readonly keepDays: () => number | null;
  readonly keepMegabytes: () => number;
  /** Messages of that room were removed. */
  readonly onRemoved: (room: RoomId) => void;
}

/** After the start other work comes first. */
const firstMs = 300_000;
const everyMs = 3_600_000;
const dayMs = 86_400_000;
/** Of messages that are younger others may still be behind. */
const keptForMs = dayMs;
const namedForMs = 90 * dayMs;
const bytesPerMegabyte = 1_000_000;

export function createRoomUpkeep(deps: Deps): RoomUpkeep {
  const { clock, rooms, store, persist, isHere } = deps;
  let cancel: Unsubscribe | undefined;
  let dayAgo: ClockReading | undefined;
  let latest = readClock(clock);
  let isBusy = false;
  let isClosed = false;

  return {
    start: () => later(firstMs),
    changed: () => void review(),
    close() {
      isClosed = true;
      cancel?.();
    },
  };

  function later(delayMs: number): void {
    cancel = clock.setTimer(() => {
      later(everyMs);
      void review();
    }, delayMs);
  }

  async function review(): Promise<void> {
    if (isBusy || isClosed) return;
    isBusy = true;
    const now = readClock(clock);
    if (now.monotonicMs - latest.monotonicMs >= dayMs) [dayAgo, latest] = [latest, now];
    for (const { keeper } of [...rooms.values()]) {
      const named = [...keeper.logs.entries()].filter(({ authorId }) => isHere(authorId)).map(({ tag }) => tag);
      await persist(() => store.noteNamed(keeper.id, named, now.wallMs));
    }
    const known = (await persist(() => store.known())) ?? [];
    await removeOld(known, now);
    await makeSpace(known, now);
    await persist(() => store.forgetLogs(now.wallMs - namedForMs));
    isBusy = false;
  }

  /** By the time of keeping here. What an author's clock says is a claim. */
  async function removeOld(known: readonly RoomId[], now: ClockReading): Promise<void> {
    const days = deps.keepDays();
    const newest = days === null ? undefined : await persist(() => known.map((room) => lastKeptMs(room, now.wallMs)));
    if (days === null || !newest || !isClockBelievable(now, Math.max(...newest), dayAgo)) return;
    const beforeMs = now.wallMs - days * dayMs;
    for (const room of known) await remove(room, (after) => persist(() => store.removeOld(room, beforeMs, after)));
  }

  /** Of the newest block by its clock, unless that is far ahead. */
  function lastKeptMs(room: RoomId, wallMs: number): number {
    const [newest] = store.newestBlocks(room, { limit: 1, maxBytes: 1, before: { ms: wallMs + dayMs, count: 0 } });
    return newest?.receivedAtMs ?? -Infinity;
  }

  /** The largest room gives first, and nothing that is younger than a day. */
  async function makeSpace(known: readonly RoomId[], now: ClockReading): Promise<void> {
    const sizes = (await persist(() => known.map((room) => ({ room, bytes: sizeOf(room) })))) ?? [];
    let excess = sizes.reduce((sum, { bytes }) => sum + bytes, 0) - deps.keepMegabytes() * bytesPerMegabyte;
    for (const { room, bytes } of [...sizes].sort((a, b) => b.bytes - a.bytes)) {
      const maxBytes = excess > 0 ? Math.max(0, bytes - excess) : Infinity;
      await remove(room, () => persist(() => store.trim(room, now.wallMs - keptForMs, maxBytes)));
      if (excess <= 0) continue;
      excess -= bytes - ((await persist(() => sizeOf(room))) ?? bytes);
    }
  }

  function sizeOf(room: RoomId): number {
    return store.logs(room).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async function remove(room: RoomId, slice: Parameters<typeof deleteInSlices>[1]): Promise<void> {
    if (isClosed || (await deleteInSlices(clock, slice)) === 0) return;
    rooms.get(room)?.keeper.reload();
    deps.onRemoved(room);
  }
}
