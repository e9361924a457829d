/**
 * The one contract between the core and a user interface: every call and every event, with its decoder. Types, the allow-list and
 * the validation at both ends derive from this value. Adding a call is one line here and one handler in
 * `main/user-interface.ts`; the preload and the transports never change.
 */
import * as z from 'zod';
import { conversationIdSchema, cursorSchema, messageIdSchema } from '../lib/ids.ts';
import {
  acquaintanceSchema,
  conversationSummarySchema,
  deliveryStateSchema,
  maxMessageBytes,
  maxPage,
  messageSchema,
} from './messages.ts';
import {
  deltaSchema,
  doctorReportSchema,
  networkChangeSchema,
  networkSettingsSchema,
  peerIdSchema,
  profileChangeSchema,
  selfSchema,
  snapshotSchema,
} from './model.ts';

const pageSchema = z.int().min(1).max(maxPage);

/** Longer is no `HOST:PORT`: a DNS name has at most 253 characters. */
const addressSchema = z.string().max(300);

export const contract = {
  calls: {
    /** Everything there is to show. Also makes the core send `changed` events from this revision on. */
    snapshot: { input: z.strictObject({}), output: snapshotSchema },
    /** Changes our own name, status or note; answers what became of them. Fails with `bad-name`, `name-reserved` or `name-in-use`. */
    setProfile: { input: profileChangeSchema, output: selfSchema },
    /** How this node uses the network now. */
    network: { input: z.strictObject({}), output: networkSettingsSchema },
    setNetwork: { input: networkChangeSchema, output: networkSettingsSchema },
    /**
     * Remembers a peer by `HOST:PORT` and calls it. Fails with `bad-address`, `unknown-host`, `too-many`, or `no-answer`; after the last it is
     * remembered all the same, and called again from time to time.
     */
    connect: { input: z.strictObject({ address: addressSchema }), output: z.object({ peerId: peerIdSchema }) },
    forgetAddress: { input: z.strictObject({ address: addressSchema }), output: networkSettingsSchema },
    /** With whom we talked, latest first. */
    conversations: { input: z.strictObject({}), output: z.object({ conversations: z.array(conversationSummarySchema) }) },
    /** Newest first: those just before or just after a place, else the newest. Fails with `bad-cursor`, and so does `markRead`. */
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
    /** Everything up to that place was seen. */
    markRead: {
      input: z.strictObject({ conversation: conversationIdSchema, through: cursorSchema }),
      output: z.object({}),
    },
    setTyping: { input: z.strictObject({ peerId: peerIdSchema, isTyping: z.boolean() }), output: z.object({}) },
    clearConversation: {
      input: z.strictObject({ conversation: conversationIdSchema }),
      output: z.object({ deleted: z.number() }),
    },
    /** Fails with `unknown-peer` for somebody whom we never met; likewise the next two, which also fail with `not-kept`. */
    acquaintance: { input: z.strictObject({ peerId: peerIdSchema }), output: acquaintanceSchema },
    setVerified: { input: z.strictObject({ peerId: peerIdSchema, verified: z.boolean() }), output: acquaintanceSchema },
    setBlocked: { input: z.strictObject({ peerId: peerIdSchema, blocked: z.boolean() }), output: acquaintanceSchema },
    /** Examines the network as this node meets it. */
    doctor: { input: z.strictObject({}), output: doctorReportSchema },
  },
  events: {
    changed: deltaSchema,
    /** A message was received or written, and is kept; each once. */
    message: messageSchema,
    delivery: z.object({ messageId: messageIdSchema, conversation: conversationIdSchema, state: deliveryStateSchema }),
    typing: z.object({ peerId: peerIdSchema, isTyping: z.boolean() }),
    /** Messages were read, here or in another window, or deleted: ask again. */
    conversationChanged: z.object({ conversation: conversationIdSchema }),
  },
} as const;

export type Contract = typeof contract;
export type CallName = keyof Contract['calls'];
export type CallInput<Name extends CallName> = z.infer<Contract['calls'][Name]['input']>;
export type CallOutput<Name extends CallName> = z.infer<Contract['calls'][Name]['output']>;
export type EventName = keyof Contract['events'];
export type EventPayload<Name extends EventName> = z.infer<Contract['events'][Name]>;
