/**
 * Serves one user interface over one Link: a snapshot when it asks, then numbered deltas, at most one per `deltaIntervalMs` however much
 * happens. It only reads the core and passes commands on; what a user interface shows and how is not its business.
 */
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Delta, DepartedPeer, Health, Peer, PeerId, Self, Snapshot } from '../../../shared/contract/model.ts';
import { serveRpc } from '../../../shared/rpc/rpc.ts';
import type { ReportDropped } from '../../../shared/rpc/rpc.ts';
import type { Hallway, HallwayEvent } from '../../core/hallway.ts';
import { forwardTalk, refused, talkHandlers } from './message-handlers.ts';
import type { Clock } from '../../core/ports.ts';

/** Least time between two deltas: 20 a second look immediate, and keep a burst of 1,000 events from being 1,000 messages. */
export const deltaIntervalMs = 50;

export interface UserInterfaceDeps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>;
  readonly onDropped?: ReportDropped;
}

/** @returns its undo: ends the service, without closing the link */
export function serveUserInterface(hallway: Hallway, link: Link, { clock, onDropped }: UserInterfaceDeps): Unsubscribe {
  let revision = 0;
  // Nobody is told of changes before they have asked for a snapshot, nor after they have gone.
  let listening = false;
  let pending = createPendingDelta(hallway);
  let cancelTimer: Unsubscribe | undefined;
  let lastSentAtMs = Number.NEGATIVE_INFINITY;

  const server = serveRpc(
    link,
    {
      snapshot: () => {
        forgetPending();
        listening = true;
        return { ok: true, output: takeSnapshot(hallway, revision) };
      },
      setProfile: (change) => {
        const result = hallway.changeProfile(change);
        return result.ok ? { ok: true, output: result.self } : refused(result);
      },
      network: () => ({ ok: true, output: hallway.network() }),
      setNetwork: (change) => ({ ok: true, output: hallway.changeNetwork(change) }),
      connect: async ({ address }) => {
        const result = await hallway.connect(address);
        return result.ok ? { ok: true, output: { peerId: result.peerId } } : refused(result);
      },
      forgetAddress: ({ address }) => ({ ok: true, output: hallway.forgetAddress(address) }),
      ...talkHandlers(hallway),
      doctor: () => ({ ok: true, output: hallway.examine() }),
    },
    onDropped === undefined ? {} : { onDropped },
  );

  function forgetPending(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    pending = createPendingDelta(hallway);
  }

  function sendDelta(): void {
    revision += 1;
    lastSentAtMs = clock.monotonicMs();
    server.emit('changed', pending.take(revision));
    forgetPending();
  }

  const undo = [
    hallway.subscribe((event) => {
      if (!listening) return;
      pending.add(event);
      // The first change after a pause goes out on the next turn, with all else that happened in this one.
      cancelTimer ??= clock.setTimer(sendDelta, Math.max(0, lastSentAtMs + deltaIntervalMs - clock.monotonicMs()));
    }),
    forwardTalk(hallway, (name, payload) => {
      if (listening) server.emit(name, payload);
    }),
    link.onClose(() => {
      listening = false;
      forgetPending();
    }),
    () => server.close(),
  ];

  return () => {
    listening = false;
    forgetPending();
    for (const stop of undo.splice(0)) stop();
  };
}

function takeSnapshot(hallway: Hallway, revision: number): Snapshot {
  return {
    revision,
    self: hallway.self(),
    peers: [...hallway.peers()],
    departed: [...hallway.departed()],
    health: [...hallway.health()],
  };
}

interface PendingDelta {
  add(event: HallwayEvent): void;
  take(revision: number): Delta;
}

/** Folds events into one delta. Of each peer only the last thing that happened is kept, so that the parts of a delta never contradict. */
function createPendingDelta(hallway: Pick<Hallway, 'self'>): PendingDelta {
  const peers = new Map<PeerId, Peer>();
  const departed = new Map<PeerId, DepartedPeer>();
  const forgotten = new Set<PeerId>();
  const seen = new Map<PeerId, number>();
  let self: Self | undefined;
  let health: readonly Health[] | undefined;

  function clear(peerId: PeerId): void {
    peers.delete(peerId);
    departed.delete(peerId);
    forgotten.delete(peerId);
    seen.delete(peerId);
  }

  return {
    add(event) {
      switch (event.type) {
        case 'ready':
          self = hallway.self();
          return;
        case 'peer-joined':
        case 'peer-updated':
          clear(event.peer.peerId);
          peers.set(event.peer.peerId, event.peer);
          return;
        case 'peer-seen': {
          const changed = peers.get(event.peerId);
          if (changed === undefined) seen.set(event.peerId, event.lastSeenMs);
          else peers.set(event.peerId, { ...changed, lastSeenMs: event.lastSeenMs });
          return;
        }
        case 'peer-left':
          clear(event.departed.peerId);
          departed.set(event.departed.peerId, event.departed);
          return;
        case 'peer-forgotten':
          clear(event.peerId);
          forgotten.add(event.peerId);
          return;
        case 'self-changed':
          self = event.self;
          return;
        case 'health-changed':
          health = event.health;
          return;
        // Asked for where it is shown.
        case 'network-changed':
        // Sent at once, by user-interface-talk.ts: a message does not wait for a delta.
        case 'message':
        case 'written':
        case 'delivery':
        case 'typing':
        case 'conversation-changed':
        case 'store-problem':
        case 'strangers-wait':
          return;
      }
    },
    take(revision) {
      return {
        revision,
        ...(self !== undefined && { self }),
        ...(peers.size > 0 && { peers: [...peers.values()] }),
        ...(departed.size > 0 && { departed: [...departed.values()] }),
        ...(forgotten.size > 0 && { forgotten: [...forgotten] }),
        ...(seen.size > 0 && { seen: [...seen] }),
        ...(health !== undefined && { health: [...health] }),
      };
    },
  };
}
