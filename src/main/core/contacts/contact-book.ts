/**
 * Stores contacts: the last name of each key, and our marks (rules TRUST-1 to TRUST-6). It finds
 * the earlier holder of a name or of a look-alike. Names are claims, so entries are never merged.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { comparableName, looksOfName } from '../../../shared/text/similar-names.ts';
import { logListenerErrors } from '../lib/listener-errors.ts';
import { StoreError, type Contact, type MessageStore } from '../messaging/ports.ts';
import type { Clock, Log } from '../ports.ts';

export interface ContactBook {
  /** Records that a peer is here, or writes, under that name. */
  met(peerId: PeerId, name: string): void;
  /** Records when a peer that left was last seen. */
  left(peerId: PeerId, lastSeenMs: number): void;
  get(peerId: PeerId): Contact | undefined;
  /** The contacts of that name, without look-alikes. Several keys may use it. */
  named(name: string): readonly Contact[];
  isVerified(peerId: PeerId): boolean;
  isBlocked(peerId: PeerId): boolean;
  /**
   * The contact that used this name or a look-alike earlier with another key, or is verified: a
   * reason to warn. Undefined for a verified contact.
   */
  earlierHolderOf(peerId: PeerId): Contact | undefined;
  /** @returns true if the contact is known and the mark was persisted */
  setVerified(peerId: PeerId, verified: boolean): boolean;
  setBlocked(peerId: PeerId, blocked: boolean): boolean;
  /** Calls the listener when a mark changes, but not when a name does. */
  subscribe(listener: (peerId: PeerId) => void): Unsubscribe;
}

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<MessageStore, 'putContact' | 'contacts'>;
}

/**
 * Contacts kept in memory. The ones seen longest ago are forgotten first, unless verified or
 * blocked.
 */
const maxKnown = 20_000;

export function createContactBook({ clock, log, store }: Deps): ContactBook {
  const known = new Map<string, Contact>(store.contacts().map((peer) => [peer.peerId, peer]));
  /** Peer IDs by each look of their names. The form for comparing names is one of the looks. */
  const byLook = new Map<string, Set<string>>();
  for (const peer of known.values()) index(peer);
  const changes = createEmitter<string>(logListenerErrors(log));

  return {
    met(peerId, name) {
      const before = known.get(peerId);
      if (before?.name === name) return;
      const nowMs = clock.wallMs();
      const isSameName = before && comparableName(before.name) === comparableName(name);
      const nameSinceMs = isSameName ? before.nameSinceMs : afterOthers(name, nowMs);
      keep({ verified: false, blocked: false, firstSeenMs: nowMs, ...before, peerId, name, nameSinceMs, lastSeenMs: nowMs });
    },
    left(peerId, lastSeenMs) {
      const before = known.get(peerId);
      if (before) keep({ ...before, lastSeenMs });
    },
    get: (peerId) => known.get(peerId),
    named,
    isVerified: (peerId) => known.get(peerId)?.verified ?? false,
    isBlocked: (peerId) => known.get(peerId)?.blocked ?? false,
    earlierHolderOf(peerId) {
      const own = known.get(peerId);
      if (!own || own.verified) return undefined;
      const others = lookingLike(own.name).filter(
        (peer) => peer.peerId !== peerId && (peer.verified || peer.nameSinceMs < own.nameSinceMs),
      );
      return others.toSorted((a, b) => Number(b.verified) - Number(a.verified) || a.nameSinceMs - b.nameSinceMs)[0];
    },
    setVerified: (peerId, verified) => decide(peerId, { verified }),
    setBlocked: (peerId, blocked) => decide(peerId, { blocked }),
    subscribe: (listener) => changes.subscribe(listener),
  };

  function named(name: string): readonly Contact[] {
    const wanted = comparableName(name);
    return holdersOf([wanted]).filter((peer) => comparableName(peer.name) === wanted);
  }

  function lookingLike(name: string): readonly Contact[] {
    return holdersOf(looksOfName(name));
  }

  function holdersOf(looks: readonly string[]): readonly Contact[] {
    const peerIds = new Set(looks.flatMap((look) => [...(byLook.get(look) ?? [])]));
    return [...peerIds].flatMap((peerId) => known.get(peerId) ?? []);
  }

  /** A time after all current users of the name or a look-alike, even if the clock was set back. */
  function afterOthers(name: string, nowMs: number): number {
    return lookingLike(name).reduce((sinceMs, peer) => Math.max(sinceMs, peer.nameSinceMs + 1), nowMs);
  }

  function decide(peerId: PeerId, to: Partial<Pick<Contact, 'verified' | 'blocked'>>): boolean {
    const before = known.get(peerId);
    if (!before || !keep({ ...before, ...to })) return false;
    changes.emit(peerId);
    return true;
  }

  function keep(peer: Contact): boolean {
    const before = known.get(peer.peerId);
    try {
      store.putContact(peer);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.write('warning', 'a person could not be remembered', { code: error.code });
      // A mark that was not persisted must not take effect, since a restart would drop it. A name
      // may.
      if ((before?.verified ?? false) !== peer.verified || (before?.blocked ?? false) !== peer.blocked) return false;
    }
    if (before) unindex(before);
    known.set(peer.peerId, peer);
    index(peer);
    if (known.size > maxKnown) forgetOne();
    return true;
  }

  function index({ peerId, name }: Contact): void {
    for (const look of looksOfName(name)) byLook.set(look, (byLook.get(look) ?? new Set()).add(peerId));
  }

  function unindex({ peerId, name }: Contact): void {
    for (const look of looksOfName(name)) {
      const holders = byLook.get(look);
      holders?.delete(peerId);
      if (holders?.size === 0) byLook.delete(look);
    }
  }

  function forgetOne(): void {
    let oldest: Contact | undefined;
    for (const peer of known.values()) {
      if (!peer.verified && !peer.blocked && (!oldest || peer.lastSeenMs < oldest.lastSeenMs)) oldest = peer;
    }
    if (!oldest) return;
    unindex(oldest);
    known.delete(oldest.peerId);
  }
}
