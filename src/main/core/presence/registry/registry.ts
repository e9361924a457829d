/**
 * The table of listed and departed peers: one entry per peer ID, which expires when the peer is
 * silent (rules REG-1 to REG-9). `dispatch.ts` decides which peers enter, after `authenticate.ts`.
 * `peer-record.ts` applies an observation, and `idle-timer.ts` detects silence.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createEmitter } from '../../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { LeaveReason, Presence } from '../../../../shared/contract/presence.ts';
import type { Clock, Endpoint } from '../../ports.ts';
import type { PresenceOptions } from '../options.ts';
import { createPeerEntry, type PeerEntry, type PeerRecord, type Observation } from './peer-record.ts';
import { createIdleTimer } from './idle-timer.ts';

export interface DepartedRecord {
  readonly record: PeerRecord;
  readonly reason: LeaveReason;
}

export type RegistryEvent =
  | { readonly type: 'joined' | 'updated' | 'seen'; readonly record: PeerRecord }
  | { readonly type: 'left'; readonly departed: DepartedRecord }
  | { readonly type: 'forgotten'; readonly peerId: PeerId }
  /**
   * The peer exceeded its announced interval; once per silence. A reason to probe, not shown to
   * users.
   */
  | { readonly type: 'silent'; readonly record: PeerRecord };

export interface ExpiringRegistry {
  /**
   * Lists or refreshes a peer.
   * @returns `refused` for ourselves, a full registry, or a first observation without an
   * announcement
   */
  see(observation: Observation): 'joined' | 'updated' | 'seen' | 'refused';
  /** True if the peer is listed, or there is room for it. */
  accepts(peerId: PeerId): boolean;
  /** Adds an address of a listed peer, without a sign of life. */
  noteAddress(peerId: PeerId, address: Endpoint): void;
  /** The addresses of a peer that were not heard for that time; none if it is not listed. */
  addressesUnheardFor(peerId: PeerId, durationMs: number): readonly Endpoint[];
  /** Changes the presence of a listed peer, without a sign of life. */
  setPresence(peerId: PeerId, presence: Presence, answeredFrom?: Endpoint): void;
  /** Restarts the idle timers of all peers, because we did not listen. */
  resetAll(): void;
  /** Removes a peer and remembers it as departed. @returns true if it was listed */
  remove(peerId: PeerId, reason: LeaveReason): boolean;
  get(peerId: PeerId): PeerRecord | undefined;
  /**
   * The listed peer with that public key. A table lookup, because deriving a peer ID costs more
   * than checking a signature. A flood invents a new key for each datagram (rule FLOW-2).
   */
  peerIdOf(publicKey: Uint8Array): PeerId | undefined;
  list(): readonly PeerRecord[];
  /** Latest first. */
  departed(): readonly DepartedRecord[];
  readonly size: number;
  subscribe(listener: (event: RegistryEvent) => void): Unsubscribe;
  /** Stops the timer; the entries stay readable. */
  close(): void;
}

type Options = Pick<
  PresenceOptions,
  | 'expiryMs'
  | 'maxPeers'
  | 'maxDeparted'
  | 'maxAddressesPerPeer'
  | 'maxBeaconIntervalMs'
  | 'silentAfterIntervals'
  | 'silentSlackMs'
> & { readonly ownPeerId: PeerId };

interface Deps {
  readonly clock: Clock;
  /** True if silence may expire a peer; false while our own network is in doubt. */
  readonly mayExpire?: () => boolean;
  /** Receives errors that our listeners throw. If absent, see `createEmitter`. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

export function createExpiringRegistry(
  { clock, mayExpire = () => true, onListenerError }: Deps,
  options: Options,
): ExpiringRegistry {
  const entries = new Map<string, PeerEntry>();
  /** By public key as text. */
  const peerIds = new Map<string, string>();
  const departed = new Map<string, DepartedRecord>();
  const events = createEmitter<RegistryEvent>(onListenerError);
  const silence = createIdleTimer(
    {
      clock,
      mayExpire,
      onSilent: (peerId) => emit('silent', entries.get(peerId)),
      onExpired: (peerId) => remove(peerId, 'expired'),
    },
    options,
  );

  return {
    see(observation) {
      const entry = entries.get(observation.peerId);
      return entry ? refresh(entry, observation) : enter(observation);
    },
    accepts: (peerId) => entries.has(peerId) || entries.size < options.maxPeers,
    noteAddress(peerId, address) {
      const entry = entries.get(peerId);
      if (entry?.noteAddress(address)) emit('updated', entry);
    },
    addressesUnheardFor: (peerId, durationMs) => entries.get(peerId)?.addressesUnheardFor(durationMs) ?? [],
    setPresence(peerId, presence, answeredFrom) {
      const entry = entries.get(peerId);
      if (entry?.setPresence(presence, answeredFrom)) emit('updated', entry);
    },
    resetAll: silence.resetAll,
    remove,
    get: (peerId) => entries.get(peerId)?.record,
    peerIdOf: (publicKey) => peerIds.get(textOf(publicKey)),
    list: () => [...entries.values()].map((entry) => entry.record),
    departed: () => [...departed.values()].toReversed(),
    get size() {
      return entries.size;
    },
    subscribe: (listener) => events.subscribe(listener),
    close: silence.close,
  };

  function enter(observation: Observation): 'joined' | 'refused' {
    const { peerId, announcement } = observation;
    if (peerId === options.ownPeerId || !announcement || entries.size >= options.maxPeers) return 'refused';
    const entry = createPeerEntry(observation, announcement, clock, options);
    entries.set(peerId, entry);
    peerIds.set(textOf(entry.record.publicKey), peerId);
    departed.delete(peerId);
    silence.heard(peerId, announcement.intervalMs);
    return emit('joined', entry);
  }

  function refresh(entry: PeerEntry, observation: Observation): 'updated' | 'seen' {
    const type = entry.see(observation) ? 'updated' : 'seen';
    silence.heard(observation.peerId, entry.record.announcement.intervalMs);
    return emit(type, entry);
  }

  function remove(peerId: PeerId, reason: LeaveReason): boolean {
    const entry = entries.get(peerId);
    if (!entry) return false;
    entries.delete(peerId);
    peerIds.delete(textOf(entry.record.publicKey));
    silence.forget(peerId);
    departed.set(peerId, { record: entry.record, reason });
    events.emit({ type: 'left', departed: { record: entry.record, reason } });
    const [oldest] = departed.keys();
    if (departed.size <= options.maxDeparted || oldest === undefined) return true;
    departed.delete(oldest);
    events.emit({ type: 'forgotten', peerId: oldest });
    return true;
  }

  function emit<Type extends 'joined' | 'updated' | 'seen' | 'silent'>(type: Type, entry: PeerEntry | undefined): Type {
    if (entry) events.emit({ type, record: entry.record });
    return type;
  }
}

function textOf(publicKey: Uint8Array): string {
  return String.fromCharCode(...publicKey);
}
