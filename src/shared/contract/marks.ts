/** Our marks on conversations, which place them in the list: pinned, archived, all read. */
import { conversationIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';

/** Pinned conversations at most: more would push everything else out of a window. */
export const maxPinned = 50;

const doneSchema = z.object({});

export const marksCalls = {
  /**
   * Pins a conversation at that place among the pinned ones, from 0, or moves it there; null unpins
   * it. Fails with `too-many-pins` or `not-kept`.
   */
  pinConversation: {
    input: z.strictObject({ conversation: conversationIdSchema, place: z.int().min(0).max(maxPinned).nullable() }),
    output: doneSchema,
  },
  /** Archiving also reads it. A new message ends it. Fails with `not-kept`. */
  archiveConversation: {
    input: z.strictObject({ conversation: conversationIdSchema, isArchived: z.boolean() }),
    output: doneSchema,
  },
  /** Every conversation, also those of muted rooms. */
  markAllRead: { input: z.strictObject({}), output: doneSchema },
} as const;
