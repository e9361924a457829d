/**
 * Checks our own side: adapters, refused sends, loopback, and other users of our address or key
 * (rules DOC-2 to DOC-4, DOC-7 and DOC-9). Pure.
 */
import type { Diagnostics, Finding, InterfaceReport } from '../../../../shared/contract/diagnostics.ts';
import { finding } from '../../../../shared/text/messages/problem-values.ts';
import { isVirtualAdapter } from '../../lib/virtual-adapters.ts';

type Examination = (diagnostics: Diagnostics) => readonly Finding[];

/** Beacons after which at least one must have come back: the whole burst. */
const beaconsUntilHeard = 3;
/** Two of the longest beacon intervals, plus some slack. */
const ownBeaconStaleMs = 35_000;
/** Send failures older than this are ignored. */
const failureIsRecentMs = 60_000;
/** Adapters of VPNs and other point-to-point links, as systems and common programs name them. */
const pointToPointNames = /^(tun|tap|utun|wg|ppp|ipsec|gpd|nordlynx|proton|tailscale|zt|cscotun|vpn)/i;
/** Adapter names of macOS. Linux has longer ones such as enp3s0. */
const macNames = /^(en|awdl|llw)\d+$/;

const noAdapter: Examination = ({ interfaces, network: { excludedInterfaces: excluded } }) =>
  interfaces.length > 0 ? [] : [finding('no-network', 'error', { count: excluded.length, excluded })];

const unusableAdapters: Examination = ({ interfaces }) => {
  const unusable = interfaces.filter((report) => report.failure !== null && report.failure !== recentRefusal(report));
  const severity = unusable.length === interfaces.length ? 'error' : 'warning';
  return unusable.map((report) =>
    finding('adapter-unusable', severity, { adapter: nameOf(report), name: report.name, systemCode: report.failure ?? '' }),
  );
};

/** Groups refused sends by the system's code, since all adapters share the remedy. */
const refusedSends: Examination = ({ interfaces, group, port, network: { manualAddresses } }) => {
  const refusals = interfaces.flatMap((report) => {
    const code = recentRefusal(report);
    const toGroup = isToGroup(report, group, port);
    // The other addresses of a peer are its affair, and may well lead nowhere from here.
    const isOurs = toGroup || manualAddresses.includes(report.lastSendFailureTo ?? '');
    return code === undefined || !isOurs ? [] : [{ report, code, toGroup }];
  });
  const kinds = new Map(refusals.map((refusal) => [`${refusal.code} ${refusal.toGroup}`, refusal]));
  return [...kinds.values()].map(({ code, toGroup }) => {
    const same = refusals.filter((refusal) => refusal.code === code && refusal.toGroup === toGroup).map(({ report }) => report);
    return refusedSend(code, same, toGroup, same.length === interfaces.length);
  });
};

function refusedSend(code: string, on: readonly InterfaceReport[], toGroup: boolean, isEverywhere: boolean): Finding {
  const values = { adapters: on.map(nameOf), systemCode: code };
  const severity = toGroup && isEverywhere ? 'error' : 'warning';
  switch (code) {
    case 'EHOSTUNREACH':
      if (on.some(({ name }) => macNames.test(name))) return finding('local-network-denied', severity, values);
      return toGroup ? finding('send-refused', severity, values) : unreachable(code, on);
    case 'EPERM':
    case 'EACCES':
      return finding('send-refused', severity, values);
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return toGroup ? finding('no-route', severity, values) : unreachable(code, on);
    default:
      return finding('send-failed', 'warning', values);
  }
}

function unreachable(systemCode: string, on: readonly InterfaceReport[]): Finding {
  const targets = [...new Set(on.flatMap(({ lastSendFailureTo }) => lastSendFailureTo ?? []))];
  return finding('address-unreachable', 'warning', { count: targets.length, targets, systemCode });
}

/** Checks that our multicast comes back. If it does not, we cannot hear the group. */
const ownLoopback: Examination = ({ interfaces, peers, port, tcpPort }) => {
  const ipv4Names = new Set(interfaces.flatMap(({ family, name }) => (family === 'ipv4' ? [name] : [])));
  const deaf = interfaces.filter(
    (report) =>
      report.joined && report.failure === null && recentRefusal(report) === undefined && !hearsItself(report, ipv4Names),
  );
  if (deaf.length === 0) return [];
  const isEverywhere = deaf.length === interfaces.length;
  const hearsOthers = peers.some(({ multicastHeardMsAgo }) => multicastHeardMsAgo !== null);
  const heard = hearsOthers ? 'others' : 'nothing';
  const values = { adapters: deaf.map(nameOf), heard, port, tcpPort };
  return [finding('no-loopback', isEverywhere ? 'error' : 'warning', values)];
};

/**
 * True if our beacons come back on that adapter. IPv6 beside IPv4 carries bursts only, so there the
 * last one may be old.
 */
function hearsItself(report: InterfaceReport, ipv4Names: ReadonlySet<string>): boolean {
  const { ownBeaconHeardMsAgo, sent, family, name } = report;
  if (ownBeaconHeardMsAgo === null) return sent < beaconsUntilHeard;
  return ownBeaconHeardMsAgo <= ownBeaconStaleMs || (family === 'ipv6' && ipv4Names.has(name));
}

/** Finds VPN adapters. An IPv6 address alone is no sign, since macOS always has such adapters. */
const vpnAdapters: Examination = ({ interfaces }) => {
  const ipv4 = interfaces.filter(({ family }) => family === 'ipv4');
  const vpns = ipv4.filter(({ name, prefixLength }) => prefixLength >= 31 || pointToPointNames.test(name));
  if (vpns.length === 0) return [];
  const adapters = [...new Set(vpns.map(nameOf))];
  if (vpns.length === ipv4.length) return [finding('vpn-only', 'warning', { adapters })];
  return [finding('vpn-adapter', 'info', { adapters, count: adapters.length })];
};

const virtualAdapters: Examination = ({ interfaces }) => {
  const names = [...new Set(interfaces.filter(({ name }) => isVirtualAdapter(name)).map(({ name }) => name))];
  if (names.length === 0) return [];
  return [finding('virtual-adapter', 'info', { names, count: names.length })];
};

const sharedAddress: Examination = ({ addressConflicts }) => {
  const addresses = [...new Set(addressConflicts.map(({ address }) => address))];
  return addresses.map((address) => {
    const hosts = [...new Set(addressConflicts.flatMap((conflict) => (conflict.address === address ? [conflict.host] : [])))];
    return finding('address-conflict', 'error', { address, hosts, count: hosts.length });
  });
};

const sharedKey: Examination = ({ ownKeyHeardFrom: source }) =>
  source === null ? [] : [finding('key-in-use', 'error', { source })];

export const ownSideExaminations: readonly Examination[] = [
  noAdapter,
  unusableAdapters,
  refusedSends,
  ownLoopback,
  sharedAddress,
  sharedKey,
  vpnAdapters,
  virtualAdapters,
];

/** True if no datagram of ours can leave. Then peers cannot hear us. */
export function isMute({ interfaces }: Diagnostics): boolean {
  return interfaces.length > 0 && interfaces.every((report) => recentRefusal(report) !== undefined);
}

function recentRefusal({
  lastSendFailure,
  lastSendFailureMsAgo,
}: Pick<InterfaceReport, 'lastSendFailure' | 'lastSendFailureMsAgo'>): string | undefined {
  const isRecent = lastSendFailureMsAgo !== null && lastSendFailureMsAgo <= failureIsRecentMs;
  return isRecent ? (lastSendFailure ?? undefined) : undefined;
}

/**
 * True if the failed send was to the group. For IPv6 the multicast prefix decides, since we send no
 * other multicast.
 */
function isToGroup({ lastSendFailureTo }: InterfaceReport, group: string, port: number): boolean {
  return lastSendFailureTo === null || lastSendFailureTo === `${group}:${port}` || /^\[ff/i.test(lastSendFailureTo);
}

function nameOf({ name, address }: InterfaceReport): string {
  return `${name} (${address})`;
}
