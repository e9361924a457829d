/** Messages as a user interface sees them, and what it may ask about people. Each schema is a value from which the type is derived. */
import * as z from 'zod';
import { conversationIdSchema, cursorSchema, messageIdSchema } from '../lib/ids.ts';
import { peerIdSchema } from './model.ts';

/**
 * Of our own messages. `queued`: kept, never left us · `sent`: left us, may have arrived · `delivered`: the other has kept it · `read` · `failed`: the
 * other will not take it · `cancelled`: it never left us. Only ever forward.
 */
export const deliveryStateSchema = z.enum(['queued', 'sent', 'delivered', 'read', 'failed', 'cancelled']);

/** Longest text of a message, in UTF-8 bytes. */
export const maxMessageBytes = 16_384;
/** Messages in one answer. */
export const maxPage = 200;

export const messageSchema = z.object({
  messageId: messageIdSchema,
  conversation: conversationIdSchema,
  /** The author: we wrote it if this is our own peerId, and only then. */
  from: peerIdSchema,
  fromName: z.string(),
  text: z.string(),
  /** The author's wall clock, and ours when it was kept here: milliseconds since 1970. */
  sentAtMs: z.number(),
  receivedAtMs: z.number(),
  /** Only of our own. */
  state: deliveryStateSchema.optional(),
  /** Its place in the conversation, in whose order history is. */
  cursor: cursorSchema,
});
export type Message = z.infer<typeof messageSchema>;

export const conversationSummarySchema = z.object({
  conversation: conversationIdSchema,
  last: messageSchema,
  unread: z.number(),
});
export type Conversation = z.infer<typeof conversationSummarySchema>;

/** What we know and think of a person, beyond being here. */
export const acquaintanceSchema = z.object({
  peerId: peerIdSchema,
  name: z.string(),
  firstSeenMs: z.number(),
  verified: z.boolean(),
  blocked: z.boolean(),
  /** Ten groups of five digits, the same on both sides. */
  safetyCode: z.string(),
  /** Who used this name before, with another key; null if nobody. */
  earlierHolder: z.object({ peerId: peerIdSchema, name: z.string(), verified: z.boolean() }).nullable(),
});
export type Acquaintance = z.infer<typeof acquaintanceSchema>;
