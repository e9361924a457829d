/**
 * Passes blocks on over sessions (rules ROOM-140 to ROOM-145): what the author, a relay or a feeder
 * gives to others. `halving.ts` divides the lists, `children.ts` has the sessions, and
 * `relay-intake.ts` takes what others pass on to us.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { maxRelayHops, maxRelayTags } from '../../messaging/wire/relay-frames.ts';
import type { RoomId } from '../wire/block.ts';
import type { Children, Parcel } from './children.ts';
import { sharesOf } from './halving.ts';

/** A block as it is passed on: its signature is right, and it is kept here. */
export interface Passed {
  readonly bytes: Uint8Array;
  /** 16 hex digits. */
  readonly hash8: string;
}

export interface Tree {
  /**
   * Gives the blocks to all of the list.
   *
   * @param hops of the frames that leave, 1 from the author
   * @param news called if a peer may not have got them, because its session ended; then they are not
   * sent again. Absent: nobody needs to know
   */
  serve(room: RoomId, blocks: readonly Passed[], list: readonly PeerId[], hops: number, news?: News): void;
}

/** Calls about blocks that were given to a peer. */
export type News = Required<Pick<Parcel, 'onLost' | 'onTaken'>>;

interface Deps {
  readonly children: Pick<Children, 'give'>;
  /** The tag of a listed peer: 16 hex digits. */
  readonly tagOf: (peerId: PeerId) => string | undefined;
}

export function createTree({ children, tagOf }: Deps): Tree {
  return { serve };

  function serve(room: RoomId, blocks: readonly Passed[], list: readonly PeerId[], hops: number, news?: News): void {
    if (hops > maxRelayHops || blocks.length === 0) return;
    const hashes = blocks.map(({ hash8 }) => hash8);
    const sizeBytes = blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
    for (const { to, rest } of sharesOf(list.slice(0, maxRelayTags))) {
      const tags = rest.flatMap((peerId) => tagOf(peerId) ?? []);
      const frame = { type: 'relay', room, hops, tags, blocks: blocks.map(({ bytes }) => bytes) } as const;
      // A peer that does not take it pulls later, by its digest. Its half must not wait for that.
      children.give(to, { frame, hashes, sizeBytes, ...news }, () => serve(room, blocks, rest, hops));
    }
  }
}
