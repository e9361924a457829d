/** The public interface of presence for the rest of the core. */
export { recipientTag } from './wire/datagram.ts';
export { cleanText } from '../../../shared/text/clean-text.ts';
export { formatEndpoint, isCallable, isOnLink } from '../lib/endpoint.ts';
export type { RegistryEvent } from './registry/registry.ts';
export { defaultPresenceOptions, type PresenceOptions } from './options.ts';
export type { PeerRecord } from './registry/peer-record.ts';
export { createPresence, type Presence } from './presence.ts';
export { createOnlinePeers } from './online-peers.ts';
export { createPresenceArea, type PresenceArea, type PresenceEvent } from './presence-area.ts';
export { shownAddresses, shownName, toBoundInterface } from './to-peer.ts';
export type { BoundAddress } from './net/interface-socket.ts';
export { SilenceError } from './failure-detection/watchdog.ts';
export type { AskRange, Head, RoomChannel, RoomListener } from './room-channel.ts';
export { maxTold, maxTops, type Announcement, type ToldRoom, type Top } from './wire/announcement.ts';
