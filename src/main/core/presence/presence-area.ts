/**
 * What hosts see of presence: the peers that are online, those that left, and the events between the two. presence.ts finds and loses the
 * peers; the network has an area of its own.
 */
import type { BoundInterface } from '../../../shared/contract/network.ts';
import type { DepartedPeer, Peer } from '../../../shared/contract/presence.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Presence } from './presence.ts';
import type { RegistryEvent } from './registry/registry.ts';
import { byName, toBoundInterface, toDepartedPeer, toPeer, type IsVerified } from './to-peer.ts';

export type PresenceEvent =
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
  | { readonly type: 'peer-forgotten'; readonly peerId: PeerId };

export interface PresenceArea {
  /** The peers that are online, ourselves never among them, sorted by name. */
  peers(): readonly Peer[];
  /** The peers that left, latest first. */
  departed(): readonly DepartedPeer[];
  /** The computer is about to sleep: says goodbye. */
  suspend(): Promise<void>;
  /** It woke up: joins everything anew, and blames no peer for what we did not hear. */
  resume(): void;
  subscribe(listener: (event: PresenceEvent) => void): Unsubscribe;
}

interface Deps {
  readonly presence: Pick<Presence, 'registry' | 'addresses' | 'unicastPort' | 'suspend' | 'resume'>;
  readonly isVerified: IsVerified;
  /** The port that accepts sessions; 0 if none does. */
  readonly tcpPort: () => number;
  readonly onListenerError: (error: unknown) => void;
}

export interface PresenceAreaParts {
  readonly area: PresenceArea;
  /** The user decided something about that peer. */
  decided(peerId: PeerId): void;
  /** Presence is up; it may be up again. */
  ready(): void;
}

/** From here on, every event of the registry becomes one of ours. What the event changes elsewhere must subscribe earlier. */
export function createPresenceArea({ presence, isVerified, tcpPort, onListenerError }: Deps): PresenceAreaParts {
  const { registry } = presence;
  const events = createEmitter<PresenceEvent>(onListenerError);
  let wasReady = false;

  registry.subscribe((event) => {
    const emitted = toPresenceEvent(event, isVerified);
    if (emitted) events.emit(emitted);
  });

  return {
    area: {
      peers: () =>
        registry
          .list()
          .map((record) => toPeer(record, isVerified))
          .toSorted(byName),
      departed: () => registry.departed().map((record) => toDepartedPeer(record, isVerified)),
      suspend: () => presence.suspend(),
      resume: () => presence.resume(),
      subscribe: (listener) => events.subscribe(listener),
    },
    decided(peerId) {
      const record = registry.get(peerId);
      if (record) events.emit({ type: 'peer-updated', peer: toPeer(record, isVerified) });
    },
    ready() {
      if (wasReady) return;
      wasReady = true;
      const interfaces = presence.addresses().map(toBoundInterface);
      events.emit({ type: 'ready', unicastPort: presence.unicastPort(), tcpPort: tcpPort(), interfaces });
    },
  };
}

/** @returns undefined for an event that concerns presence alone */
function toPresenceEvent(event: RegistryEvent, isVerified: IsVerified): PresenceEvent | undefined {
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
