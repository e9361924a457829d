/**
 * Checks the peers (rules DOC-5, DOC-6, DOC-9, DOC-10 and PROF-11): those that do not hear us,
 * those that multicast does not reach, an empty list, addresses where no peer is, and newer
 * versions. Pure.
 */
import type { Diagnostics, Finding, InterfaceReport } from '../../../../shared/contract/diagnostics.ts';
import { isMute } from './check-adapters.ts';
import { newerVersions } from '../../../../shared/lib/version.ts';
import { finding } from '../../../../shared/text/messages/problem-values.ts';
import { parseNumericEndpoint } from '../../lib/parse-endpoint.ts';
import { isOnLink } from '../../presence/index.ts';

type Examination = (diagnostics: Diagnostics) => readonly Finding[];
type ReportedPeer = Diagnostics['peers'][number];

/**
 * Beacons after which an empty list is a finding: the burst is over, and any peer would have
 * answered.
 */
const aloneAfterSent = 3;

/** Hearers with a finding of their own. */
const maxHearers = 8;

/** Reports peers that we hear and that do not hear us, or whose answers we do not hear. */
const oneWay: Examination = (diagnostics) => {
  const { peers, unicastPort: port, tcpPort } = diagnostics;
  const unheard = peers.filter(({ presence }) => presence === 'one-way');
  if (unheard.length === 0 || isMute(diagnostics)) return [];
  // With one peer the fault may be on either side. With several, and all of them one-way, it is
  // ours.
  if (unheard.length > 1 && unheard.length === peers.length) {
    return [finding('one-way-all', 'error', { count: unheard.length, port, tcpPort })];
  }
  const others = peers.length > unheard.length ? 'hear' : 'none';
  return [finding('one-way', 'warning', { names: unheard.map(nameOf), count: unheard.length, others, port, tcpPort })];
};

/**
 * Reports peers in other subnets. Multicast does not cross routers, so for them this is expected.
 */
const otherSubnets: Examination = (diagnostics) => {
  const elsewhere = diagnostics.peers.filter((peer) => peer.unicastOnly && !linkOf(peer, diagnostics));
  if (elsewhere.length === 0) return [];
  return [finding('other-subnet', 'info', { names: elsewhere.map(nameOf), count: elsewhere.length })];
};

/**
 * Reports peers on our own link that multicast does not reach, per adapter, with the likely cause.
 */
const onlyUnicast: Examination = (diagnostics) =>
  diagnostics.interfaces.flatMap((link) => {
    const here = diagnostics.peers.filter((peer) => linkOf(peer, diagnostics) === link);
    const unreached = here.filter(({ unicastOnly, presence }) => unicastOnly && presence !== 'suspect');
    if (unreached.length === 0 || link.ownBeaconHeardMsAgo === null) return [];
    return [
      unreached.length === here.length ? noMulticastFromAnybody(link, unreached, diagnostics) : noMulticastFromSome(unreached),
    ];
  });

function noMulticastFromAnybody(link: InterfaceReport, unreached: readonly ReportedPeer[], { group }: Diagnostics): Finding {
  const values = { adapter: `${link.name} (${link.address})`, count: unreached.length };
  if (unreached.some(({ multicastHeardMsAgo }) => multicastHeardMsAgo !== null)) {
    return finding('multicast-stopped', 'warning', values);
  }
  if (!isLinkLocalGroup(group)) return finding('group-filtered', 'warning', { ...values, group });
  return finding('multicast-filtered', 'warning', values);
}

function noMulticastFromSome(unreached: readonly ReportedPeer[]): Finding {
  return finding('unicast-only', 'info', { names: unreached.map(nameOf), count: unreached.length });
}

/** Reports an empty list when everything on our side works. */
const nobodyHere: Examination = ({ peers, interfaces, port, group, unicastPort, tcpPort, teamKey }) => {
  const working = interfaces.filter(
    ({ joined, failure, ownBeaconHeardMsAgo }) => joined && !failure && ownBeaconHeardMsAgo !== null,
  );
  const hasBegun = working.some(({ sent }) => sent >= aloneAfterSent);
  if (peers.length > 0 || !hasBegun) return [];
  const reachable = working.find(({ family }) => family === 'ipv4') ?? working[0];
  const own = reachable?.family === 'ipv4' ? `${reachable.address}:${unicastPort}` : 'none';
  return [finding('nobody-here', 'info', { group, port, unicastPort, tcpPort, teamKey: teamKey ? 'yes' : 'no', own })];
};

/** Reports the addresses that the user gave, and where no listed peer is. */
const unanswered: Examination = ({ peers, interfaces, network, unicastPort }) => {
  const heldAddresses = new Set(peers.flatMap(({ addresses }) => addresses));
  const given = network.manualAddresses.filter((address) => !heldAddresses.has(address));
  if (given.length === 0 || interfaces.length === 0) return [];
  return [finding('address-unanswered', 'info', { given, port: unicastPort })];
};

/**
 * Reports who does not hear whom in rooms. A hearer that multicast does not reach at all from here
 * has a finding of its own.
 */
const unheardInRooms: Examination = ({ peers, unheard }) => {
  const names = new Map(peers.map((peer) => [peer.peerId, nameOf(peer)]));
  const hearers = [...new Set(unheard.map(({ hearer }) => hearer))];
  return hearers.slice(0, maxHearers).map((hearer) => {
    const authors = unheard.filter((pair) => pair.hearer === hearer).map(({ author }) => names.get(author));
    const others = authors.flatMap((name) => name ?? []).sort();
    const name = names.get(hearer);
    if (name === undefined) return finding('rooms-not-heard', 'warning', { names: others });
    const you = authors.includes(undefined) ? 'yes' : 'no';
    return finding('rooms-unheard', 'warning', { hearer: name, names: others, count: others.length, you });
  });
};

/**
 * Reports that peers claim a newer version than ours (PROF-11). Nothing else learns of new
 * versions.
 */
const newerVersion: Examination = ({ peers, version = '' }) => {
  const newer = newerVersions(
    version,
    peers.map((peer) => peer.version),
  );
  return newer ? [finding('newer-version', 'info', { ...newer, own: version })] : [];
};

export const othersExaminations: readonly Examination[] = [
  oneWay,
  onlyUnicast,
  otherSubnets,
  unheardInRooms,
  nobodyHere,
  unanswered,
  newerVersion,
];

/** Our interface address on the peer's link. */
function linkOf({ addresses }: ReportedPeer, { interfaces }: Diagnostics): InterfaceReport | undefined {
  return interfaces.find((link) =>
    addresses.some((text) => {
      const endpoint = parseNumericEndpoint(text);
      return endpoint?.family === link.family && isOnLink(endpoint.address, { ...link, internal: false });
    }),
  );
}

/** True for 224.0.0.0/24, which switches flood with or without snooping (RFC 4541 §2.1.2). */
function isLinkLocalGroup(group: string): boolean {
  return group.startsWith('224.0.0.');
}

/** Names a peer with its host too, since names are claims and may be equal. */
function nameOf({ name, host }: ReportedPeer): string {
  return `${name} (${host})`;
}
