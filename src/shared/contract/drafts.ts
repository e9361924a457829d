/**
 * Drafts as a user interface sees them: the unsent text of each conversation. All windows and pages
 * share them. A send names the version of the draft that it sends, so that it is sent once.
 */
import { conversationIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { maxMessageBytes } from './messages.ts';

export const draftSchema = z.object({
  conversation: conversationIdSchema,
  /** Empty if there is none. */
  text: z.string(),
  /** Rises with every change of any draft. 0: there never was one. */
  version: z.int(),
  /** The drafts of this conversation up to that version were sent, or given up for one that was. */
  sentVersion: z.int(),
});
export type Draft = z.infer<typeof draftSchema>;

/** Characters of a draft in the list of all: more than a row shows. */
export const maxDraftStart = 120;

export const draftCalls = {
  /** The beginnings of all drafts, in any order. */
  drafts: {
    input: z.strictObject({}),
    output: z.object({ drafts: z.array(draftSchema.pick({ conversation: true, text: true })) }),
  },
  draft: { input: z.strictObject({ conversation: conversationIdSchema }), output: draftSchema },
  /** Answers once the draft is persisted. Fails with `too-long` or `not-kept`. */
  setDraft: {
    input: z.strictObject({ conversation: conversationIdSchema, text: z.string().max(maxMessageBytes) }),
    output: draftSchema,
  },
} as const;

export const draftEvents = {
  /** A draft changed, here or in another window, or was sent. */
  draft: draftSchema,
} as const;
