/**
 * What the network doctor sees on our own side: adapters, what the system refuses, whether we hear ourselves, and who else uses our address
 * or our key (rules DOC-2 to DOC-4, DOC-7 and DOC-9). Pure.
 */
import type { Diagnostics, Finding, InterfaceReport } from '../../../../shared/contract/diagnostics.ts';
import { listed } from './words.ts';

type Examination = (diagnostics: Diagnostics) => readonly Finding[];

/** The whole burst has gone out: a beacon that was to come back would have. */
const beaconsUntilHeard = 3;
/** Two beacons at the longest interval, and some more. */
const ownBeaconStaleMs = 35_000;
/** A send that failed longer ago is history. */
const failureIsRecentMs = 60_000;
/** Adapters of VPNs and other lines between two points, as the systems and the common programs call them. */
const pointToPointNames = /^(tun|tap|utun|wg|ppp|ipsec|gpd|nordlynx|proton|tailscale|zt|cscotun|vpn)/i;
/** Adapters between this computer and its own containers and virtual machines. */
const virtualNames =
  /^(docker|br-[0-9a-f]{6}|veth|virbr|vmnet|vboxnet|vethernet|vmware|virtualbox|lxcbr|lxdbr|podman|cni|flannel|cali|bridge1\d\d)/i;
/** As macOS calls its adapters; Linux has longer names such as enp3s0. */
const macNames = /^(en|awdl|llw)\d+$/;

const noAdapter: Examination = ({ interfaces, network: { excludedInterfaces } }) => {
  if (interfaces.length > 0) return [];
  const excluded =
    excludedInterfaces.length === 0
      ? ''
      : ` You have excluded ${listed(excludedInterfaces)}: allow it again if it is the way out.`;
  return [
    {
      code: 'no-network',
      severity: 'error',
      title: 'You are not connected to any network that Hallway may use',
      remedy: `Connect to Wi-Fi or plug in a network cable; Hallway goes on by itself.${excluded}`,
    },
  ];
};

const unusableAdapters: Examination = ({ interfaces }) => {
  const unusable = interfaces.filter((report) => report.failure !== null && report.failure !== recentRefusal(report));
  return unusable.map((report) => ({
    code: 'adapter-unusable',
    severity: unusable.length === interfaces.length ? 'error' : 'warning',
    title: `${nameOf(report)} cannot be used (${report.failure})`,
    remedy: remedyOfUnusable(report),
  }));
};

function remedyOfUnusable({ name, failure }: InterfaceReport): string {
  switch (failure) {
    case 'EADDRINUSE':
      return 'Another program uses our port on it. Close that program, or start Hallway again: it then takes another port.';
    case 'ENOBUFS':
    case 'ENOMEM':
      return 'The system allows no more multicast memberships. Exclude adapters that you do not need, or raise net.ipv4.igmp_max_memberships on Linux.';
    case 'ENODEV':
    case 'EADDRNOTAVAIL':
      return 'It is being set up or taken away. If this stays, turn the adapter off and on again.';
    default:
      return `People behind it are not seen. Turn the adapter off and on again, or exclude ${name}.`;
  }
}

/** By the system's code, because the remedy is the same for all adapters. */
const refusedSends: Examination = ({ interfaces, group, port }) => {
  const refusals = interfaces.flatMap((report) => {
    const code = recentRefusal(report);
    return code === undefined ? [] : [{ report, code, toGroup: isToGroup(report, group, port) }];
  });
  const kinds = new Map(refusals.map((refusal) => [`${refusal.code} ${refusal.toGroup}`, refusal]));
  return [...kinds.values()].map(({ code, toGroup }) => {
    const same = refusals.filter((refusal) => refusal.code === code && refusal.toGroup === toGroup).map(({ report }) => report);
    return refusedSend(code, same, toGroup, same.length === interfaces.length);
  });
};

function refusedSend(code: string, on: readonly InterfaceReport[], toGroup: boolean, isEverywhere: boolean): Finding {
  const where = listed(on.map(nameOf));
  const severity = toGroup && isEverywhere ? 'error' : 'warning';
  switch (code) {
    case 'EHOSTUNREACH':
      if (on.some(({ name }) => macNames.test(name))) {
        return {
          code: 'local-network-denied',
          severity,
          title: `macOS does not let Hallway use the local network (${where})`,
          remedy:
            'Open System Settings, Privacy & Security, Local Network, and allow Hallway; if it is allowed already, switch it off and on. Started in a terminal it is the terminal that needs it. Otherwise a firewall or VPN refuses it.',
        };
      }
      return toGroup ? refusedByFirewall(code, where, severity) : unreachable(code, on);
    case 'EPERM':
    case 'EACCES':
      return refusedByFirewall(code, where, severity);
    case 'ENETUNREACH':
    case 'ENETDOWN':
      if (!toGroup) return unreachable(code, on);
      return {
        code: 'no-route',
        severity,
        title: `There is no way out over ${where} (${code})`,
        remedy:
          'The adapter has no route to the network: reconnect it. A VPN that takes all traffic does this too: allow the local network in its settings.',
      };
    default:
      return {
        code: 'send-failed',
        severity: 'warning',
        title: `Sending over ${where} failed (${code})`,
        remedy: 'Turn the adapter off and on again. If this stays, copy this report for whoever looks after the network.',
      };
  }
}

function refusedByFirewall(code: string, where: string, severity: Finding['severity']): Finding {
  return {
    code: 'send-refused',
    severity,
    title: `This computer refuses to send what Hallway says over ${where} (${code})`,
    remedy: 'A firewall, VPN or security program here blocks it: allow Hallway to send and receive UDP on the local network.',
  };
}

function unreachable(code: string, on: readonly InterfaceReport[]): Finding {
  const targets = listed([...new Set(on.flatMap(({ lastSendFailureTo }) => lastSendFailureTo ?? []))]);
  return {
    code: 'address-unreachable',
    severity: 'warning',
    title: `There is no way to ${targets || 'an address'} (${code})`,
    remedy: 'If you gave this address yourself, check it; a VPN may have to be connected first. Other people are not affected.',
  };
}

/** Without a loopback nothing that is sent to the group can be heard, by us at least. */
const ownLoopback: Examination = ({ interfaces, peers, port }) => {
  const ipv4Names = new Set(interfaces.flatMap(({ family, name }) => (family === 'ipv4' ? [name] : [])));
  const deaf = interfaces.filter(
    (report) =>
      report.joined && report.failure === null && recentRefusal(report) === undefined && !hearsItself(report, ipv4Names),
  );
  if (deaf.length === 0) return [];
  const isEverywhere = deaf.length === interfaces.length;
  const hearsOthers = peers.some(({ multicastHeardMsAgo }) => multicastHeardMsAgo !== null);
  return [
    {
      code: 'no-loopback',
      severity: isEverywhere ? 'error' : 'warning',
      title: `Hallway does not hear its own beacons on ${listed(deaf.map(nameOf))}`,
      remedy: hearsOthers
        ? 'Others are heard, so multicast is only half working: turn the adapter off and on again, and update its driver if this comes back.'
        : `Most likely a firewall here blocks what comes in: allow Hallway, or UDP port ${port} incoming, in the firewall and in security programs.`,
    },
  ];
};

/** IPv6 beside IPv4 is used in bursts only, so there a beacon may be long ago. */
function hearsItself(report: InterfaceReport, ipv4Names: ReadonlySet<string>): boolean {
  const { ownBeaconHeardMsAgo, sent, family, name } = report;
  if (ownBeaconHeardMsAgo === null) return sent < beaconsUntilHeard;
  return ownBeaconHeardMsAgo <= ownBeaconStaleMs || (family === 'ipv6' && ipv4Names.has(name));
}

/** An IPv6 address alone is no sign: macOS always has such adapters. */
const vpnAdapters: Examination = ({ interfaces }) => {
  const ipv4 = interfaces.filter(({ family }) => family === 'ipv4');
  const vpns = ipv4.filter(({ name, prefixLength }) => prefixLength >= 31 || pointToPointNames.test(name));
  if (vpns.length === 0) return [];
  const names = listed([...new Set(vpns.map(nameOf))]);
  if (vpns.length === ipv4.length) {
    return [
      {
        code: 'vpn-only',
        severity: 'warning',
        title: `The only way out is a line to one other point: ${names}`,
        remedy:
          'Nobody is found by itself there, because a VPN carries no multicast. Allow the local network in its settings, or add people by their address; one is often enough.',
      },
    ];
  }
  return [
    {
      code: 'vpn-adapter',
      severity: 'info',
      title: `${names} is a VPN or another line to one point`,
      remedy:
        'Nobody is found by itself behind it: add people there by address. If you do not want Hallway to use it, exclude it.',
    },
  ];
};

const virtualAdapters: Examination = ({ interfaces }) => {
  const names = [...new Set(interfaces.filter(({ name }) => virtualNames.test(name)).map(({ name }) => name))];
  if (names.length === 0) return [];
  return [
    {
      code: 'virtual-adapter',
      severity: 'info',
      title: `${listed(names)} ${names.length === 1 ? 'belongs' : 'belong'} to containers or virtual machines on this computer`,
      remedy: `That does no harm. If nobody you know is behind ${names.length === 1 ? 'it' : 'them'}, exclude ${names.length === 1 ? 'it' : 'them'}, and less is sent.`,
    },
  ];
};

const sharedAddress: Examination = ({ addressConflicts }) => {
  const addresses = [...new Set(addressConflicts.map(({ address }) => address))];
  return addresses.map((address) => {
    const hosts = [...new Set(addressConflicts.flatMap((conflict) => (conflict.address === address ? [conflict.host] : [])))];
    return {
      code: 'address-conflict',
      severity: 'error',
      title: `${address} is this computer's address, and also that of ${listed(hosts)}`,
      remedy:
        'Two computers with one address disturb each other in everything. Set one of them to get its address automatically (DHCP), or give it another one.',
    };
  });
};

const sharedKey: Examination = ({ ownKeyHeardFrom }) => {
  if (ownKeyHeardFrom === null) return [];
  return [
    {
      code: 'key-in-use',
      severity: 'error',
      title: `Another computer uses a copy of your profile (heard from ${ownKeyHeardFrom})`,
      remedy:
        'Others see the two of you as one person. Give each computer a profile of its own: delete the copied profile folder there and start again.',
    },
  ];
};

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

/** Whether nothing that we say can leave: then what others do not hear is no wonder. */
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

/** The group of IPv6 is known by its first bits: no other multicast is sent. */
function isToGroup({ lastSendFailureTo }: InterfaceReport, group: string, port: number): boolean {
  return lastSendFailureTo === null || lastSendFailureTo === `${group}:${port}` || /^\[ff/i.test(lastSendFailureTo);
}

function nameOf({ name, address }: InterfaceReport): string {
  return `${name} (${address})`;
}
