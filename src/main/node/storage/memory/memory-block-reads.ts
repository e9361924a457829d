/** Reads logs and blocks in memory as others ask for them: by number or by clock. */
import type { BlockRecord, RoomStore, StoredBlock } from '../../../core/rooms/ports.ts';
import type { RoomClock } from '../../../core/rooms/wire/block.ts';
import { toRowLimit } from '../query/row-limit.ts';
import { holesOf, type MemoryBlock, type MemoryBlocks, type MemoryLog } from './memory-blocks.ts';
import type { MemoryRoomDeps } from './memory-block-writes.ts';

export function createMemoryBlockReads({
  transactions: { read },
  blocks,
  proofs,
}: Pick<MemoryRoomDeps, 'transactions' | 'blocks' | 'proofs'>): Pick<
  RoomStore,
  'logs' | 'log' | 'holes' | 'blocks' | 'neighbours' | 'newestBlocks' | 'newestClock' | 'proof' | 'undelivered'
> {
  return {
    logs: (room) => read(() => blocks.logs(room).map(toLogRecord)),
    log: (room, tag) =>
      read(() => {
        const log = blocks.log(room, tag);
        return log && toLogRecord(log);
      }),
    holes: (room, tag, limit) =>
      read(() => {
        const log = blocks.log(room, tag);
        return log ? holesOf(log, blocks.ofLog(room, tag)).slice(0, toRowLimit(limit)) : [];
      }),
    blocks: (room, tag, { first, last, maxBytes, isBackward = false }) =>
      read(() => {
        const found = blocks.ofLog(room, tag).filter((block) => block.first <= last && block.last >= first);
        return take(isBackward ? found.reverse() : found, maxBytes);
      }),
    neighbours: (room, tag, number) =>
      read(() => {
        const all = blocks.ofLog(room, tag);
        const covering = all.find(({ first, last }) => first <= number && number <= last);
        const before = all.findLast(({ last }) => last < number);
        const after = all.find(({ first }) => first > number);
        return {
          ...(before && { before: toRecord(before) }),
          ...(covering && { covering: toRecord(covering) }),
          ...(after && { after: toRecord(after) }),
        };
      }),
    newestBlocks: (room, { limit, maxBytes, before }) =>
      read(() => {
        const all = countedIn(blocks, room).filter(({ clock }) => before === undefined || compareClocks(clock, before) < 0);
        return take(all.sort(newestFirst).slice(0, toRowLimit(limit)), maxBytes);
      }),
    newestClock: (room, before) =>
      read(() => {
        const all = countedIn(blocks, room).filter(({ clock }) => compareClocks(clock, before) < 0);
        return all.sort(newestFirst)[0]?.clock;
      }),
    undelivered: (room, tag) =>
      read(() => {
        const waiting = blocks.ofLog(room, tag).filter(({ state }) => state === 'queued' || state === 'sent');
        const [first, last] = [waiting[0]?.first, waiting.at(-1)?.last];
        return first === undefined || last === undefined ? undefined : { first, last };
      }),
    proof: (room, tag) => read(() => proofs.get(`${room} ${tag}`)),
  };
}

function countedIn(blocks: MemoryBlocks, room: string): MemoryBlock[] {
  return blocks
    .logs(room)
    .flatMap(({ tag }) => blocks.ofLog(room, tag))
    .filter(({ standing, bytes }) => standing === 'counts' && bytes.length > 0);
}

function compareClocks(a: RoomClock, b: RoomClock): number {
  return a.ms - b.ms || a.count - b.count;
}

function newestFirst(a: MemoryBlock, b: MemoryBlock): number {
  return compareClocks(b.clock, a.clock) || (a.tag === b.tag ? b.first - a.first : a.tag < b.tag ? 1 : -1);
}

/** At least one block, if there is one. Blocks without bytes are left out. */
function take(found: readonly MemoryBlock[], maxBytes: number): readonly StoredBlock[] {
  const taken: StoredBlock[] = [];
  let left = maxBytes;
  for (const block of found) {
    if (block.bytes.length === 0) continue;
    if (taken.length > 0 && block.bytes.length > left) break;
    left -= block.bytes.length;
    taken.push({ ...toRecord(block), bytes: block.bytes });
  }
  return taken;
}

function toRecord({ tag, first, last, clock, hash, receivedAtMs, standing }: MemoryBlock): BlockRecord {
  return { tag, first, last, clock, hash, receivedAtMs, counts: standing === 'counts' };
}

function toLogRecord({ room: _room, ...log }: MemoryLog): Omit<MemoryLog, 'room'> {
  return log;
}
