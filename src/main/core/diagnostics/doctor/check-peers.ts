/**
 * What the network doctor sees of the others: who does not hear us, whom multicast does not reach and why that may be, and that nobody is
 * here (rules DOC-5, DOC-6 and DOC-9). Pure.
 */
import type { Diagnostics, Finding, InterfaceReport } from '../../../../shared/contract/diagnostics.ts';
import { isMute } from './check-adapters.ts';
import { finding } from '../../../../shared/text/messages/problem-values.ts';
import { parseNumericEndpoint } from '../../lib/parse-endpoint.ts';
import { isOnLink } from '../../presence/index.ts';

type Examination = (diagnostics: Diagnostics) => readonly Finding[];
type ReportedPeer = Diagnostics['peers'][number];

/** Alone for so long: the burst is over, and everybody would have answered. */
const aloneAfterSent = 3;

/** Heard, but our answers and questions do not arrive there, or its answers not here. */
const oneWay: Examination = (diagnostics) => {
  const { peers, unicastPort } = diagnostics;
  const unheard = peers.filter(({ presence }) => presence === 'one-way');
  if (unheard.length === 0 || isMute(diagnostics)) return [];
  // A single one may be either side; several, and no one else, are hardly all to blame.
  if (unheard.length > 1 && unheard.length === peers.length) {
    return [finding('one-way-all', 'error', { count: unheard.length, port: unicastPort })];
  }
  const others = peers.length > unheard.length ? 'hear' : 'none';
  return [finding('one-way', 'warning', { names: unheard.map(nameOf), count: unheard.length, others, port: unicastPort })];
};

/** Multicast does not cross routers, so of those elsewhere nothing else can be expected. */
const otherSubnets: Examination = (diagnostics) => {
  const elsewhere = diagnostics.peers.filter((peer) => peer.unicastOnly && !linkOf(peer, diagnostics));
  if (elsewhere.length === 0) return [];
  return [finding('other-subnet', 'info', { names: elsewhere.map(nameOf), count: elsewhere.length })];
};

/** On our own link, and yet their beacons do not come by multicast. What can be told apart, is; each adapter by itself. */
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

/** Nobody, though all that can be seen from here works. */
const nobodyHere: Examination = ({ peers, interfaces, port, group, unicastPort, teamKey, network }) => {
  const working = interfaces.filter(
    ({ joined, failure, ownBeaconHeardMsAgo }) => joined && !failure && ownBeaconHeardMsAgo !== null,
  );
  const hasBegun = working.some(({ sent }) => sent >= aloneAfterSent);
  if (peers.length > 0 || !hasBegun) return [];
  const reachable = working.find(({ family }) => family === 'ipv4') ?? working[0];
  const own = reachable?.family === 'ipv4' ? `${reachable.address}:${unicastPort}` : 'none';
  const given = network.manualAddresses;
  return [finding('nobody-here', 'info', { group, port, teamKey: teamKey ? 'yes' : 'no', own, given, count: given.length })];
};

export const othersExaminations: readonly Examination[] = [oneWay, onlyUnicast, otherSubnets, nobodyHere];

/** The interface address of ours whose link the peer is on. */
function linkOf({ addresses }: ReportedPeer, { interfaces }: Diagnostics): InterfaceReport | undefined {
  return interfaces.find((link) =>
    addresses.some((text) => {
      const endpoint = parseNumericEndpoint(text);
      return endpoint?.family === link.family && isOnLink(endpoint.address, { ...link, internal: false });
    }),
  );
}

/** 224.0.0.0/24, which switches flood whether they snoop or not (RFC 4541 §2.1.2). */
function isLinkLocalGroup(group: string): boolean {
  return group.startsWith('224.0.0.');
}

/** Names are claims, and may be the same. */
function nameOf({ name, host }: ReportedPeer): string {
  return `${name} (${host})`;
}
