/** What we know and think of a person, online or not, and the calls that change it. */
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
  /** The person that used this name, or one that looks like it, earlier and with another key; null if there is none. */
  earlierHolder: z.object({ peerId: peerIdSchema, name: z.string(), verified: z.boolean() }).nullable(),
});
export type Acquaintance = z.infer<typeof acquaintanceSchema>;

export const contactCalls = {
  /** Fails with `unknown-peer` if we never met that peer, as do the next two; those also fail with `not-kept`. */
  acquaintance: { input: z.strictObject({ peerId: peerIdSchema }), output: acquaintanceSchema },
  setVerified: { input: z.strictObject({ peerId: peerIdSchema, verified: z.boolean() }), output: acquaintanceSchema },
  setBlocked: { input: z.strictObject({ peerId: peerIdSchema, blocked: z.boolean() }), output: acquaintanceSchema },
} as const;
