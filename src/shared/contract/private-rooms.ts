/**
 * Private rooms as a user interface sees them, beside what they share with other rooms (rooms.ts),
 * and the calls that change them.
 */
import { peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';

/** Members of a private room, with the user. */
export const maxPrivateMembers = 64;
/** Longest title, in bytes of UTF-8. */
export const maxTitleBytes = 128;

export const privateRoomSchema = z.object({
  title: z.string(),
  /**
   * `member` · `invited`: it waits for an answer of the user · `removed`: the user was a member, and
   * keeps the messages.
   */
  standing: z.enum(['member', 'invited', 'removed']),
  /** The peer that added or removed the user. */
  by: peerIdSchema,
  creator: peerIdSchema,
  admins: z.array(peerIdSchema),
  /** All members, the user and the admins too, here or not. */
  people: z.array(peerIdSchema),
});
export type PrivateRoom = z.infer<typeof privateRoomSchema>;

/** Checked by the core, which says why it refuses. */
export const peopleSchema = z.array(peerIdSchema).max(1_000);
export const titleSchema = z.string().max(10_000);
