/**
 * Who is here: one entry per peerId, gone when it was not heard in time (rules REG-1 to REG-9). It only keeps books. `dispatch.ts` decides
 * which peers enter, once `authenticate.ts` has checked signature and newness. What an observation changes is in `peer-record.ts`, when silence
 * is too long in `idle-timer.ts`.
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
  /** Not heard for longer than its announced interval allows; once per silence. Not shown to anybody: a reason to ask. */
  | { readonly type: 'silent'; readonly record: PeerRecord };

export interface ExpiringRegistry {
  /** Enters or refreshes. `refused`: it is ourselves, the list is full, or the first observation lacks an announcement. */
  see(observation: Observation): 'joined' | 'updated' | 'seen' | 'refused';
  /** Whether that peer is here, or there is room for it. */
  accepts(peerId: PeerId): boolean;
  /** One more address of a peer that is here; no sign of life. */
  noteAddress(peerId: PeerId, address: Endpoint): void;
  /** Addresses of a peer that were not heard for so long; none if it is not here. */
  addressesUnheardFor(peerId: PeerId, durationMs: number): readonly Endpoint[];
  /** Shows a peer that is here differently, without a sign of life. */
  setPresence(peerId: PeerId, presence: Presence): void;
  /** Begins to count everybody's silence anew: it was we who did not listen. */
  resetAll(): void;
  /** Removes and remembers as departed. @returns whether it was here */
  remove(peerId: PeerId, reason: LeaveReason): boolean;
  get(peerId: PeerId): PeerRecord | undefined;
  /**
   * The peer here with that key. A look into a table, because working it out from the key costs more than checking a signature does,
   * and a flood invents a new key for each datagram (rule FLOW-2).
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
  /** Whether silence may count against peers now; not while our own network is in doubt. */
  readonly mayExpire?: () => boolean;
  /** Takes what a listener of ours throws; absent: see `createEmitter`. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

export function createExpiringRegistry(
  { clock, mayExpire = () => true, onListenerError }: Deps,
  options: Options,
): ExpiringRegistry {
  const entries = new Map<string, PeerEntry>();
  /** By public key, as text. */
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
    setPresence(peerId, presence) {
      const entry = entries.get(peerId);
      if (entry?.setPresence(presence)) emit('updated', entry);
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
