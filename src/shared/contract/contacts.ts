/** Contacts, online or not, with our marks for them, and the calls that change these. */
import { peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';

const acquaintanceSchema = z.object({
  peerId: peerIdSchema,
  name: z.string(),
  firstSeenMs: z.number(),
  verified: z.boolean(),
  blocked: z.boolean(),
  /** Ten groups of five digits, the same on both sides. */
  safetyCode: z.string(),
  /**
   * The contact that used this name, or a look-alike, earlier and with another key; null if there
   * is none.
   */
  earlierHolder: z.object({ peerId: peerIdSchema, name: z.string(), verified: z.boolean() }).nullable(),
});
export type Acquaintance = z.infer<typeof acquaintanceSchema>;

export const contactCalls = {
  /**
   * Fails with `unknown-peer` if we never met that peer, as do the next two. Those also fail with
   * `not-kept`.
   */
  acquaintance: { input: z.strictObject({ peerId: peerIdSchema }), output: acquaintanceSchema },
  setVerified: { input: z.strictObject({ peerId: peerIdSchema, verified: z.boolean() }), output: acquaintanceSchema },
  setBlocked: { input: z.strictObject({ peerId: peerIdSchema, blocked: z.boolean() }), output: acquaintanceSchema },
} as const;
