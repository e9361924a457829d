/**
 * Collects the figures of presence and sessions as plain data (`diagnostics` of
 * docs/AUTOMATION.md). The network doctor examines them, and the problem report contains them.
 */
import type { Diagnostics, DoctorReport, InterfaceReport, ProblemReport } from '../../../shared/contract/diagnostics.ts';
import type { Health } from '../../../shared/contract/health.ts';
import type { NetworkSettings } from '../../../shared/contract/network.ts';
import { writeProblemReport } from '../../../shared/text/problem-report.ts';
import type { SessionCounters } from '../messaging/session-manager/session-manager.ts';
import type { NetworkHistory } from '../health/network-health.ts';
import type { Clock, ReportSource } from '../ports.ts';
import {
  formatEndpoint,
  shownAddresses,
  shownName,
  type BoundAddress,
  type Presence,
  type PresenceOptions,
} from '../presence/index.ts';
import { examineNetwork } from './doctor/doctor.ts';

export interface DiagnosticsArea {
  /** The figures and facts listed in docs/AUTOMATION.md. */
  read(): Diagnostics;
  /** The findings of the network doctor. */
  examine(): DoctorReport;
  /** A text for finding a fault, which the user can read before sending it (rule REPORT-1). */
  report(): Promise<ProblemReport>;
  /** The versions of the running software by name, and the profile folder, empty if there is none. */
  source(): Pick<ReportSource, 'versions' | 'folder' | 'firewallTool'>;
}

interface Deps {
  readonly clock: Clock;
  readonly reportSource?: ReportSource;
  readonly presence: Presence;
  readonly options: PresenceOptions;
  readonly history: () => NetworkHistory;
  /** Our own host name, as other peers see it. */
  readonly ownHost: () => string;
  readonly version: string | undefined;
  readonly network: () => NetworkSettings;
  readonly teamKey: boolean;
  readonly health: () => readonly Health[];
  /** Undefined if this node has no messages. */
  readonly sessions: () => SessionCounters | undefined;
  readonly unheard: () => Diagnostics['unheard'];
  /** Our port for sessions; 0 if there is none. */
  readonly tcpPort: () => number;
}

export function createDiagnostics(deps: Deps): DiagnosticsArea {
  const examine = (): DoctorReport => examineNetwork(describeNode(deps));
  return {
    read: () => describeNode(deps),
    examine,
    report: async () =>
      writeProblemReport({
        log: (await deps.reportSource?.logTail()) ?? [],
        versions: deps.reportSource?.versions ?? {},
        atMs: deps.clock.wallMs(),
        health: deps.health(),
        examined: examine(),
      }),
    source: () => ({
      versions: deps.reportSource?.versions ?? {},
      folder: deps.reportSource?.folder ?? '',
      firewallTool: deps.reportSource?.firewallTool,
    }),
  };
}

function describeNode({ clock, presence, options, teamKey, version, ...deps }: Deps): Diagnostics {
  const [history, ownHost, sessions] = [deps.history(), deps.ownHost(), deps.sessions()];
  const bound = presence.addresses();
  const records = presence.registry.list();
  const nowMs = clock.monotonicMs();
  const own = new Set(bound.map(({ interface: { address } }) => address));
  return {
    atMs: clock.wallMs(),
    ...(version !== undefined && { version }),
    unicastPort: presence.unicastPort(),
    tcpPort: deps.tcpPort(),
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
        ...(announcement.version !== undefined && { version: announcement.version }),
      };
    }),
    restarts: [...history.restarts],
    stalls: [...history.stalls],
    clockJumps: [...history.clockJumps],
    ownKeyHeardFrom: history.ownKeyHeardFrom ?? null,
    // A node on this computer has our address and our host name. With another host name it is a
    // conflict.
    addressConflicts: records.flatMap(({ announcement: { host }, addresses }) =>
      addresses.filter(({ address }) => host !== ownHost && own.has(address)).map(({ address }) => ({ address, host })),
    ),
    unheard: [...deps.unheard()],
    network: deps.network(),
    teamKey,
    health: [...deps.health()],
  };
}

function describeSessions({ open, unopened, opened, ...sessions }: SessionCounters): Diagnostics['counters'] {
  return {
    sessions: { open, unopened, opened },
    sessionsRefused: sessions.refused,
    sessionsFailed: sessions.failed,
    sessionsEnded: sessions.ended,
    callBacks: { ...sessions.callBacks },
  };
}

/** @param nowMs monotonic milliseconds */
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

/** Both in monotonic milliseconds. */
function msAgo(atMs: number | undefined, nowMs: number): number | null {
  return atMs === undefined ? null : Math.round(nowMs - atMs);
}
