/**
 * Heads in pages of one frame, and back (rules ROOM-94, ROOM-95). Pure, but for the state of a
 * collector. `pulls.ts` exchanges them.
 */
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import { maxHeadsPerFrame, maxHolesPerFrame, maxHolesPerHead, type WireHead } from '../../messaging/wire/room-frames.ts';
import type { Hash } from '../../ports.ts';
import { logTableLimits } from '../log/log-table.ts';
import type { RoomId } from '../wire/block.ts';
import { logTagOf } from '../wire/log-tag.ts';
import type { OwnHead, PeerHead } from './needs.ts';

type HeadsFrame = Extract<RoomFrame, { type: 'heads' }>;

/** Of a peer; it may hold other logs than we do, but not more. */
const maxHeads = logTableLimits.logs;

/** @returns at least one frame */
export function headPages(
  about: Pick<HeadsFrame, 'room' | 'isAnswer' | 'digest'>,
  heads: readonly OwnHead[],
): readonly HeadsFrame[] {
  const pages: WireHead[][] = [[]];
  let holes = 0;
  for (const head of heads) {
    const said = wireHead(head);
    holes += said.holes.length;
    if (pages.at(-1)?.length === maxHeadsPerFrame || holes > maxHolesPerFrame) {
      pages.push([]);
      holes = said.holes.length;
    }
    pages.at(-1)?.push(said);
  }
  return pages.map((page, index) => ({ type: 'heads', ...about, isLast: index === pages.length - 1, heads: page }));
}

function wireHead({ publicKey, epoch, floor, top, hash8, holes }: OwnHead): WireHead {
  return { publicKey, epoch, floor, top, hash8, holes: holes.slice(0, maxHolesPerHead) };
}

export interface HeadCollector {
  /** @returns all heads after the last page; undefined before */
  add(frame: HeadsFrame): readonly WireHead[] | undefined;
}

/** Collects the pages of one peer for one room. What exceeds the limit of logs is left out. */
export function createHeadCollector(): HeadCollector {
  let heads: readonly WireHead[] = [];
  return {
    add(frame) {
      heads = [...heads, ...frame.heads.slice(0, maxHeads - heads.length)];
      return frame.isLast ? heads : undefined;
    },
  };
}

/** Costs one hash per head. */
export function withTags(room: RoomId, heads: readonly WireHead[], hash: Hash): readonly PeerHead[] {
  return heads.map((head) => ({ ...head, tag: logTagOf({ ...head, room }, hash) }));
}
