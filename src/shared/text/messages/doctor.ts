/**
 * The network doctor's findings, by code: the problem (title) and its remedy. docs/AUTOMATION.md
 * documents the codes. The doctor reports codes and values; `describe-problem.ts` makes the
 * sentences.
 */
import { healthMessages } from './health.ts';

const datagrams = '{count, plural, one {# datagram} other {# datagrams}}';
/** Of this computer. Without messages there is no TCP port. */
const andTcp = '{tcpPort, plural, =0 {} other { and TCP port {tcpPort}}}';
const times = '{count, plural, one {once} other {# times}}';
const thatComputer = '{count, plural, one {that computer} other {those computers}}';
const stillListed =
  "{count, plural, one {# person stays} other {# people stay}} in the list because Hallway contacts them directly, but new people won't be found.";
/** Of rooms. */
const filteredMulticast =
  'Messages still get there, but later, and over connections. A switch or access point filters multicast: turn on its IGMP querier, or turn IGMP snooping off. On Wi-Fi, turn off "client isolation", "AP isolation" or "multicast filtering".';

export const doctorMessages = {
  'doctor.no-network.title': "You're not connected to a network that Hallway can use",
  'doctor.no-network.remedy': `${healthMessages['health.no-network.remedy']}{count, plural,
    =0 {} one { You excluded {excluded}. Include it again if you need it.} other { You excluded {excluded}. Include them again if you need them.}}`,
  'doctor.adapter-unusable.title': "{adapter} can't be used",
  'doctor.adapter-unusable.remedy': `{systemCode, select,
    EADDRINUSE {Another program uses Hallway's port there. Close it, or start Hallway again to use another port.}
    ENOBUFS {The system allows no more multicast memberships. Exclude adapters you don't need, or raise net.ipv4.igmp_max_memberships on Linux.}
    ENOMEM {The system allows no more multicast memberships. Exclude adapters you don't need, or raise net.ipv4.igmp_max_memberships on Linux.}
    ENODEV {It's being set up or removed. If this doesn't go away, turn the adapter off and on again.}
    EADDRNOTAVAIL {It's being set up or removed. If this doesn't go away, turn the adapter off and on again.}
    other {You won't see people on that network. Turn the adapter off and on again, or exclude {name}.}}`,
  'doctor.local-network-denied.title': "macOS doesn't let Hallway use the local network ({adapters})",
  'doctor.local-network-denied.remedy':
    "Allow Hallway in System Settings, Privacy & Security, Local Network. If it's allowed already, turn it off and on. If you started Hallway in a terminal, allow the terminal app instead. If that doesn't help, a firewall or VPN may be blocking it.",
  'doctor.no-route.title': "There's no route to the network on {adapters}",
  'doctor.no-route.remedy':
    'Reconnect the adapter. A VPN that takes all traffic can also cause this: allow the local network in its settings.',
  'doctor.send-failed.title': "Hallway couldn't send on {adapters}",
  'doctor.send-failed.remedy':
    'Turn the adapter off and on again. If it keeps failing, send a copy of this report to your IT support.',
  'doctor.send-refused.title': 'Something on this computer blocks Hallway on {adapters}',
  'doctor.send-refused.remedy':
    'It may be a firewall, VPN or security program. Allow Hallway to send and receive UDP and TCP on the local network.',
  'doctor.address-unreachable.title': "Hallway can't reach {count, plural, =0 {an address} other {{targets}}}",
  'doctor.address-unreachable.remedy':
    "Check the address that you added. You may need to connect a VPN first. Other people aren't affected.",
  'doctor.address-unanswered.title': 'No one answers at {given}',
  'doctor.address-unanswered.remedy':
    'Hallway may be closed there, or have another address or port now. A firewall in between may block UDP. If a router on your side rewrites ports (NAT), the answers get lost there: forward UDP port {port} to this computer.',
  'doctor.no-loopback.title': "Hallway doesn't hear its own beacons on {adapters}",
  'doctor.no-loopback.remedy': `{heard, select,
    others {Hallway hears others, so multicast partly works. Turn the adapter off and on again, and update its driver if this comes back.}
    other {A firewall here is probably blocking incoming traffic. Allow Hallway, or incoming UDP port {port}${andTcp}, in the firewall and in security programs.}}`,
  'doctor.vpn-only.title': 'Your only connection is a VPN or another point-to-point link: {adapters}',
  'doctor.vpn-only.remedy':
    'A VPN carries no multicast, so no one shows up on their own. Allow the local network in its settings, or add people by address. One address is often enough.',
  'doctor.vpn-adapter.title':
    '{adapters} {count, plural, one {is a VPN or another point-to-point link} other {are VPNs or other point-to-point links}}',
  'doctor.vpn-adapter.remedy':
    "People on the other side don't show up on their own. Add them by address, or exclude the adapter if you don't need it.",
  'doctor.virtual-adapter.title':
    '{names} {count, plural, one {belongs} other {belong}} to containers or virtual machines on this computer',
  'doctor.virtual-adapter.remedy':
    "That's harmless. {count, plural, one {Exclude it if you don't need it} other {Exclude them if you don't need them}}.",
  'doctor.address-conflict.title': "{hosts} {count, plural, one {has} other {have}} this computer's address, {address}",
  'doctor.address-conflict.remedy':
    'Two computers with the same address interfere with each other. Let one get its address automatically (DHCP), or give it another one.',
  'doctor.key-in-use.title': `${healthMessages['health.key-in-use.title']} (heard from {source})`,
  'doctor.key-in-use.remedy': healthMessages['health.key-in-use.remedy'],

  'doctor.one-way-all.title': 'You hear all {count} people here, but none of them can hear you',
  'doctor.one-way-all.remedy': `It's probably this computer. A firewall, VPN or security program lets multicast in, but blocks direct traffic. Allow Hallway to use UDP port {port}${andTcp} here, and to reach the ports of others.`,
  'doctor.one-way.title': "{names} can't receive from you",
  'doctor.one-way.remedy': `It's usually a firewall on ${thatComputer}. Allow Hallway there to receive UDP from the local network. {others, select,
    hear {Others hear you, so this computer is fine.}
    other {If it's already allowed there, check UDP port {port}${andTcp} on this computer.}}`,
  'doctor.other-subnet.title':
    '{names} {count, plural, one {is on another network, so Hallway reaches them directly} other {are on other networks, so Hallway reaches them directly}}',
  'doctor.other-subnet.remedy': "That's normal: multicast stops at a router. It works as long as the addresses stay the same.",
  'doctor.multicast-stopped.title': 'Multicast from others no longer arrives on {adapter}',
  'doctor.multicast-stopped.remedy': `${stillListed} It worked before, so a switch with IGMP snooping has probably forgotten this computer. Turn on the IGMP querier on the switch or router, or turn snooping off. If you just moved to another Wi-Fi network, it may filter multicast.`,
  'doctor.group-filtered.title': "Multicast from others doesn't arrive on {adapter}",
  'doctor.group-filtered.remedy': `${stillListed} Switches with IGMP snooping pass on the group {group} only where a querier runs. Use the default group 224.0.0.187, or turn on the IGMP querier.`,
  'doctor.multicast-filtered.title': "Multicast from others doesn't arrive on {adapter}",
  'doctor.multicast-filtered.remedy': `${stillListed} A Wi-Fi access point or switch filters it. Turn off "client isolation", "AP isolation" or "multicast filtering" there, or leave the guest network. One address added by hand is enough to find the others.`,
  'doctor.unicast-only.title': 'Multicast arrives from others, but not from {names}',
  'doctor.unicast-only.remedy': `They stay in the list because Hallway contacts them directly. Check ${thatComputer}: a VPN, a firewall or a separate Wi-Fi cell may block multicast.`,
  'doctor.rooms-unheard.title':
    "{hearer} doesn't hear {count, plural, =0 {you} other {{you, select, yes {you and {names}} other {{names}}}}} directly in rooms",
  'doctor.rooms-unheard.remedy': filteredMulticast,
  'doctor.rooms-not-heard.title': "You don't hear {names} directly in rooms",
  'doctor.rooms-not-heard.remedy': filteredMulticast,
  'doctor.nobody-here.title': 'No one else is here, but this computer looks fine',
  'doctor.nobody-here.remedy': `Check that Hallway is open on the other computer, on the same network. Guest Wi-Fi keeps computers apart. Both need the same group {group} and port {port}{teamKey, select, yes { and the same team key} other {}}. Firewalls must allow Hallway: here UDP ports {port} and {unicastPort}${andTcp}. Add people on other networks by address.{own, select, none {} other { Others can add you as {own}.}}`,

  'doctor.restarted.title': `Networking was restarted ${times} in the last 10 minutes`,
  'doctor.restarted.remedy': 'Causes: {causes}. If it keeps happening, send a copy of this report to your IT support.',
  'doctor.stalled.title': `Hallway was frozen ${times} in the last 10 minutes, for up to {longestMs}`,
  'doctor.stalled.remedy':
    'No one was removed from the list because of it. If it happens often, this computer is overloaded. Close the program that keeps it busy, or give the virtual machine more processors.',
  'doctor.clock-jumped.title': `{direction, select,
    back {This computer's clock was set back by {byMs}}
    other {This computer slept for {byMs}, or its clock was set forward}}`,
  'doctor.clock-jumped.remedy':
    "Hallway joined the network again. If this computer didn't sleep and its clock keeps jumping, set it from the network (NTP).",
  'doctor.flooded.title': healthMessages['health.flooded.title'],
  'doctor.flooded.remedy': `${healthMessages['health.flooded.remedy']}{count, plural, =0 {} other { Dropped so far: ${datagrams}, mostly because {reason, select,
    oversized {they were too long} foreign {they came from another program}
    peerRate {one computer sent too many} knownRate {computers in the list sent too many} sourceRate {one unknown computer sent too many}
    unknownRate {unknown computers sent too many} newKeyRate {too many new senders came at once} queueFull {too many came at once}
    other {of other faults}}.}}`,
  'doctor.port-shared.title': `${datagrams} on UDP port {port} came from another program, or from a team with a key`,
  'doctor.port-shared.remedy':
    'Hallway ignores them. If people are missing, check whether they use a team key. If another program needs port {port}, choose another network port in the settings on every computer.',
  'doctor.other-team.title': 'Someone nearby uses another team key, or none',
  'doctor.other-team.remedy': `${datagrams} couldn't be opened with your team key. If someone on your team is missing, compare the first line of your team key files. Spaces at the ends don't matter; upper and lower case do.`,
  'doctor.other-version.title': "Someone here uses a version of Hallway that yours doesn't understand",
  'doctor.other-version.remedy': "You won't see each other until both have the same version. Update the older one.",
  'doctor.newer-version.title':
    '{count, plural, one {# person here has} other {# people here have}} a newer version of Hallway: {newest}',
  'doctor.newer-version.remedy':
    'Their programs claim so; yours is {own}. Hallway never updates itself. Ask them where they got it.',
  'doctor.wrong-signatures.title': `${datagrams} had a wrong signature`,
  'doctor.wrong-signatures.remedy':
    'Hallway ignored them. A bad cable, adapter or driver may be damaging datagrams, or someone may be impersonating others.',
} as const;
