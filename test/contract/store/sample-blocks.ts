/** Blocks of rooms for store tests, derived from a few numbers, so that failures are readable. */
import { createHash } from 'node:crypto';
import { conversationOfRoom, type PeerId } from '../../../src/shared/lib/ids.ts';
import type { AddBlockResult, BlockOptions, RoomStore } from '../../../src/main/core/rooms/ports.ts';
import type { SignedBlock } from '../../../src/main/core/rooms/wire/block.ts';

export const den = { id: 'd'.repeat(16), name: 'den', joinedAtMs: 10 };
export const inDen = conversationOfRoom('den');

export interface BlockFacts {
  readonly from: PeerId;
  readonly first: number;
  /** Absent means one message. */
  readonly count?: number;
  readonly ms: number;
  readonly clockCount?: number;
  readonly epoch?: number;
  readonly room?: string;
  /** Makes another block at the same place. */
  readonly word?: string;
}

export function tagOf(from: PeerId, epoch = 1, room = den.id): string {
  return digest(`${from} ${room} ${epoch}`).toString('hex').slice(0, 16);
}

export function block(facts: BlockFacts): SignedBlock {
  const { from, first, count = 1, ms, clockCount = 0, epoch = 1, room = den.id, word = 'said' } = facts;
  const texts = Array.from({ length: count }, (_, index) => `${from.slice(0, 1)}${first + index} ${word}`);
  const bytes = new TextEncoder().encode(JSON.stringify([from, first, ms, clockCount, epoch, room, texts]));
  return {
    ...{ first, last: first + count - 1, room, epoch, clock: { ms, count: clockCount }, texts, bytes },
    ...{ type: 'text' as const, typeCode: 0, references: [], previous: new Uint8Array(16) },
    publicKey: new Uint8Array(33).fill(from.charCodeAt(0)),
    authorName: `Name of ${from.slice(0, 1)}`,
    authorId: from,
    tag: tagOf(from, epoch, room),
    hash: new Uint8Array(digest(bytes)),
  };
}

/** As of the real blocks: the time is the clock's, the rest comes from the place in the log. */
export function idsOf({ tag, clock, first, texts }: SignedBlock): readonly string[] {
  return texts.map((_text, index) => {
    const [time, rest] = [clock.ms.toString(16).padStart(12, '0'), digest(`${tag} ${first + index}`).toString('hex')];
    return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
  });
}

export function addBlock(
  rooms: Pick<RoomStore, 'addBlock'>,
  added: SignedBlock,
  options: Partial<BlockOptions> = {},
): AddBlockResult {
  return rooms.addBlock(added, { messageIds: idsOf(added), receivedAtMs: 100, ...options });
}

function digest(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}
