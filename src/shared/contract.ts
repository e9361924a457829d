/**
 * The one contract between the core and a user interface: every call and every event, with its decoder. Types, the allow-list and
 * the validation at both ends derive from this value. Adding a call is one line here and one handler in
 * `main/user-interface.ts`; the preload and the transports never change.
 */
import * as z from 'zod';
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
    /** Examines the network as this node meets it. */
    doctor: { input: z.strictObject({}), output: doctorReportSchema },
  },
  events: {
    changed: deltaSchema,
  },
} as const;

export type Contract = typeof contract;
export type CallName = keyof Contract['calls'];
export type CallInput<Name extends CallName> = z.infer<Contract['calls'][Name]['input']>;
export type CallOutput<Name extends CallName> = z.infer<Contract['calls'][Name]['output']>;
export type EventName = keyof Contract['events'];
export type EventPayload<Name extends EventName> = z.infer<Contract['events'][Name]>;
