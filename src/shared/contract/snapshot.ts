/**
 * All that a user interface shows, taken from several areas: one snapshot, then numbered deltas. An area whose state every screen shows
 * adds a field here.
 */
import { peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { healthSchema } from './health.ts';
import { departedPeerSchema, peerSchema } from './presence.ts';
import { selfSchema } from './profile.ts';

const snapshotSchema = z.object({
  revision: z.number().int(),
  self: selfSchema,
  peers: z.array(peerSchema),
  departed: z.array(departedPeerSchema),
  health: z.array(healthSchema),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/**
 * What changed since `revision - 1`. A receiver that holds another revision asks for a new snapshot. A peer in `peers` replaces what was
 * known of it, and is no longer departed; one in `departed` is no longer here; `seen` only moves `lastSeenMs`.
 */
const deltaSchema = z.object({
  revision: z.number().int(),
  self: selfSchema.optional(),
  peers: z.array(peerSchema).optional(),
  departed: z.array(departedPeerSchema).optional(),
  /** Departed peers that are no longer remembered at all. */
  forgotten: z.array(peerIdSchema).optional(),
  seen: z.array(z.tuple([peerIdSchema, z.number()])).optional(),
  health: z.array(healthSchema).optional(),
});
export type Delta = z.infer<typeof deltaSchema>;

export const snapshotCalls = {
  /** Everything there is to show. Also makes the core send `changed` events from this revision on. */
  snapshot: { input: z.strictObject({}), output: snapshotSchema },
} as const;

export const snapshotEvents = { changed: deltaSchema } as const;
