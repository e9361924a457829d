/**
 * Rooms as a user interface sees them: those that the user is in and those that members here are
 * in, and the calls that change them. Messages of rooms are in messages.ts, beside all others. The
 * snapshot and its deltas carry the rooms.
 */
import { conversationIdSchema, messageIdSchema, peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { keptBySchema, maxMessageBytes, messageSchema } from './messages.ts';
import { peopleSchema, privateRoomSchema, titleSchema } from './private-rooms.ts';

/** Longer input is no name of a room in any form. */
export const maxTypedRoomName = 200;

/** Longest topic, in characters. */
export const maxTopicLength = 200;

/**
 * Messages of an author whose clock is ahead of the others'. They stand at the end of the order
 * until their time comes, so a user interface shows them apart.
 */
const aheadSchema = z.object({
  from: peerIdSchema,
  count: z.number(),
  /** How far the clock of the latest of them is ahead. */
  aheadMs: z.number(),
});

export const roomSchema = z.object({
  /** Without `#`; `&ID` of a private room. */
  name: z.string(),
  conversation: conversationIdSchema,
  /** Whether this node is in it. Members here are in the others. */
  isJoined: z.boolean(),
  /** The other members that are here. */
  members: z.array(peerIdSchema),
  /** Empty if there is none. */
  topic: z.string(),
  /** The user wants no counts and no notices of it. */
  isMuted: z.boolean(),
  /** Anyone on this network can join it and read along: this node has no team key. */
  isOpen: z.boolean(),
  ahead: z.array(aheadSchema),
  /** Of a private room only. */
  private: privateRoomSchema.optional(),
});
export type Room = z.infer<typeof roomSchema>;

/** News of a room besides messages. Peers that join or leave together share one notice. */
export const roomNoticeSchema = z.discriminatedUnion('what', [
  z.object({ what: z.enum(['joined', 'left']), peerIds: z.array(peerIdSchema) }),
  z.object({ what: z.literal('topic'), by: peerIdSchema, topic: z.string() }),
  /** Of a private room. The user may be among the peers. */
  z.object({ what: z.enum(['added', 'removed']), by: peerIdSchema, peerIds: z.array(peerIdSchema) }),
  z.object({ what: z.literal('renamed'), by: peerIdSchema, title: z.string() }),
]);
export type RoomNotice = z.infer<typeof roomNoticeSchema>;

/** With or without `#`, or `&ID`. The core brings it into its one form. */
const nameSchema = z.string().max(maxTypedRoomName);

export const roomCalls = {
  /**
   * Of a private room it accepts an invitation, which `leaveRoom` declines. Fails with `bad-room`,
   * `unknown-room`, `too-many-rooms` or `not-kept`.
   */
  joinRoom: { input: z.strictObject({ room: nameSchema }), output: roomSchema },
  /** Fails with `bad-room`, `not-joined` or `not-kept`, as do the next two. */
  leaveRoom: { input: z.strictObject({ room: nameSchema }), output: roomSchema },
  muteRoom: { input: z.strictObject({ room: nameSchema, isMuted: z.boolean() }), output: roomSchema },
  /** Fails with `topic-too-long` or `topic-too-soon` too. */
  setTopic: { input: z.strictObject({ room: nameSchema, topic: z.string().max(10_000) }), output: roomSchema },
  /**
   * Answers once the message is persisted. Fails with `bad-room`, `not-joined`, `empty`,
   * `too-long` or `not-kept`. With the version of a draft, with `draft-sent` too.
   */
  say: {
    input: z.strictObject({ room: nameSchema, text: z.string().max(maxMessageBytes), draft: z.int().min(0).optional() }),
    output: messageSchema,
  },
  /**
   * Creates a private room with the user and these people. Fails with `bad-title`,
   * `too-many-people`, `too-many-rooms` or `not-kept`.
   */
  createPrivateRoom: { input: z.strictObject({ title: titleSchema, people: peopleSchema }), output: roomSchema },
  /**
   * As an admin. Fails with `unknown-room`, `not-admin`, `list-full` or `not-kept`; adding with
   * `too-many-people` too, removing with `not-a-member`, a title with `bad-title`.
   */
  addToRoom: { input: z.strictObject({ room: nameSchema, people: peopleSchema }), output: roomSchema },
  removeFromRoom: { input: z.strictObject({ room: nameSchema, people: peopleSchema }), output: roomSchema },
  renameRoom: { input: z.strictObject({ room: nameSchema, title: titleSchema }), output: roomSchema },
  /** As the creator. Fails as adding does. */
  makeRoomAdmin: { input: z.strictObject({ room: nameSchema, peerId: peerIdSchema }), output: roomSchema },
  /** The messages that `ahead` counts, oldest first; the latest of very many. */
  messagesAhead: {
    input: z.strictObject({ conversation: conversationIdSchema }),
    output: z.object({ messages: z.array(messageSchema) }),
  },
} as const;

export const roomEvents = {
  roomNotice: z.object({ conversation: conversationIdSchema, notice: roomNoticeSchema }),
  /** More members have one of our messages than before. */
  kept: z.object({ messageId: messageIdSchema, conversation: conversationIdSchema, keptBy: keptBySchema }),
} as const;
