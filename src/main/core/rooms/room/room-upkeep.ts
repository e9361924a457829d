/**
 * Keeps rooms within their limits (rule ROOM-131): a nearly full room gives up its oldest messages,
 * and logs that nobody names any more are forgotten. In slices, at quiet times.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { StoreWriter } from '../../messaging/delivery/store-writer.ts';
import { deleteInSlices } from '../../messaging/store-slices.ts';
import type { Clock } from '../../ports.ts';
import type { RoomStore } from '../ports.ts';
import type { RoomId } from '../wire/block.ts';
import type { JoinedRoom } from './joined-room.ts';

export interface RoomUpkeep {
  start(): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  readonly store: Pick<RoomStore, 'trim' | 'noteNamed' | 'forgetLogs'>;
  readonly persist: StoreWriter['persist'];
  readonly isHere: (peerId: PeerId) => boolean;
}

const everyMs = 3_600_000;
/** Of messages that are younger others may still be behind. */
const keptForMs = 86_400_000;
const namedForMs = 90 * 86_400_000;

export function createRoomUpkeep({ clock, rooms, store, persist, isHere }: Deps): RoomUpkeep {
  let cancel: Unsubscribe | undefined;

  return {
    start: later,
    close: () => cancel?.(),
  };

  function later(): void {
    cancel = clock.setTimer(() => {
      later();
      void review();
    }, everyMs);
  }

  async function review(): Promise<void> {
    const nowMs = clock.wallMs();
    for (const { keeper } of [...rooms.values()]) {
      const named = [...keeper.logs.entries()].filter(({ authorId }) => isHere(authorId)).map(({ tag }) => tag);
      await persist(() => store.noteNamed(keeper.id, named, nowMs));
      const deleted = await deleteInSlices(clock, () => persist(() => store.trim(keeper.id, nowMs - keptForMs)));
      if (deleted !== 0) keeper.reload();
    }
    await persist(() => store.forgetLogs(nowMs - namedForMs));
  }
}
