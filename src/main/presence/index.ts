/** The public face of presence: what the rest of the core may use of it. */
export { isCallable } from './calls.ts';
export { cleanText } from '../../shared/text/clean-text.ts';
export { formatEndpoint, isOnLink } from './endpoint.ts';
export type { DepartedRecord, RegistryEvent } from './expiring-registry.ts';
export { defaultPresenceOptions, type PresenceOptions } from './options.ts';
export type { PeerRecord } from './peer-record.ts';
export { createPresence, type Presence } from './presence.ts';
export type { BoundAddress } from './sender.ts';
export { SilenceError } from './watchdog.ts';
