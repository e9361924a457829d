/** Everything about presence and sessions that people who look for a fault may want to know, as plain data (`diagnostics` of docs/AUTOMATION.md). */
import type { Diagnostics, InterfaceReport } from '../../../shared/contract/diagnostics.ts';
import type { Health } from '../../../shared/contract/health.ts';
import type { NetworkSettings } from '../../../shared/contract/network.ts';
import type { SessionCounters } from '../messaging/session-manager/session-manager.ts';
import type { NetworkHistory } from '../health/network-health.ts';
import { shownAddresses, shownName } from '../contacts/peer-view.ts';
import type { Clock } from '../ports.ts';
import { formatEndpoint, type BoundAddress, type Presence, type PresenceOptions } from '../presence/index.ts';

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
  /** Absent where nobody can be talked to. */
  readonly sessions: SessionCounters | undefined;
}

export function describeNode(parts: Parts): Diagnostics {
  const { clock, presence, options, history, ownHost, network, teamKey, health, sessions } = parts;
  const bound = presence.addresses();
  const records = presence.registry.list();
  const nowMs = clock.monotonicMs();
  const own = new Set(bound.map(({ interface: { address } }) => address));
  return {
    atMs: clock.wallMs(),
    unicastPort: presence.unicastPort(),
    port: options.port,
    group: options.group,
    counters: { ...presence.counters(), ...(sessions && describeSessions(sessions)) },
    interfaces: bound.map((address) => describeAddress(address, nowMs)),
    peers: records.map((record) => {
      const { peerId, announcement, presence: state, lastSeenMs } = record;
      return {
        peerId,
        name: shownName(announcement),
        host: announcement.host,
        presence: state,
        unicastOnly: presence.isUnicastOnly(record),
        multicastHeardMsAgo: msAgo(record.lastMulticastMs, nowMs),
        addresses: shownAddresses(record),
        lastSeenMs,
      };
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

function describeSessions({ open, unopened, opened, refused, ended }: SessionCounters): Diagnostics['counters'] {
  return { sessions: { open, unopened, opened }, sessionsRefused: refused, sessionsEnded: ended };
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
    lastSendFailure: bound.lastSendFailure?.code ?? null,
    lastSendFailureMsAgo: msAgo(bound.lastSendFailure?.atMs, nowMs),
    lastSendFailureTo: bound.lastSendFailure?.destination ? formatEndpoint(bound.lastSendFailure.destination) : null,
    heard: bound.heard,
    ownBeaconHeardMsAgo: msAgo(bound.lastLoopbackMs, nowMs),
    failure: bound.failure?.code ?? null,
  };
}

/** Both monotonic. */
function msAgo(atMs: number | undefined, nowMs: number): number | null {
  return atMs === undefined ? null : Math.round(nowMs - atMs);
}
