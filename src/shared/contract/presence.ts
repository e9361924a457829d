/**
 * The online peers, and those that left recently. The snapshot and its deltas carry them to a user
 * interface.
 */
import { peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { statusSchema } from './profile.ts';

/**
 * `online`: fresh, and both directions work · `one-way`: we hear it, and it does not hear us ·
 * `suspect`: silent, being probed.
 */
export const presenceSchema = z.enum(['online', 'one-way', 'suspect']);
export type Presence = z.infer<typeof presenceSchema>;

/** The reason why a peer left: it said goodbye · it fell silent · it answered no probe. */
export const leaveReasonSchema = z.enum(['goodbye', 'expired', 'unreachable']);
export type LeaveReason = z.infer<typeof leaveReasonSchema>;

/** PEER of docs/AUTOMATION.md, field by field. */
export const peerSchema = z.object({
  peerId: peerIdSchema,
  name: z.string(),
  host: z.string(),
  status: statusSchema,
  note: z.string(),
  /** The addresses it was heard from, `ADDRESS:PORT` or `[ADDRESS]:PORT`, most recent first. */
  addresses: z.array(z.string()),
  presence: presenceSchema,
  /** Wall clock, milliseconds since 1970, of the last datagram that proved it alive. */
  lastSeenMs: z.number(),
  verified: z.boolean(),
  /** The end of its busy status, by its own clock: milliseconds since 1970. */
  busyUntilMs: z.number().optional(),
  /** The version of its program, as it claims. */
  version: z.string().optional(),
});
export type Peer = z.infer<typeof peerSchema>;

/** A peer that was online and left. */
export const departedPeerSchema = peerSchema.omit({ presence: true }).extend({ reason: leaveReasonSchema });
export type DepartedPeer = z.infer<typeof departedPeerSchema>;
