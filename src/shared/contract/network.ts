/** The node's network settings, and the calls that change them. */
import { peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';

export const boundInterfaceSchema = z.object({ name: z.string(), address: z.string() });
export type BoundInterface = z.infer<typeof boundInterfaceSchema>;

/** The user's choices. */
export const networkSettingsSchema = z.object({
  /** Peers that the user added by address, `ADDRESS:PORT` or `[ADDRESS]:PORT`. */
  manualAddresses: z.array(z.string()),
  /** Names of adapters that Hallway never uses. */
  excludedInterfaces: z.array(z.string()),
  /** The node answers, and sends unicast only to peers that contacted it. */
  passive: z.boolean(),
});
export type NetworkSettings = Readonly<z.infer<typeof networkSettingsSchema>>;

const networkChangeSchema = z.strictObject({
  excludedInterfaces: z.array(z.string().max(64)).max(64).optional(),
  passive: z.boolean().optional(),
});
export type NetworkChange = z.infer<typeof networkChangeSchema>;

/** Longer input is not `HOST:PORT`: a DNS name has at most 253 characters. */
const addressSchema = z.string().max(300);

export const networkCalls = {
  network: { input: z.strictObject({}), output: networkSettingsSchema },
  setNetwork: { input: networkChangeSchema, output: networkSettingsSchema },
  /**
   * Stores a peer's `HOST:PORT` and contacts the peer. Fails with `bad-address`, `unknown-host`,
   * `too-many`, or `no-answer`. After `no-answer` the address stays stored, and is tried again from
   * time to time.
   */
  connect: { input: z.strictObject({ address: addressSchema }), output: z.object({ peerId: peerIdSchema }) },
  forgetAddress: { input: z.strictObject({ address: addressSchema }), output: networkSettingsSchema },
} as const;
