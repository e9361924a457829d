/** The name, status and note of a peer, our own profile, and the call that changes it. */
import { peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { boundInterfaceSchema } from './network.ts';

/** Longest name, host name and note of a peer, in UTF-8 bytes, so that a beacon stays small. */
export const maxNameBytes = 48;
export const maxHostBytes = 48;
export const maxNoteBytes = 96;

export const statusSchema = z.enum(['available', 'away', 'busy']);
export type Status = z.infer<typeof statusSchema>;

/** Our own profile, as other peers see it. */
export const selfSchema = z.object({
  peerId: peerIdSchema,
  name: z.string(),
  host: z.string(),
  status: statusSchema,
  note: z.string(),
  /** The end of a busy status, in milliseconds since 1970; absent if it has none. */
  busyUntilMs: z.number().optional(),
  /** Away by itself: the user chose no status. */
  isAutoAway: z.boolean().optional(),
  /** Auto-away is on, and this desktop tells no idle time that can be believed. */
  cannotTellAway: z.boolean().optional(),
  interfaces: z.array(boundInterfaceSchema),
});
export type Self = z.infer<typeof selfSchema>;

export const profileChangeSchema = z.strictObject({
  name: z.string().optional(),
  status: statusSchema.optional(),
  note: z.string().optional(),
  /** Goes with the status `busy`. Absent with a status: it has no end. */
  busyUntilMs: z.int().nonnegative().nullable().optional(),
});
export type ProfileChange = z.infer<typeof profileChangeSchema>;

export const profileCalls = {
  /**
   * Changes our name, status or note, and returns the new profile. Fails with `bad-name`,
   * `name-reserved` or `name-in-use`.
   */
  setProfile: { input: profileChangeSchema, output: selfSchema },
} as const;
