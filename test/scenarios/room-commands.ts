/**
 * The commands of the automation interface about rooms, as actions of a node. Both worlds give the
 * function that runs a command.
 */
import * as z from 'zod';
import { peerIdSchema } from '../../src/shared/lib/ids.ts';
import { roomMessageSchema, roomNameSchema, type RoomMessage } from './node-record.ts';

/** A room as the command `rooms` shows it. */
export type ListedRoom = z.infer<typeof roomsReply>['rooms'][number];

export interface RoomCommands {
  /**
   * Says something in a room, such as `#everyone`.
   *
   * @returns the ID of the message, once it is persisted
   * @throws if it is refused, or if the node ends before it answers
   */
  say(room: string, text: string): Promise<string>;
  /** The last `limit` messages in the one order of the room, oldest first, and those ahead last. */
  roomHistory(room: string, limit: number): Promise<readonly RoomMessage[]>;
  /** The rooms that the node is in. */
  rooms(): Promise<readonly ListedRoom[]>;
  join(room: string): Promise<void>;
  leave(room: string): Promise<void>;
  setTopic(room: string, text: string): Promise<void>;
}

type Command = { readonly cmd: string } & Readonly<Record<string, unknown>>;

/** Messages per answer, at most. */
const historyPageSize = 1_000;

const sayReply = z.looseObject({ messageId: z.string() });
const historyReply = z.looseObject({ messages: z.array(roomMessageSchema) });
const roomsReply = z.looseObject({
  rooms: z.array(
    z.strictObject({ room: roomNameSchema, members: z.array(peerIdSchema), topic: z.string(), unread: z.number().int() }),
  ),
});

/** @param run rejects when the command is refused */
export function createRoomCommands(run: (command: Command) => Promise<unknown>): RoomCommands {
  return {
    say: async (room, text) => sayReply.parse(await run({ cmd: 'say', room, text })).messageId,
    async roomHistory(room, limit) {
      const all: RoomMessage[] = [];
      for (;;) {
        const before = all[0] ? { before: all[0].messageId } : {};
        const pageSize = Math.min(limit - all.length, historyPageSize);
        const { messages } = historyReply.parse(await run({ cmd: 'history', with: room, limit: pageSize, ...before }));
        all.unshift(...messages);
        if (messages.length < pageSize || all.length >= limit) return all;
      }
    },
    rooms: async () => roomsReply.parse(await run({ cmd: 'rooms' })).rooms,
    join: async (room) => void (await run({ cmd: 'join', room })),
    leave: async (room) => void (await run({ cmd: 'leave', room })),
    setTopic: async (room, text) => void (await run({ cmd: 'topic', room, text })),
  };
}
