/** The peers that are online, and those that left recently. They reach a user interface with the snapshot and its deltas. */
import { peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { statusSchema } from './profile.ts';

/** `online`: heard, fresh and both ways · `one-way`: we hear it, it does not hear us · `suspect`: silent, being probed. */
export const presenceSchema = z.enum(['online', 'one-way', 'suspect']);
export type Presence = z.infer<typeof presenceSchema>;

/** Why a peer left: it said goodbye · it fell silent · it did not answer a probe. */
export const leaveReasonSchema = z.enum(['goodbye', 'expired', 'unreachable']);
export type LeaveReason = z.infer<typeof leaveReasonSchema>;

/** PEER of docs/AUTOMATION.md, to the letter. */
export const peerSchema = z.object({
  peerId: peerIdSchema,
  name: z.string(),
  host: z.string(),
  status: statusSchema,
  note: z.string(),
  /** Where we heard it, `ADDRESS:PORT` or `[ADDRESS]:PORT`, most recent first. */
  addresses: z.array(z.string()),
  presence: presenceSchema,
  /** Wall clock, milliseconds since 1970, of the last datagram that proved it alive. */
  lastSeenMs: z.number(),
  verified: z.boolean(),
});
export type Peer = z.infer<typeof peerSchema>;

/** A peer that was online and left. */
export const departedPeerSchema = peerSchema.omit({ presence: true }).extend({ reason: leaveReasonSchema });
export type DepartedPeer = z.infer<typeof departedPeerSchema>;
