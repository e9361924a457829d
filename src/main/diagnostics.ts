/** Everything about presence that people who look for a fault may want to know, as plain data (`diagnostics` of docs/AUTOMATION.md). */
import type { Diagnostics, Health, InterfaceReport, NetworkSettings } from '../shared/model.ts';
import type { NetworkHistory } from './network-health.ts';
import { toPeer } from './peer-view.ts';
import type { Clock } from './ports.ts';
import type { BoundAddress, Presence, PresenceOptions } from './presence/index.ts';

interface Parts {
  readonly clock: Clock;
  readonly presence: Presence;
  readonly options: PresenceOptions;
  readonly history: NetworkHistory;
  /** Our own host name, as others see it. */
  readonly ownHost: string;
  readonly network: NetworkSettings;
  readonly teamKey: boolean;
  readonly health: readonly Health[];
}

export function describePresence({ clock, presence, options, history, ownHost, network, teamKey, health }: Parts): Diagnostics {
  const bound = presence.addresses();
  const records = presence.registry.list();
  const own = new Set(bound.map(({ interface: { address } }) => address));
  return {
    atMs: clock.wallMs(),
    unicastPort: presence.unicastPort(),
    port: options.port,
    group: options.group,
    counters: { ...presence.counters() } as Diagnostics['counters'],
    interfaces: bound.map((address) => describeAddress(address, clock.monotonicMs())),
    peers: records.map((record) => {
      const { peerId, name, host, presence: state, addresses, lastSeenMs } = toPeer(record);
      return { peerId, name, host, presence: state, unicastOnly: presence.isUnicastOnly(record), addresses, lastSeenMs };
    }),
    restarts: [...history.restarts],
    stalls: [...history.stalls],
    clockJumps: [...history.clockJumps],
    ownKeyHeardFrom: history.ownKeyHeardFrom ?? null,
    // Somebody on this very computer has our address and our host name; with another host name it is a conflict.
    addressConflicts: records.flatMap(({ announcement: { host }, addresses }) =>
      addresses.filter(({ address }) => host !== ownHost && own.has(address)).map(({ address }) => ({ address, host })),
    ),
    network,
    teamKey,
    health: [...health],
  };
}

/** @param nowMs monotonic */
function describeAddress(bound: BoundAddress, nowMs: number): InterfaceReport {
  const { name, address, family, prefixLength } = bound.interface;
  return {
    name,
    address,
    family,
    prefixLength,
    joined: bound.joined,
    sent: bound.sent,
    sendFailures: bound.sendFailures,
    lastSendFailure: bound.lastSendFailure ?? null,
    heard: bound.heard,
    ownBeaconHeardMsAgo: bound.lastLoopbackMs === undefined ? null : Math.round(nowMs - bound.lastLoopbackMs),
    failure: bound.failure?.code ?? null,
  };
}
