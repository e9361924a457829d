/** Messages as a user interface sees them: the calls that read and write them, and their events. */
import { conversationIdSchema, cursorSchema, messageIdSchema, peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { muteSchema } from './marks.ts';

/**
 * Of our own messages. `queued`: persisted, and not sent yet · `sent`: sent, and perhaps arrived ·
 * `delivered`: the peer persisted it · `read` · `failed`: the peer rejected it · `cancelled`: never
 * sent. A state only moves forward.
 */
export const deliveryStateSchema = z.enum(['queued', 'sent', 'delivered', 'read', 'failed', 'cancelled']);

/** Longest text of a message, in UTF-8 bytes. */
export const maxMessageBytes = 16_384;
/** Messages in one answer. */
export const maxPage = 200;

const pageSchema = z.int().min(1).max(maxPage);

/** Of one of our messages to a room: how many of the other members that are here have it. */
export const keptBySchema = z.object({ count: z.number(), of: z.number() });
export type KeptBy = z.infer<typeof keptBySchema>;

export const messageSchema = z.object({
  messageId: messageIdSchema,
  conversation: conversationIdSchema,
  /** The author; the message is ours if and only if this is our own peer ID. */
  from: peerIdSchema,
  fromName: z.string(),
  text: z.string(),
  /**
   * The author's wall clock, and ours when the message was persisted here: milliseconds since 1970.
   */
  sentAtMs: z.number(),
  receivedAtMs: z.number(),
  /** Only for our own messages. */
  state: deliveryStateSchema.optional(),
  /** In a room, it arrived long after it was written, and stands before what was shown already. */
  late: z.boolean().optional(),
  /** In a room, its author's clock is ahead: it is not part of the history yet. */
  ahead: z.boolean().optional(),
  /** In a room, another author mentions the user. */
  mention: z.boolean().optional(),
  /** Only for our own messages to a room. */
  keptBy: keptBySchema.optional(),
  /** Its place in the conversation; history is in this order. */
  cursor: cursorSchema,
});
export type Message = z.infer<typeof messageSchema>;

const conversationSummarySchema = z.object({
  conversation: conversationIdSchema,
  last: messageSchema,
  unread: z.number(),
  /** Unread messages of a room that mention the user; of very many, among the newest. */
  mentions: z.number(),
  /** The user put it away; a new message ends that. */
  archived: z.boolean(),
});
export type Conversation = z.infer<typeof conversationSummarySchema>;

export const messageCalls = {
  /** All conversations: those of rooms, then the direct ones; of each the latest first. */
  conversations: {
    input: z.strictObject({}),
    output: z.object({
      conversations: z.array(conversationSummarySchema),
      /** In the order of the user, with those that have no message yet. */
      pinned: z.array(conversationIdSchema),
      /** Likewise. A room that is muted for good says so itself. */
      muted: z.array(muteSchema),
    }),
  },
  /**
   * Newest first: the messages just before or after a cursor, else the newest. Fails with
   * `bad-cursor`, as `markRead` does.
   */
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
  /**
   * Answers once the message is persisted. Fails with `empty`, `too-long`, `to-self`, `blocked` or
   * `not-kept`. With the version of a draft, with `draft-sent` too.
   */
  send: {
    input: z.strictObject({ to: peerIdSchema, text: z.string().max(maxMessageBytes), draft: z.int().min(0).optional() }),
    output: messageSchema,
  },
  /** @returns whether the message was not sent yet, and now never is */
  cancel: { input: z.strictObject({ messageId: messageIdSchema }), output: z.object({ cancelled: z.boolean() }) },
  /** The user saw everything up to that cursor. */
  markRead: { input: z.strictObject({ conversation: conversationIdSchema, through: cursorSchema }), output: z.object({}) },
  setTyping: { input: z.strictObject({ peerId: peerIdSchema, isTyping: z.boolean() }), output: z.object({}) },
  clearConversation: { input: z.strictObject({ conversation: conversationIdSchema }), output: z.object({ deleted: z.number() }) },
} as const;

export const messageEvents = {
  /** A message was received or written, and persisted; one event for each. */
  message: messageSchema,
  delivery: z.object({ messageId: messageIdSchema, conversation: conversationIdSchema, state: deliveryStateSchema }),
  typing: z.object({ peerId: peerIdSchema, isTyping: z.boolean() }),
  /** Messages were deleted, or read here or in another window: query again. */
  conversationChanged: z.object({ conversation: conversationIdSchema }),
} as const;
