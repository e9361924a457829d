/**
 * The one contract between the core and a user interface: every call and every event, with its decoder. Types, the allow-list and
 * the validation at both ends derive from this value. Adding a call is one line here and one handler in
 * `main/user-interface.ts`; the preload and the transports never change.
 */
import * as z from 'zod';
import { deltaSchema, profileChangeSchema, selfSchema, snapshotSchema } from './model.ts';

export const contract = {
  calls: {
    /** Everything there is to show. Also makes the core send `changed` events from this revision on. */
    snapshot: { input: z.strictObject({}), output: snapshotSchema },
    /** Changes our own name, status or note; answers what became of them. Fails with `bad-name`, `name-reserved` or `name-in-use`. */
    setProfile: { input: profileChangeSchema, output: selfSchema },
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
