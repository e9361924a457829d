/**
 * The state that a user interface shows, from several areas: one snapshot, then numbered deltas. An
 * area that every screen shows adds a field here.
 */
import { peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { healthSchema } from './health.ts';
import { departedPeerSchema, peerSchema } from './presence.ts';
import { selfSchema } from './profile.ts';
import { roomSchema } from './rooms.ts';
import { settingStatesSchema } from './settings.ts';

const snapshotSchema = z.object({
  revision: z.number().int(),
  self: selfSchema,
  peers: z.array(peerSchema),
  departed: z.array(departedPeerSchema),
  health: z.array(healthSchema),
  rooms: z.array(roomSchema),
  settings: settingStatesSchema,
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/**
 * The changes since `revision - 1`. A receiver with another revision requests a new snapshot. A
 * peer in `peers` replaces its earlier entry, and is no longer departed. One in `departed` is no
 * longer online. `seen` only updates `lastSeenMs`.
 */
const deltaSchema = z.object({
  revision: z.number().int(),
  self: selfSchema.optional(),
  peers: z.array(peerSchema).optional(),
  departed: z.array(departedPeerSchema).optional(),
  /** Departed peers that presence has forgotten. */
  forgotten: z.array(peerIdSchema).optional(),
  seen: z.array(z.tuple([peerIdSchema, z.number()])).optional(),
  health: z.array(healthSchema).optional(),
  /** Each replaces its earlier entry. */
  rooms: z.array(roomSchema).optional(),
  /** Names of rooms that nobody here is in any more, and that we are not in. */
  roomsGone: z.array(z.string()).optional(),
  /** All of them, when one has changed. */
  settings: settingStatesSchema.optional(),
});
export type Delta = z.infer<typeof deltaSchema>;

export const snapshotCalls = {
  /** The whole state. The core also sends `changed` events from this revision on. */
  snapshot: { input: z.strictObject({}), output: snapshotSchema },
} as const;

export const snapshotEvents = { changed: deltaSchema } as const;
