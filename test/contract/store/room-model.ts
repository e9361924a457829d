/**
 * The simplest possible store of a room: one list of messages. The real stores must give the same
 * results (rooms-model.test.ts). It knows no blocks that overlap.
 */
import type { SignedBlock } from '../../../src/main/core/rooms/wire/block.ts';
import { idsOf } from './sample-blocks.ts';

export interface ModelMessage {
  readonly messageId: string;
  readonly text: string;
  readonly tag: string;
  readonly number: number;
  /** Sorts as its place does. */
  readonly place: string;
  readonly block: SignedBlock;
  readonly receivedAtMs: number;
  readonly isOwn: boolean;
  isRead: boolean;
  isDelivered: boolean;
}

export class RoomModel {
  private messages: ModelMessage[] = [];
  private readonly removed = new Map<string, number>();
  private readonly tops = new Map<string, number>();
  private readonly lowest = new Map<string, number>();

  add(block: SignedBlock, receivedAtMs: number, isOwn: boolean): boolean {
    if (block.first <= (this.removed.get(block.tag) ?? 0)) return false;
    if (this.messages.some(({ tag, number }) => tag === block.tag && block.first <= number && number <= block.last)) return false;
    for (const [index, messageId] of idsOf(block).entries()) {
      const number = block.first + index;
      const { ms, count } = block.clock;
      const place = [pad(ms), pad(count), block.tag, pad(number)].join(' ');
      const facts = { messageId, text: block.texts[index] ?? '', tag: block.tag, number, place, block, receivedAtMs, isOwn };
      this.messages.push({ ...facts, isRead: isOwn, isDelivered: false });
    }
    this.tops.set(block.tag, Math.max(this.tops.get(block.tag) ?? 0, block.last));
    this.lowest.set(block.tag, Math.min(this.lowest.get(block.tag) ?? Infinity, block.first));
    return true;
  }

  inOrder(): readonly ModelMessage[] {
    return this.messages.toSorted((a, b) => (a.place < b.place ? -1 : 1));
  }

  byArrival(): readonly ModelMessage[] {
    return this.messages;
  }

  unread(): number {
    return this.messages.filter(({ isRead }) => !isRead).length;
  }

  /** Marks the first `count` messages in their order. */
  markRead(count: number, limit: number): readonly string[] {
    const read = this.inOrder()
      .slice(0, count)
      .filter(({ isRead }) => !isRead)
      .slice(0, limit);
    for (const message of read) message.isRead = true;
    return read.map(({ messageId }) => messageId);
  }

  deliver(tag: string, through: number): void {
    for (const message of this.messages) {
      if (message.tag === tag && message.isOwn && message.block.last <= through) message.isDelivered = true;
    }
  }

  clear(): number {
    return this.removeFronts(Infinity, true);
  }

  expire(keptBeforeMs: number, removesUnread: boolean): number {
    return this.removeFronts(keptBeforeMs, removesUnread);
  }

  /** Of a log, what it holds: from above the floor to the top, and the numbers missing between. */
  heldIn(tag: string): { readonly floor: number; readonly top: number; readonly missing: readonly number[] } {
    const floor = Math.max(this.removed.get(tag) ?? 0, (this.lowest.get(tag) ?? 1) - 1);
    const top = Math.max(this.tops.get(tag) ?? 0, floor);
    const held = new Set(this.messages.filter((message) => message.tag === tag).map(({ number }) => number));
    const all = Array.from({ length: top - floor }, (_, index) => floor + 1 + index);
    return { floor, top, missing: all.filter((number) => !held.has(number)) };
  }

  tags(): readonly string[] {
    return [...this.tops.keys()];
  }

  /** Whole blocks, the lowest numbers of each log first, while each may go. */
  private removeFronts(keptBeforeMs: number, removesUnread: boolean): number {
    const before = this.messages.length;
    for (const tag of this.tags()) {
      for (;;) {
        const first = this.messages.filter((message) => message.tag === tag).toSorted((a, b) => a.number - b.number)[0];
        if (!first) break;
        const front = this.messages.filter(({ block }) => block === first.block);
        const mayGo = front.every(
          (message) =>
            message.receivedAtMs < keptBeforeMs && (message.isOwn ? message.isDelivered : message.isRead || removesUnread),
        );
        if (!mayGo) break;
        this.messages = this.messages.filter(({ block }) => block !== first.block);
        this.removed.set(tag, first.block.last);
        return before - this.messages.length + this.removeFronts(keptBeforeMs, removesUnread);
      }
    }
    return before - this.messages.length;
  }
}

function pad(value: number): string {
  return String(value).padStart(16, '0');
}
