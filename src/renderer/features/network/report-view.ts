/**
 * Turns the doctor's report into the panel's views: checks, adapters, peers, events and drops.
 * Pure.
 */
import { say } from '../../../shared/text/messages/page.ts';
import type { Diagnostics, InterfaceReport } from '../../../shared/contract/diagnostics.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';

/** A node hears its own beacon at least every 15 s; this allows for two lost ones. */
export const ownBeaconLateMs = 35_000;

/** The passed checks, each as a plain sentence. */
export function checksOf(diagnostics: Diagnostics): readonly string[] {
  const adapters = adaptersOf(diagnostics).filter(({ isUsed, addresses }) => isUsed && addresses.some(({ joined }) => joined));
  const freshest = freshestOf(diagnostics.interfaces);
  const twoWay = diagnostics.peers.filter(({ presence }) => presence === 'online').length;
  return [
    adapters.length === 0
      ? say('network.check.joined-none')
      : say('network.check.joined', { adapters: adapters.map(({ name }) => name) }),
    ...(freshest === undefined ? [] : [say('network.check.beacons', { passedMs: freshest })]),
    twoWay === 0 ? say('network.check.nobody') : say('network.check.reachable', { count: twoWay }),
    ...(eventsOf(diagnostics).length === 0 && lossesOf(diagnostics) === 0 ? [say('network.check.quiet')] : []),
  ];
}

export interface Adapter {
  readonly name: string;
  readonly isUsed: boolean;
  readonly addresses: readonly InterfaceReport[];
  /** The adapter sends, and its own beacons do not come back. */
  readonly isDeaf: boolean;
}

/** Adapters in use and excluded ones, by name. */
export function adaptersOf({ interfaces, network: { excludedInterfaces } }: Diagnostics): readonly Adapter[] {
  const names = new Set([...interfaces.map(({ name }) => name), ...excludedInterfaces]);
  return [...names].sort().map((name) => {
    const isUsed = !excludedInterfaces.includes(name);
    // An adapter that was just excluded is still bound for a moment.
    const addresses = isUsed ? interfaces.filter((address) => address.name === name) : [];
    const freshest = freshestOf(addresses);
    const hasSent = addresses.some(({ sent }) => sent > 0);
    return { name, isUsed, addresses, isDeaf: hasSent && (freshest === undefined || freshest > ownBeaconLateMs) };
  });
}

export interface PeerToNote {
  readonly peerId: PeerId;
  readonly name: string;
  readonly host: string;
  readonly presence: 'online' | 'one-way' | 'suspect';
  readonly text: string;
}

/** Peers that are one-way or reached by unicast only, one-way first. */
export function peersToNote({ peers }: Diagnostics): readonly PeerToNote[] {
  const oneWay = peers.filter(({ presence }) => presence === 'one-way');
  const unicastOnly = peers.filter((peer) => peer.unicastOnly && peer.presence !== 'one-way');
  return [
    ...oneWay.map((peer) => ({ ...peer, text: say('network.to-note.one-way') })),
    ...unicastOnly.map((peer) => ({ ...peer, text: say('network.to-note.unicast') })),
  ];
}

export interface LoggedEvent {
  /** Wall clock. */
  readonly atMs: number;
  readonly title: string;
  readonly cause: string;
}

/** Restarts, stalls and clock jumps, latest first. */
export function eventsOf({ restarts, stalls, clockJumps }: Diagnostics): readonly LoggedEvent[] {
  return [
    ...restarts.map(({ atMs, service, cause, delayMs }) => ({
      atMs,
      title: say('network.event.restarted', { service }),
      cause: delayMs >= 1_000 ? say('network.event.after-pause', { cause, delayMs }) : cause,
    })),
    ...stalls.map(({ atMs, lateMs }) => ({
      atMs,
      title: say('network.event.stalled', { lateMs }),
      cause: say('network.event.stalled.cause'),
    })),
    ...clockJumps.map(({ atMs, byMs }) => ({
      atMs,
      title: say('network.event.clock', { direction: byMs < 0 ? 'back' : 'ahead', byMs }),
      cause: say('network.event.clock.cause'),
    })),
  ].sort((a, b) => b.atMs - a.atMs);
}

export interface Drops {
  readonly reason: string;
  readonly count: number;
}

const dropWords: Readonly<Record<string, string>> = {
  oversized: say('network.drop.oversized'),
  foreign: say('network.drop.foreign'),
  'peer-rate': say('network.drop.peer-rate'),
  'known-rate': say('network.drop.known-rate'),
  'source-rate': say('network.drop.source-rate'),
  'unknown-rate': say('network.drop.unknown-rate'),
  'new-key-rate': say('network.drop.new-key-rate'),
  'queue-full': say('network.drop.queue-full'),
  malformed: say('network.drop.malformed'),
  badSignature: say('network.drop.bad-signature'),
  replayed: say('network.drop.replayed'),
  otherTeam: say('network.drop.other-team'),
};

/** Dropped datagrams by named reason, most frequent first. */
export function dropsOf({ counters }: Pick<Diagnostics, 'counters'>): readonly Drops[] {
  const { dropped = {} } = counters;
  const byReason = typeof dropped === 'number' ? { dropped } : dropped;
  const others = ['malformed', 'badSignature', 'otherTeam', 'replayed'].map((name) => [name, sumOf(counters[name])] as const);
  return [...Object.entries(byReason), ...others]
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => ({ reason: dropWords[reason] ?? reason, count }))
    .sort((a, b) => b.count - a.count);
}

/** Our addresses as others must type them. Link-local ones mean nothing on another computer. */
export function ownAddressesOf({ interfaces, unicastPort }: Diagnostics): readonly string[] {
  return interfaces
    .filter(({ joined, failure, address }) => joined && failure === null && !/^fe[89ab]/i.test(address))
    .map(({ address }) => (address.includes(':') ? `[${address}]:${unicastPort}` : `${address}:${unicastPort}`));
}

/** The peer with that address, if it is here. */
export function holderOf(address: string, { peers }: Diagnostics): Diagnostics['peers'][number] | undefined {
  return peers.find(({ addresses }) => addresses.includes(address));
}

/** Omits duplicates, as from two adapters. */
function lossesOf({ counters }: Diagnostics): number {
  return sumOf(counters['dropped']) + sumOf(counters['malformed']) + sumOf(counters['badSignature']);
}

function sumOf(counter: Diagnostics['counters'][string] | undefined): number {
  if (counter === undefined || typeof counter === 'number') return counter ?? 0;
  return Object.values(counter).reduce((sum, count) => sum + count, 0);
}

function freshestOf(addresses: readonly InterfaceReport[]): number | undefined {
  const ages = addresses.flatMap(({ ownBeaconHeardMsAgo }) => (ownBeaconHeardMsAgo === null ? [] : [ownBeaconHeardMsAgo]));
  return ages.length === 0 ? undefined : Math.min(...ages);
}
