/**
 * The contract between the core and a user interface: every call and every event, with its decoder.
 * Types, the allow-list and the validation at both ends derive from this value. Each area has a
 * file with its calls, events and types; this file joins them. A call is one entry in its area's
 * file, and one handler in main/hosts/ui-server/handlers.
 */
import type { z } from '../lib/zod.ts';
import { aboutCalls } from './about.ts';
import { chosenFileCalls, chosenFileEvents } from './chosen-files.ts';
import { contactCalls } from './contacts.ts';
import { diagnosticsCalls } from './diagnostics.ts';
import { draftCalls, draftEvents } from './drafts.ts';
import { marksCalls } from './marks.ts';
import { hostCalls, hostEvents } from './host.ts';
import { messageCalls, messageEvents } from './messages.ts';
import { networkCalls } from './network.ts';
import { notificationCalls, notificationEvents } from './notifications.ts';
import { profileCalls } from './profile.ts';
import { roomCalls, roomEvents } from './rooms.ts';
import { settingsCalls } from './settings.ts';
import { snapshotCalls, snapshotEvents } from './snapshot.ts';
import { transferredFileCalls, transferredFileEvents } from './transferred-files.ts';
import { transferCalls, transferEvents } from './transfers.ts';

export const contract = {
  calls: {
    ...snapshotCalls,
    ...profileCalls,
    ...networkCalls,
    ...messageCalls,
    ...roomCalls,
    ...draftCalls,
    ...transferCalls,
    ...chosenFileCalls,
    ...transferredFileCalls,
    ...marksCalls,
    ...contactCalls,
    ...settingsCalls,
    ...diagnosticsCalls,
    ...hostCalls,
    ...aboutCalls,
    ...notificationCalls,
  },
  events: {
    ...snapshotEvents,
    ...messageEvents,
    ...roomEvents,
    ...draftEvents,
    ...transferEvents,
    ...chosenFileEvents,
    ...transferredFileEvents,
    ...hostEvents,
    ...notificationEvents,
  },
} as const;

export type Contract = typeof contract;
export type CallName = keyof Contract['calls'];
export type CallInput<Name extends CallName> = z.infer<Contract['calls'][Name]['input']>;
export type CallOutput<Name extends CallName> = z.infer<Contract['calls'][Name]['output']>;
export type EventName = keyof Contract['events'];
export type EventPayload<Name extends EventName> = z.infer<Contract['events'][Name]>;
