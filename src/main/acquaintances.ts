/**
 * Whom we have met: the name under which a key was first seen, whether its owner was verified or is blocked, and who uses a name that
 * another key had before (rules TRUST-1 to TRUST-6). Names are claims, keys are people: entries are never merged.
 */
import { createEmitter } from '../shared/emitter.ts';
import type { Unsubscribe } from '../shared/link.ts';
import { StoreError, type KnownPeer, type MessageStore } from './messaging/ports.ts';
import { comparableName } from './names.ts';
import type { Clock, Log } from './ports.ts';

export interface Acquaintances {
  /** Somebody is here under that name. */
  met(peerId: string, name: string): void;
  /** Somebody left: keeps when it was last seen. */
  left(peerId: string, lastSeenMs: number): void;
  get(peerId: string): KnownPeer | undefined;
  list(): readonly KnownPeer[];
  /** By name as people compare it, met before; several keys may have used it. */
  named(name: string): readonly KnownPeer[];
  isVerified(peerId: string): boolean;
  isBlocked(peerId: string): boolean;
  /** The earlier holder of the name that this key uses now, if it is another key: a reason to warn. */
  earlierHolderOf(peerId: string): KnownPeer | undefined;
  /** @returns whether it is somebody we know, and could be kept */
  setVerified(peerId: string, verified: boolean): boolean;
  setBlocked(peerId: string, blocked: boolean): boolean;
  subscribe(listener: (peerId: string) => void): Unsubscribe;
}

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<MessageStore, 'putKnownPeer' | 'knownPeers'>;
}

/** Keys remembered in memory and looked through by name; the ones seen longest ago, neither verified nor blocked, are forgotten first. */
const maxKnown = 20_000;

export function createAcquaintances({ clock, log, store }: Deps): Acquaintances {
  const known = new Map<string, KnownPeer>(store.knownPeers().map((peer) => [peer.peerId, peer]));
  const changes = createEmitter<string>();

  return {
    met(peerId, name) {
      const before = known.get(peerId);
      if (before?.name === name) return;
      const nowMs = clock.wallMs();
      keep({ verified: false, blocked: false, firstSeenMs: nowMs, ...before, peerId, name, lastSeenMs: nowMs });
    },
    left(peerId, lastSeenMs) {
      const before = known.get(peerId);
      if (before) keep({ ...before, lastSeenMs });
    },
    get: (peerId) => known.get(peerId),
    list: () => [...known.values()],
    named: (name) => [...known.values()].filter((peer) => comparableName(peer.name) === comparableName(name)),
    isVerified: (peerId) => known.get(peerId)?.verified ?? false,
    isBlocked: (peerId) => known.get(peerId)?.blocked ?? false,
    earlierHolderOf(peerId) {
      const own = known.get(peerId);
      if (!own) return undefined;
      const name = comparableName(own.name);
      const earlier = [...known.values()].filter(
        (peer) => peer.peerId !== peerId && comparableName(peer.name) === name && peer.firstSeenMs < own.firstSeenMs,
      );
      return earlier.toSorted((a, b) => Number(b.verified) - Number(a.verified) || a.firstSeenMs - b.firstSeenMs)[0];
    },
    setVerified: (peerId, verified) => change(peerId, { verified }),
    setBlocked: (peerId, blocked) => change(peerId, { blocked }),
    subscribe: (listener) => changes.subscribe(listener),
  };

  function change(peerId: string, to: Partial<KnownPeer>): boolean {
    const before = known.get(peerId);
    if (!before || !keep({ ...before, ...to })) return false;
    changes.emit(peerId);
    return true;
  }

  function keep(peer: KnownPeer): boolean {
    try {
      store.putKnownPeer(peer);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.write('warning', 'a person could not be remembered', { code: error.code });
      // What a person decided must not seem to hold when it would not after a restart; a name may.
      if (known.get(peer.peerId)?.verified !== peer.verified || known.get(peer.peerId)?.blocked !== peer.blocked) return false;
    }
    known.set(peer.peerId, peer);
    if (known.size > maxKnown) forgetOne();
    return true;
  }

  function forgetOne(): void {
    let oldest: KnownPeer | undefined;
    for (const peer of known.values()) {
      if (!peer.verified && !peer.blocked && (!oldest || peer.lastSeenMs < oldest.lastSeenMs)) oldest = peer;
    }
    if (oldest) known.delete(oldest.peerId);
  }
}
