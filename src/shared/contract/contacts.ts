/** Contacts, online or not, with our marks for them, and the calls that change these. */
import { peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';

const contactSchema = z.object({
  peerId: peerIdSchema,
  name: z.string(),
  firstSeenMs: z.number(),
  verified: z.boolean(),
  blocked: z.boolean(),
  /** Ten groups of five digits, the same on both sides. */
  safetyNumber: z.string(),
  /**
   * The contact that used this name, or a look-alike, earlier and with another key; null if there
   * is none.
   */
  earlierHolder: z.object({ peerId: peerIdSchema, name: z.string(), verified: z.boolean() }).nullable(),
});
export type Contact = z.infer<typeof contactSchema>;

export const contactCalls = {
  /**
   * Fails with `unknown-peer` if we never met that peer, as do the next two. Those also fail with
   * `not-kept`.
   */
  contact: { input: z.strictObject({ peerId: peerIdSchema }), output: contactSchema },
  setVerified: { input: z.strictObject({ peerId: peerIdSchema, verified: z.boolean() }), output: contactSchema },
  setBlocked: { input: z.strictObject({ peerId: peerIdSchema, blocked: z.boolean() }), output: contactSchema },
} as const;
