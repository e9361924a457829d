/** Messages as a user interface sees them: the calls that read and write them, and the events that follow them. */
import { conversationIdSchema, cursorSchema, messageIdSchema, peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';

/**
 * Of our own messages. `queued`: kept, never left us · `sent`: left us, may have arrived · `delivered`: the other peer keeps it · `read` ·
 * `failed`: the other peer refuses it · `cancelled`: it never left us. A state only moves forward.
 */
export const deliveryStateSchema = z.enum(['queued', 'sent', 'delivered', 'read', 'failed', 'cancelled']);

/** Longest text of a message, in UTF-8 bytes. */
export const maxMessageBytes = 16_384;
/** Messages in one answer. */
export const maxPage = 200;

const pageSchema = z.int().min(1).max(maxPage);

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

const conversationSummarySchema = z.object({
  conversation: conversationIdSchema,
  last: messageSchema,
  unread: z.number(),
});
export type Conversation = z.infer<typeof conversationSummarySchema>;

export const messageCalls = {
  /** All conversations, latest first. */
  conversations: { input: z.strictObject({}), output: z.object({ conversations: z.array(conversationSummarySchema) }) },
  /** Newest first: those just before or just after a place, else the newest. Fails with `bad-cursor`; `markRead` does too. */
  history: {
    input: z.strictObject({
      conversation: conversationIdSchema,
      limit: pageSchema,
      before: cursorSchema.optional(),
      after: cursorSchema.optional(),
    }),
    output: z.object({ messages: z.array(messageSchema) }),
  },
  /** Newest first. */
  search: {
    input: z.strictObject({ text: z.string().max(500), limit: pageSchema, conversation: conversationIdSchema.optional() }),
    output: z.object({ messages: z.array(messageSchema) }),
  },
  /** Answers when it is kept. Fails with `empty`, `too-long`, `to-self`, `blocked` or `not-kept`. */
  send: { input: z.strictObject({ to: peerIdSchema, text: z.string().max(maxMessageBytes) }), output: messageSchema },
  /** @returns whether it had never left us, and now never does */
  cancel: { input: z.strictObject({ messageId: messageIdSchema }), output: z.object({ cancelled: z.boolean() }) },
  /** The user saw everything up to that place. */
  markRead: { input: z.strictObject({ conversation: conversationIdSchema, through: cursorSchema }), output: z.object({}) },
  setTyping: { input: z.strictObject({ peerId: peerIdSchema, isTyping: z.boolean() }), output: z.object({}) },
  clearConversation: { input: z.strictObject({ conversation: conversationIdSchema }), output: z.object({ deleted: z.number() }) },
} as const;

export const messageEvents = {
  /** A message was received or written, and is kept; each once. */
  message: messageSchema,
  delivery: z.object({ messageId: messageIdSchema, conversation: conversationIdSchema, state: deliveryStateSchema }),
  typing: z.object({ peerId: peerIdSchema, isTyping: z.boolean() }),
  /** Messages were read, here or in another window, or deleted: ask again. */
  conversationChanged: z.object({ conversation: conversationIdSchema }),
} as const;
