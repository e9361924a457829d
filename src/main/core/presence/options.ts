/**
 * Every number of presence, with its unit, its default and the trade-off behind it. This file is the manual for tuning;
 * docs/spec refers to these names.
 */
export interface PresenceOptions {
  /** IPv4 group. 224.0.0.0/24 because switches that snoop IGMP must flood it (RFC 4541 §2.1.2); routers never forward it. */
  readonly group: string;
  /** IPv6 group: transient (1), link-local scope (2). */
  readonly group6: string;
  /** UDP port of the group: HALL on a phone keypad. Shared by all instances on a host. */
  readonly port: number;
  /**
   * The unicast port to take if it is free, 0 for none: that of the last run, so that an address that was given to others stays right. The
   * price is that a node can be recognised by it; its key says more.
   */
  readonly preferredUnicastPort: number;
  /** TTL and hop limit of multicast, 1 to 4. Above 1 a 239.0.0.0/8 group is needed to get anywhere. */
  readonly hops: number;
  /** Use only these adapters, by name; absent means all but the loopback adapter. */
  readonly interfaces?: readonly string[] | undefined;
  /** Adapters that are never used: a VPN, a metered connection. A function, since the user may change them at any time. */
  readonly excludedInterfaces: () => readonly string[];
  /** Whether to answer, but send no unicast to a peer that did not ask: no probes, no calls. Then only expiry notices silence. */
  readonly isPassive: () => boolean;

  /** T: time between two beacons in a small network. Shorter finds silence sooner and costs more datagrams. */
  readonly beaconIntervalMs: number;
  /** Upper bound of T: a node is heard at least this often. */
  readonly maxBeaconIntervalMs: number;
  /** T grows as population / this, so that the sum over all nodes stays constant. */
  readonly populationPerInterval: number;
  /** Each interval is drawn from T ± this share, so that nodes started together drift apart. */
  readonly beaconJitter: number;
  /** When the beacons of a burst go out, from its start. More than one because the first may be lost (RFC 9119: 5 % on Wi-Fi). */
  readonly burstOffsetsMs: readonly number[];
  /** A change of name, status or note goes out at once, but never sooner than this after the last. */
  readonly changeGapMs: number;

  /** HELLOs are spread over population × this, between the two bounds, so that a candidate is not hit by all at once. */
  readonly helloSpreadPerPeerMs: number;
  readonly minHelloSpreadMs: number;
  readonly maxHelloSpreadMs: number;
  /** Waits between the attempts of one handshake; after the last it counts as unanswered. */
  readonly helloRetryDelaysMs: readonly number[];
  /** Handshakes in progress; more candidates than this wait for their next beacon. */
  readonly maxHandshakes: number;
  /** HELLOs sent per second, and at once: bounds what a forged beacon can make us send (RFC 8085 §3.1). */
  readonly hellosPerSecond: number;
  readonly maxHelloBurst: number;

  /** A peer is silent when it was not heard for its announced T × this, plus the slack: one lost beacon is not yet silence. */
  readonly silentAfterIntervals: number;
  readonly silentSlackMs: number;
  /**
   * A silent peer is asked this many times, this far apart, before it is gone. Many quick questions rather than three slow ones: with 20 %
   * loss each way a question goes unanswered in 36 % of all cases, so three say nothing and twenty leave one error in 10^9. See
   * docs/decisions/0003-probing.md.
   */
  readonly probeCount: number;
  readonly probeGapMs: number;
  /** Unanswered probes after which the peer is shown as suspect. */
  readonly suspectAfterProbes: number;
  /** Neighbours in the ring of peerIds are asked this often; each crash is noticed by two of them. */
  readonly ringIntervalMs: number;
  /** Wait for the answer to the first question to a neighbour, before the quick ones. */
  readonly ringAnswerMs: number;
  /** Unanswered probes after which a neighbour tells everybody. */
  readonly ringSuspectProbes: number;
  /** Suspicions per second that we follow from one peer: bounds what a peer can make us send. */
  readonly suspicionsPerSecond: number;
  /** A timer that runs this much late means that the process stood still: nothing that seems overdue then is. */
  readonly stallMs: number;
  /** A wall clock that moved this much against the monotonic one means sleep, or that somebody set the clock. */
  readonly clockJumpMs: number;

  /** Peers given by address are called again this often while they are not here. */
  readonly manualRetryMs: number;
  readonly maxManualPeers: number;
  /** Peers that only unicast reaches are asked this often whom else they know. */
  readonly introductionIntervalMs: number;
  /** Calls to addresses that others told us, per second. */
  readonly callsPerSecond: number;
  /** Addresses told in one datagram, and in answer to one question. */
  readonly maxIntroductions: number;

  /** A peer is never listed longer than this after it was last heard. */
  readonly expiryMs: number;
  /** Peers here; with the list full, candidates are refused and those known stay right. */
  readonly maxPeers: number;
  /** Peers remembered as "recently here". */
  readonly maxDeparted: number;
  /** Addresses kept per peer. */
  readonly maxAddressesPerPeer: number;
  /** Replay windows kept. Must exceed maxUnknownPerSecond × 1.2 × maxBeaconIntervalMs, so that strangers cannot push out a peer's. */
  readonly maxReplayWindows: number;

  /** Adapters are read again this often: a change is followed within twice this. */
  readonly interfacePollMs: number;
  /** Adapter addresses used at once. */
  readonly maxSenders: number;
  /** An adapter that refuses to be used for longer than this becomes a health entry; shorter is an address being set up. */
  readonly interfaceFailureGraceMs: number;
  /** With nothing heard for this long, our own beacons included, networking is restarted. */
  readonly silenceMs: number;

  /** Datagrams larger than this are neither sent nor read: it fits every link without fragments (RFC 8085 §3.2). */
  readonly maxDatagramBytes: number;
  /** Datagrams waiting to be read, known peers' and strangers' apart. */
  readonly maxQueued: number;
  /** Datagrams handled before other work gets a turn. */
  readonly datagramsPerTurn: number;
  /** What one known peer, one unknown source address, and all unknown sources together may cost us in signature checks. */
  readonly maxPerPeerPerSecond: number;
  readonly maxPerSourcePerSecond: number;
  readonly maxUnknownPerSecond: number;
  /** Sealed datagrams opened, from one source address and from all: opening comes before all else, and costs about 30 µs. */
  readonly maxSealedPerSourcePerSecond: number;
  readonly maxSealedPerSecond: number;
  /** Token buckets hold this many seconds' worth: start-up bursts pass, floods do not. */
  readonly burstSeconds: number;
  /** Buckets kept for source addresses. */
  readonly maxSources: number;

  /** Goodbyes sent, and the pause between them: the first may be lost. */
  readonly goodbyeCount: number;
  readonly goodbyeGapMs: number;
}

export const defaultPresenceOptions: PresenceOptions = {
  group: '224.0.0.187',
  group6: 'ff12::4255',
  port: 4255,
  preferredUnicastPort: 0,
  hops: 1,
  excludedInterfaces: () => [],
  isPassive: () => false,

  beaconIntervalMs: 5_000,
  maxBeaconIntervalMs: 15_000,
  populationPerInterval: 50,
  beaconJitter: 0.2,
  burstOffsetsMs: [0, 500, 1_500],
  changeGapMs: 250,

  helloSpreadPerPeerMs: 0.5,
  minHelloSpreadMs: 5,
  maxHelloSpreadMs: 1_000,
  helloRetryDelaysMs: [200, 400, 800, 800],
  maxHandshakes: 1_024,
  hellosPerSecond: 200,
  maxHelloBurst: 500,

  silentAfterIntervals: 1.5,
  silentSlackMs: 500,
  probeCount: 20,
  probeGapMs: 100,
  suspectAfterProbes: 3,
  ringIntervalMs: 2_000,
  ringAnswerMs: 300,
  ringSuspectProbes: 6,
  suspicionsPerSecond: 5,
  stallMs: 1_000,
  clockJumpMs: 5_000,

  manualRetryMs: 30_000,
  maxManualPeers: 256,
  introductionIntervalMs: 30_000,
  callsPerSecond: 20,
  maxIntroductions: 100,

  expiryMs: 35_000,
  maxPeers: 4_096,
  maxDeparted: 200,
  maxAddressesPerPeer: 8,
  maxReplayWindows: 20_000,

  interfacePollMs: 2_000,
  maxSenders: 32,
  interfaceFailureGraceMs: 10_000,
  silenceMs: 35_000,

  maxDatagramBytes: 1_200,
  maxQueued: 1_024,
  datagramsPerTurn: 64,
  maxPerPeerPerSecond: 50,
  maxPerSourcePerSecond: 200,
  maxUnknownPerSecond: 1_000,
  maxSealedPerSourcePerSecond: 500,
  maxSealedPerSecond: 5_000,
  burstSeconds: 2,
  maxSources: 4_096,

  goodbyeCount: 2,
  goodbyeGapMs: 50,
};
