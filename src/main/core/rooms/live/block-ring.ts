/** The newest blocks of all logs, by log and number. Pure; `repairs.ts` answers asks from it. */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { RoomId } from '../wire/block.ts';
import type { ShortTag } from './ranges.ts';

export interface RingBlock {
  readonly log: ShortTag;
  readonly first: number;
  readonly last: number;
}

export interface RepairBlock extends RingBlock {
  readonly room: RoomId;
  readonly bytes: Uint8Array;
  readonly isOwn: boolean;
  readonly isBySession: boolean;
  readonly firstSentMs: number;
  /** Asks of each peer that were answered. */
  readonly askers: Map<PeerId, number>;
  /** The addresses of these peers. */
  readonly addresses: Set<string>;
  /** When it went to the group last, fresh or as a repair. */
  groupSentMs: number;
  groupRepairs: number;
}

export interface BlockRing<Entry extends RingBlock> {
  /** Adds the newest block. The oldest leaves if there are too many. */
  add(block: Entry): void;
  find(log: ShortTag, number: number): Entry | undefined;
}

/** @param maxBlocks of all logs together */
export function createBlockRing<Entry extends RingBlock>(maxBlocks: number): BlockRing<Entry> {
  const order = new Set<Entry>();
  const byLog = new Map<ShortTag, Map<number, Entry>>();

  function drop(block: Entry): void {
    order.delete(block);
    const numbers = byLog.get(block.log);
    if (!numbers) return;
    for (let number = block.first; number <= block.last; number += 1) if (numbers.get(number) === block) numbers.delete(number);
    if (numbers.size === 0) byLog.delete(block.log);
  }

  return {
    add(block) {
      const numbers = byLog.get(block.log) ?? new Map<number, Entry>();
      byLog.set(block.log, numbers);
      for (let number = block.first; number <= block.last; number += 1) numbers.set(number, block);
      order.add(block);
      const [oldest] = order;
      if (order.size > maxBlocks && oldest) drop(oldest);
    },
    find: (log, number) => byLog.get(log)?.get(number),
  };
}
