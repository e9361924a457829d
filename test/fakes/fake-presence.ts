/** The presence of a fake Hallway: peers come, change and leave as the test says, and events follow. */
import type { Hallway, HallwayEvent } from '../../src/main/core/hallway.ts';
import type { PresenceEvent } from '../../src/main/core/presence/index.ts';
import type { DepartedPeer, LeaveReason, Peer } from '../../src/shared/contract/presence.ts';
import type { Emitter } from '../../src/shared/lib/emitter.ts';
import type { PeerId } from '../../src/shared/lib/ids.ts';
import type { Unsubscribe } from '../../src/shared/rpc/link.ts';

export interface FakePresence {
  readonly area: Hallway['presence'];
  peers(): readonly Peer[];
  /** A new or changed peer. */
  putPeer(peer: Peer): void;
  see(peerId: PeerId, lastSeenMs: number): void;
  leave(peerId: PeerId, reason: LeaveReason): void;
  forget(peerId: PeerId): void;
}

/** @param events where its own go */
export function createFakePresence(events: Emitter<HallwayEvent>): FakePresence {
  const peers = new Map<PeerId, Peer>();
  const departed = new Map<PeerId, DepartedPeer>();
  return {
    area: {
      peers: () => [...peers.values()].sort((a, b) => a.name.localeCompare(b.name)),
      departed: () => [...departed.values()].reverse(),
      suspend: () => Promise.resolve(),
      resume: () => undefined,
      subscribe: eventsOf<PresenceEvent>(events, [
        'ready',
        'peer-joined',
        'peer-updated',
        'peer-seen',
        'peer-left',
        'peer-forgotten',
      ]),
    },
    peers: () => [...peers.values()],
    putPeer(peer) {
      const type = peers.has(peer.peerId) ? 'peer-updated' : 'peer-joined';
      peers.set(peer.peerId, peer);
      departed.delete(peer.peerId);
      events.emit({ type, peer });
    },
    see(peerId, lastSeenMs) {
      const peer = peers.get(peerId);
      if (peer === undefined) return;
      peers.set(peerId, { ...peer, lastSeenMs });
      events.emit({ type: 'peer-seen', peerId, lastSeenMs });
    },
    leave(peerId, reason) {
      const peer = peers.get(peerId);
      if (peer === undefined) return;
      const { presence: _presence, ...known } = peer;
      peers.delete(peerId);
      departed.set(peerId, { ...known, reason });
      events.emit({ type: 'peer-left', departed: { ...known, reason } });
    },
    forget(peerId) {
      if (departed.delete(peerId)) events.emit({ type: 'peer-forgotten', peerId });
    },
  };
}

/** @returns what subscribes to the events of one area */
export function eventsOf<Event extends HallwayEvent>(events: Emitter<HallwayEvent>, types: readonly Event['type'][]) {
  return (listener: (event: Event) => void): Unsubscribe =>
    events.subscribe((event) => {
      if (types.some((type) => type === event.type)) listener(event as Event);
    });
}
