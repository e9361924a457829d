/**
 * Adds blocks with their messages to a memory store, and settles two blocks at one place. The same
 * decisions as database/rooms/room-blocks.ts.
 */
import type { StoredMessage } from '../../../core/messaging/ports.ts';
import type { AddBlockResult, BlockOptions, Refusal, RoomLimits, RoomStore } from '../../../core/rooms/ports.ts';
import type { RoomId, SignedBlock } from '../../../core/rooms/wire/block.ts';
import { cursorAtPlace, otherId } from '../query/cursor.ts';
import { firstCursor, type MemoryBlock, type MemoryBlocks, type MemoryLog } from './memory-blocks.ts';
import type { MemoryMessages } from './memory-messages.ts';
import type { MemoryRoom } from './memory-rooms.ts';
import type { MemoryTransactions } from './memory-transactions.ts';

export interface MemoryRoomDeps {
  readonly transactions: MemoryTransactions;
  readonly messages: MemoryMessages;
  readonly blocks: MemoryBlocks;
  readonly rooms: ReadonlyMap<RoomId, MemoryRoom>;
  readonly proofs: Map<string, Uint8Array>;
  readonly limits: RoomLimits;
}

const nothing = new Uint8Array();

export function createMemoryBlockWrites(deps: MemoryRoomDeps): Pick<RoomStore, 'addBlock' | 'discount' | 'keepProof'> {
  const { transactions, messages, blocks, rooms, proofs, limits } = deps;

  return {
    addBlock(block, options) {
      const room = rooms.get(block.room);
      if (!room?.isJoined) return refuse('not-joined');
      const log = blocks.log(block.room, block.tag);
      if (log && block.first <= log.removed) return refuse('below-floor');
      const held = blocks.ofLog(block.room, block.tag).filter(({ first, last }) => first <= block.last && last >= block.first);
      const same = held.find(({ hash }) => hash.every((byte, index) => byte === block.hash[index]));
      if (same) return addAgain(room, same, block, options);
      if (held.length > 0 && !options.wins) return refuse('overlaps');
      const reason = reasonAgainst(log, block, options);
      if (reason) return refuse(reason);
      if (!log) addLog(block, options);
      for (const loser of held) lose(loser, block);
      return add(room, block, options, blocks.nextId());
    },
    discount(room, tag, from) {
      for (const block of blocks.ofLog(room, tag).filter(({ first, standing }) => first >= from && standing === 'counts')) {
        setStanding(block, 'unfit');
      }
      lowerTop(room, tag);
    },
    keepProof: (block) => blocks.log(block.room, block.tag) !== undefined && prove(block),
  };

  function addLog({ room, tag, authorId, publicKey, epoch, first }: SignedBlock, options: BlockOptions): void {
    const { isStranger = false, receivedAtMs } = options;
    const floor = Math.min(options.floor ?? Infinity, first - 1);
    const empty = { removed: 0, top: floor, topHash: nothing, messages: 0, bytes: 0 };
    blocks.putLog({ room, tag, authorId, publicKey, epoch, floor, ...empty, isStranger, namedAtMs: receivedAtMs });
  }

  function add(room: MemoryRoom, block: SignedBlock, options: BlockOptions, id: number): AddBlockResult {
    const { receivedAtMs, state, counts = true, keepsBytes = true } = options;
    const rows = addMessages(room, block, options);
    const { tag, first, last, clock, hash } = block;
    const bytes = keepsBytes ? block.bytes : nothing;
    blocks.put({
      ...{ id, tag, first, last, clock, hash, bytes, receivedAtMs, state, room: block.room },
      conversation: room.conversation,
      standing: counts ? 'counts' : 'unfit',
      cursor: firstCursor(block),
      positions: rows.map(({ position }) => position),
      messageIds: rows.map(({ messageId }) => messageId),
      readThrough: first - 1,
    });
    fill(block, last - first + 1, bytes.length);
    if (counts) place(block);
    return { ok: true, messages: rows };
  }

  function addAgain(room: MemoryRoom, same: MemoryBlock, block: SignedBlock, options: BlockOptions): AddBlockResult {
    if (same.standing === 'counts' || options.counts === false) return refuse('known');
    setStanding(same, 'counts');
    place(block);
    if (same.positions.length > 0) return { ok: true, messages: [] };
    const rows = addMessages(room, block, options);
    const positions = rows.map(({ position }) => position);
    blocks.put({ ...same, standing: 'counts', positions, messageIds: rows.map(({ messageId }) => messageId) });
    return { ok: true, messages: rows };
  }

  function addMessages(room: MemoryRoom, block: SignedBlock, options: BlockOptions): readonly StoredMessage[] {
    const { receivedAtMs, state, counts = true, messageIds } = options;
    return messageIds.flatMap((messageId, index) => {
      const number = block.first + index;
      const draft = {
        ...{ messageId, conversation: room.conversation, from: block.authorId, fromName: block.authorName, sequence: number },
        ...{ text: block.texts[index] ?? '', sentAtMs: block.clock.ms, receivedAtMs },
        ...(state && { state }),
        place: { tag: block.tag, clock: block.clock, counts },
      };
      const cursor = cursorAtPlace({ ...block, number });
      return messages.add(draft, cursor) ?? messages.add({ ...draft, messageId: otherId(block, number) }, cursor) ?? [];
    });
  }

  function place({ room, tag, first, last, hash }: SignedBlock): void {
    const log = blocks.log(room, tag) as MemoryLog;
    const isEmpty = log.top === log.floor && log.topHash.length === 0 && log.removed === 0;
    const floor = first <= log.floor || (isEmpty && last <= log.floor) ? first - 1 : log.floor;
    const top = isEmpty && last <= log.floor ? floor : log.top;
    blocks.putLog({ ...log, floor, top: Math.max(top, last), topHash: last >= top ? hash : log.topHash });
  }

  function lose(loser: MemoryBlock, winner: SignedBlock): void {
    prove(loser);
    fill(loser, loser.first - loser.last - 1, -loser.bytes.length);
    const hasSameIds = loser.clock.ms === winner.clock.ms;
    if (hasSameIds) messages.erase(loser.positions);
    if (loser.positions.length > 0 && !hasSameIds) {
      setStanding({ ...loser, bytes: nothing, readThrough: loser.last }, 'lost');
    } else blocks.remove(loser);
    if (loser.standing === 'counts') lowerTop(loser.room, loser.tag);
  }

  function setStanding(block: MemoryBlock, standing: MemoryBlock['standing']): void {
    blocks.put({ ...block, standing });
    for (const position of block.positions) messages.setCounts(position, standing === 'counts');
  }

  /** To the highest block that counts. */
  function lowerTop(room: RoomId, tag: string): void {
    const log = blocks.log(room, tag);
    if (!log) return;
    const highest = blocks.ofLog(room, tag).findLast(({ standing }) => standing === 'counts');
    const top = Math.max(highest?.last ?? 0, log.floor);
    if (top < log.top) blocks.putLog({ ...log, top, topHash: highest?.hash ?? nothing });
  }

  function prove({ room, tag, bytes }: Pick<SignedBlock, 'room' | 'tag' | 'bytes'>): boolean {
    const key = `${room} ${tag}`;
    if (proofs.has(key) || bytes.length === 0) return false;
    transactions.put(proofs, key, bytes);
    return true;
  }

  function fill({ room, tag }: { readonly room: RoomId; readonly tag: string }, count: number, sizeBytes: number): void {
    const log = blocks.log(room, tag) as MemoryLog;
    blocks.putLog({ ...log, messages: log.messages + count, bytes: log.bytes + sizeBytes });
  }

  function reasonAgainst(log: MemoryLog | undefined, block: SignedBlock, options: BlockOptions): Refusal | undefined {
    if (options.state !== undefined) return undefined;
    const all = blocks.logs(block.room);
    const strangers = all.filter(({ isStranger }) => isStranger);
    const ofStranger = log?.isStranger ?? options.isStranger ?? false;
    const size = options.keepsBytes === false ? 0 : block.bytes.length;
    const hasPlace = all.length < limits.logs && !(ofStranger && strangers.length >= limits.strangerLogs);
    if (!log && !hasPlace) return 'too-many-logs';
    if (sum(all, 'bytes') + size > limits.roomBytes) return 'room-full';
    if (!ofStranger) return undefined;
    const isFull =
      sum(strangers, 'messages') + block.last - block.first + 1 > limits.strangerMessages ||
      sum(strangers, 'bytes') + size > limits.strangerBytes;
    return isFull ? 'strangers-full' : undefined;
  }
}

function sum(logs: readonly MemoryLog[], key: 'bytes' | 'messages'): number {
  return logs.reduce((total, log) => total + log[key], 0);
}

function refuse(reason: Refusal): AddBlockResult {
  return { ok: false, reason };
}
