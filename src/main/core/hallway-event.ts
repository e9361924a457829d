/** All that the core tells its hosts, and what becomes of the registry's events on the way to them. */
import type { Health } from '../../shared/contract/health.ts';
import type { BoundInterface, NetworkSettings } from '../../shared/contract/network.ts';
import type { DepartedPeer, Peer } from '../../shared/contract/presence.ts';
import type { Self } from '../../shared/contract/profile.ts';
import type { PeerId } from '../../shared/lib/ids.ts';
import type { MessagingEvent } from './messaging/messaging.ts';
import { toDepartedPeer, toPeer, type IsVerified } from './contacts/peer-view.ts';
import type { RegistryEvent } from './presence/index.ts';

export type HallwayEvent =
  /** Sockets are open and the first beacon is out; once. */
  | {
      readonly type: 'ready';
      readonly unicastPort: number;
      readonly tcpPort: number;
      readonly interfaces: readonly BoundInterface[];
    }
  | { readonly type: 'peer-joined' | 'peer-updated'; readonly peer: Peer }
  /** Heard again with nothing new to tell: only `lastSeenMs` moved. */
  | { readonly type: 'peer-seen'; readonly peerId: PeerId; readonly lastSeenMs: number }
  | { readonly type: 'peer-left'; readonly departed: DepartedPeer }
  /** A departed peer made room for newer ones in "recently here". */
  | { readonly type: 'peer-forgotten'; readonly peerId: PeerId }
  | { readonly type: 'self-changed'; readonly self: Self }
  /** To be remembered: what people chose about the network. */
  | { readonly type: 'network-changed'; readonly network: NetworkSettings }
  | { readonly type: 'health-changed'; readonly health: readonly Health[] }
  | MessagingEvent;

/** @returns undefined for what concerns only presence itself */
export function toHallwayEvent(event: RegistryEvent, isVerified: IsVerified): HallwayEvent | undefined {
  switch (event.type) {
    case 'joined':
      return { type: 'peer-joined', peer: toPeer(event.record, isVerified) };
    case 'updated':
      return { type: 'peer-updated', peer: toPeer(event.record, isVerified) };
    case 'seen':
      return { type: 'peer-seen', peerId: event.record.peerId, lastSeenMs: event.record.lastSeenMs };
    case 'left':
      return { type: 'peer-left', departed: toDepartedPeer(event.departed, isVerified) };
    case 'forgotten':
      return { type: 'peer-forgotten', peerId: event.peerId };
    case 'silent':
      return undefined;
  }
}
