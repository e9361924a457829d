/**
 * What the network doctor sees of the others: who does not hear us, whom multicast does not reach and why that may be, and that nobody is
 * here (rules DOC-5, DOC-6 and DOC-9). Pure.
 */
import { formatCount } from '../../../../shared/text/format.ts';
import type { Diagnostics, Finding, InterfaceReport } from '../../../../shared/contract/diagnostics.ts';
import { isMute } from './check-adapters.ts';
import { listed } from './words.ts';
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
  const names = listed(unheard.map(nameOf));
  // A single one may be either side; several, and no one else, are hardly all to blame.
  if (unheard.length > 1 && unheard.length === peers.length) {
    return [
      {
        code: 'one-way-all',
        severity: 'error',
        title: `You hear all ${unheard.length} people here, and none of them hears you`,
        remedy: `So it is probably this computer: a firewall, VPN or security program here lets Hallway receive from the group but not talk to single computers. Allow it to send and receive UDP, port ${unicastPort} and the ports of others.`,
      },
    ];
  }
  return [
    {
      code: 'one-way',
      severity: 'warning',
      title: `You hear ${names}, but are not heard there`,
      remedy: `A firewall is in the way, most likely on ${unheard.length === 1 ? 'that computer' : 'those computers'}: allow Hallway there to receive UDP from the local network. ${peers.length > unheard.length ? 'Others hear you, so this computer is all right.' : `If that is allowed, look at this computer: UDP port ${unicastPort}.`}`,
    },
  ];
};

/** Multicast does not cross routers, so of those elsewhere nothing else can be expected. */
const otherSubnets: Examination = (diagnostics) => {
  const elsewhere = diagnostics.peers.filter((peer) => peer.unicastOnly && !linkOf(peer, diagnostics));
  if (elsewhere.length === 0) return [];
  return [
    {
      code: 'other-subnet',
      severity: 'info',
      title: `${listed(elsewhere.map(nameOf))} ${elsewhere.length === 1 ? 'is' : 'are'} in another network, and reached one by one`,
      remedy: 'That is as it should be: multicast stops at a router. It works for as long as the addresses stay the same.',
    },
  ];
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
  const title = `Multicast from others does not arrive on ${link.name} (${link.address})`;
  const seen = `${formatCount(unreached.length, 'person is', 'people are')} kept in the list by asking one by one; newcomers are not found.`;
  if (unreached.some(({ multicastHeardMsAgo }) => multicastHeardMsAgo !== null)) {
    return {
      code: 'multicast-stopped',
      severity: 'warning',
      title: `${title} any more`,
      remedy: `${seen} It worked before, so a switch with IGMP snooping has probably forgotten us because nobody in the network asks who listens: switch on the IGMP querier on the switch or router, or switch snooping off. If you have just moved to other Wi-Fi, it filters multicast.`,
    };
  }
  if (!isLinkLocalGroup(group)) {
    return {
      code: 'group-filtered',
      severity: 'warning',
      title,
      remedy: `${seen} The group ${group} is one that switches with IGMP snooping pass on only where a querier is running. Use the default group 224.0.0.187, or switch on the IGMP querier.`,
    };
  }
  return {
    code: 'multicast-filtered',
    severity: 'warning',
    title,
    remedy: `${seen} A Wi-Fi access point or switch filters it: switch off "client isolation", "AP isolation" or "multicast filtering" there, or use the network for employees instead of that for guests. One address added by hand is enough to find the others.`,
  };
}

function noMulticastFromSome(unreached: readonly ReportedPeer[]): Finding {
  return {
    code: 'unicast-only',
    severity: 'info',
    title: `Multicast from ${listed(unreached.map(nameOf))} does not arrive, from others it does`,
    remedy: `They are kept in the list by asking. Look at ${unreached.length === 1 ? 'that computer' : 'those computers'}: a VPN that takes multicast away, a firewall that blocks it, or a Wi-Fi cell of its own.`,
  };
}

/** Nobody, though all that can be seen from here works. */
const nobodyHere: Examination = ({ peers, interfaces, port, group, unicastPort, teamKey, network }) => {
  const working = interfaces.filter(
    ({ joined, failure, ownBeaconHeardMsAgo }) => joined && !failure && ownBeaconHeardMsAgo !== null,
  );
  const hasBegun = working.some(({ sent }) => sent >= aloneAfterSent);
  if (peers.length > 0 || !hasBegun) return [];
  const reachable = working.find(({ family }) => family === 'ipv4') ?? working[0];
  const own = reachable?.family === 'ipv4' ? ` Others may add you as ${reachable.address}:${unicastPort}.` : '';
  const key = teamKey ? ' and the same team key' : '';
  return [
    {
      code: 'nobody-here',
      severity: 'info',
      title: 'Nobody else is here, though this side works',
      remedy: `Check that Hallway is open on the other computer, in the same network (Wi-Fi for guests keeps computers apart), with the same group ${group}, port ${port}${key}, and allowed in its firewall. People in other networks are added by address.${own}${network.manualAddresses.length > 0 ? ` Nobody has answered yet at ${listed(network.manualAddresses)}.` : ''}`,
    },
  ];
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
