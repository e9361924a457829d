/** Our marks on conversations, which place them in the list: pinned, archived, muted, all read. */
import { conversationIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { momentSchema } from './settings.ts';

/** Pinned conversations at most: more would push everything else out of a window. */
export const maxPinned = 50;

/** The end of a mute that the user must end: the last moment that JavaScript can name. */
export const mutedForGoodMs = 8_640_000_000_000_000;

/** A conversation that calls nobody until that time. */
export const muteSchema = z.object({ conversation: conversationIdSchema, untilMs: z.number() });
export type Mute = z.infer<typeof muteSchema>;

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
  /** Until that time; null ends the mute. Fails with `not-kept`. */
  muteConversation: {
    input: z.strictObject({ conversation: conversationIdSchema, untilMs: momentSchema }),
    output: doneSchema,
  },
  /** Every conversation, also muted ones. */
  markAllRead: { input: z.strictObject({}), output: doneSchema },
} as const;
