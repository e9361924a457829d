/**
 * Presence as hosts see it: peers that are online, peers that left, and the events about both.
 * `presence.ts` finds and loses the peers. The network is an area of its own.
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
  /** Sockets are open and the first beacon was sent. Emitted once. */
  | {
      readonly type: 'ready';
      readonly unicastPort: number;
      readonly tcpPort: number;
      readonly interfaces: readonly BoundInterface[];
    }
  | { readonly type: 'peer-joined' | 'peer-updated'; readonly peer: Peer }
  /** Heard again without a change: only `lastSeenMs` moved. */
  | { readonly type: 'peer-seen'; readonly peerId: PeerId; readonly lastSeenMs: number }
  | { readonly type: 'peer-left'; readonly departed: DepartedPeer }
  /** A departed peer was forgotten to make room for newer ones in "recently here". */
  | { readonly type: 'peer-forgotten'; readonly peerId: PeerId };

export interface PresenceArea {
  /** The listed peers without ourselves, sorted by name. */
  peers(): readonly Peer[];
  /** The departed peers, latest first. */
  departed(): readonly DepartedPeer[];
  /** Call before the computer sleeps. Sends goodbyes. */
  suspend(): Promise<void>;
  /** Call after the computer wakes. Reopens the sockets and resets the silence of all peers. */
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
  /** Emits the peer again, because the user changed a mark of its contact. */
  decided(peerId: PeerId): void;
  /** Call when presence is ready. Further calls after a restart are allowed. */
  ready(): void;
}

/**
 * Turns registry events into presence events from this call on. Listeners that an event must reach
 * first have to subscribe before it.
 */
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
