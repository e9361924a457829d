/**
 * Every number of presence, with its unit, its default and the trade-off behind it. This file is
 * the manual for tuning; docs/spec refers to these names.
 */
export interface PresenceOptions {
  /**
   * IPv4 group. In 224.0.0.0/24, which switches with IGMP snooping must flood (RFC 4541 §2.1.2).
   * Routers never forward it.
   */
  readonly group: string;
  /** IPv6 group: transient (1), link-local scope (2). */
  readonly group6: string;
  /** UDP port of the group: HALL on a phone keypad. Shared by all instances on a host. */
  readonly port: number;
  /**
   * The unicast port to prefer, 0 for none: that of the last run, so that manual addresses stay
   * valid. The cost: the port can identify a node, although its key does so anyway.
   */
  readonly preferredUnicastPort: number;
  /**
   * TTL and hop limit of multicast, 1 to 4. Above 1 the group must be in 239.0.0.0/8 to be routed.
   */
  readonly hops: number;
  /** Names of the only adapters to use. If absent, all but the loopback adapter. */
  readonly interfaces?: readonly string[] | undefined;
  /**
   * Names of adapters never to use: a VPN, a metered connection. A function, since the user may
   * change them at any time.
   */
  readonly excludedInterfaces: () => readonly string[];
  /**
   * True for passive mode: answers peers, but sends no probe and no unsolicited unicast.
   * Then only expiry removes silent peers.
   */
  readonly isPassive: () => boolean;

  /**
   * T: time between two beacons in a small network. Shorter detects silence sooner and sends more
   * datagrams.
   */
  readonly beaconIntervalMs: number;
  /** Upper bound of T: every node beacons at least this often. */
  readonly maxBeaconIntervalMs: number;
  /**
   * Population above which T grows in proportion. So the beacons per second of all nodes together
   * stay constant.
   */
  readonly populationPerInterval: number;
  /** Each interval is T ± this share, so that nodes that started together drift apart. */
  readonly beaconJitter: number;
  /**
   * When the beacons of a burst are sent, from its start. More than one, since the first may be
   * lost (RFC 9119: 5 % on Wi-Fi).
   */
  readonly burstOffsetsMs: readonly number[];
  /**
   * A change of name, status or note is sent at once, but never sooner than this after the last.
   */
  readonly changeGapMs: number;

  /**
   * HELLOs are delayed by up to population × this, within two bounds. So a candidate does not get
   * all of them at once.
   */
  readonly helloSpreadPerPeerMs: number;
  readonly minHelloSpreadMs: number;
  readonly maxHelloSpreadMs: number;
  /** Delays between the HELLOs of one handshake. After the last one it counts as unanswered. */
  readonly helloRetryDelaysMs: readonly number[];
  /** Handshakes in progress. Further candidates wait for their next beacon. */
  readonly maxHandshakes: number;
  /**
   * HELLOs per second, and in a burst. Bounds the traffic that forged beacons can make us send (RFC
   * 8085 §3.1).
   */
  readonly hellosPerSecond: number;
  readonly maxHelloBurst: number;
  /**
   * Beacons, first HELLOs and first PINGs to a new address are padded to this, since the answers
   * must not be longer than what they answer. It has room for a HELLO with the longest name and
   * host and some note, or for a PONG and a PING over IPv6, whose headers are longer.
   */
  readonly minRequestBytes: number;
  /**
   * Datagrams per second, and in a burst, to an address where nothing answered us yet. The burst
   * is for a host with many nodes.
   */
  readonly unprovedPerSecond: number;
  readonly maxUnprovedBurst: number;

  /**
   * A peer is silent after its announced T × this, plus the slack. A single lost beacon is no
   * silence.
   */
  readonly silentAfterIntervals: number;
  readonly silentSlackMs: number;
  /**
   * PINGs to a silent peer before it is unreachable, and the time between them. Many quick PINGs
   * beat three slow ones. With 20 % loss each way, 36 % of all PINGs go unanswered. Three PINGs
   * then prove nothing; twenty leave one error in 10^9. See docs/decisions/0003-probing.md.
   */
  readonly probeCount: number;
  readonly probeGapMs: number;
  /**
   * PINGs of probes per second: of all together, and to one address. A probe waits for its turn.
   * Enough for a network that falls silent as a whole, and a bound on what anything can cause.
   */
  readonly pingsPerSecond: number;
  readonly pingsPerAddressPerSecond: number;
  /** Unanswered PINGs after which the peer is shown as suspect. */
  readonly suspectAfterProbes: number;
  /** Time between two probes of a ring neighbour. Two nodes notice each crash. */
  readonly ringIntervalMs: number;
  /** Wait for the first PONG of a ring neighbour, before the quick PINGs. */
  readonly ringAnswerMs: number;
  /** Unanswered PINGs after which we send a suspicion of a ring neighbour to the group. */
  readonly ringSuspectProbes: number;
  /**
   * Suspicions that we follow from one peer: per second, and in a burst. Bounds the probes that a
   * peer can make us send. A node has up to 32 neighbours at once, when those on both sides died.
   */
  readonly suspicionsPerSecond: number;
  readonly maxSuspicionBurst: number;
  /** A timer that is this late means that the process stalled. Then nothing counts as overdue. */
  readonly stallMs: number;
  /**
   * A wall clock that moved this much against the monotonic one means a sleep, or a clock that was
   * set.
   */
  readonly clockJumpMs: number;

  /** Time between unicast beacons to manual addresses without a listed peer. */
  readonly manualRetryMs: number;
  readonly maxManualPeers: number;
  /** Time between two questions to a unicast-only peer for the addresses of its peers. */
  readonly introductionIntervalMs: number;
  /** Unicast beacons per second to addresses from peer exchange. */
  readonly callsPerSecond: number;
  /** Addresses in one datagram, and in one answer. */
  readonly maxIntroductions: number;

  /** A peer expires this long after it was last heard. */
  readonly expiryMs: number;
  /** Listed peers. With a full registry candidates are refused, and listed peers stay correct. */
  readonly maxPeers: number;
  /** Peers remembered as "recently here". */
  readonly maxDeparted: number;
  /** Addresses kept per peer. */
  readonly maxAddressesPerPeer: number;
  /**
   * Replay windows kept. Must exceed maxUnknownPerSecond × 1.2 × maxBeaconIntervalMs, so that
   * unknown senders cannot displace the window of a peer.
   */
  readonly maxReplayWindows: number;

  /** Time between two polls of the adapters: a change is applied within twice this. */
  readonly interfacePollMs: number;
  /** Adapter addresses used at once, per family. Adapters of containers are left out first. */
  readonly maxSenders: number;
  /**
   * An adapter that fails for longer than this becomes a health entry. A shorter failure is an
   * address being set up.
   */
  readonly interfaceFailureGraceMs: number;
  /** After this time without any datagram, our own beacons included, networking restarts. */
  readonly silenceMs: number;

  /**
   * Larger datagrams are neither sent nor read. This size fits every link without fragments (RFC
   * 8085 §3.2).
   */
  readonly maxDatagramBytes: number;
  /** Datagrams waiting in each lane: one lane for known peers, one for unknown senders. */
  readonly maxQueued: number;
  /** Datagrams handled before other work gets a turn. */
  readonly datagramsPerTurn: number;
  /**
   * Datagrams per second whose signature we check: of one known peer, one unknown address, and all
   * unknown addresses.
   */
  readonly maxPerPeerPerSecond: number;
  readonly maxPerSourcePerSecond: number;
  readonly maxUnknownPerSecond: number;
  /**
   * Datagrams per second, and in a burst, of all known peers together. A thousand peers send 140 a
   * second, and some thousand when a switch returns. Half of the burst is for addresses that send
   * no more than one peer may.
   */
  readonly maxKnownPerSecond: number;
  readonly maxKnownBurst: number;
  /**
   * Wrong signatures in a row from a peer's own address, after which it counts as an unknown
   * sender, and for how long.
   */
  readonly maxWrongSignatures: number;
  readonly distrustMs: number;
  /**
   * New keys per second, and in a burst, whose datagrams we read: first keys of addresses that had
   * none for a while, so that a node that starts finds a thousand computers at once; further keys
   * of one address; and further keys of all. A key that waits comes with its next beacon.
   */
  readonly maxFirstKeysPerSecond: number;
  readonly maxFirstKeyBurst: number;
  readonly maxFurtherKeysPerSourcePerSecond: number;
  readonly maxFurtherKeyBurstPerSource: number;
  readonly maxFurtherKeysPerSecond: number;
  readonly maxFurtherKeyBurst: number;
  /**
   * A key that was let through is not new for this time, and an address has no first key again.
   * Long enough for a handshake on a lossy network.
   */
  readonly newKeyMs: number;
  /**
   * Sealed datagrams per second that we open: from one address, and from all. Opening precedes
   * every other check and costs about 30 µs.
   */
  readonly maxSealedPerSourcePerSecond: number;
  readonly maxSealedPerSecond: number;
  /** Token buckets hold this many seconds' worth: start-up bursts pass, floods do not. */
  readonly burstSeconds: number;
  /** Token buckets, and credits, kept for source addresses. */
  readonly maxSources: number;

  /** Goodbyes sent, and the time between them: the first may be lost. */
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
  minRequestBytes: 308,
  unprovedPerSecond: 4,
  maxUnprovedBurst: 40,

  silentAfterIntervals: 1.5,
  silentSlackMs: 500,
  probeCount: 20,
  probeGapMs: 100,
  pingsPerSecond: 1_500,
  pingsPerAddressPerSecond: 200,
  suspectAfterProbes: 3,
  ringIntervalMs: 2_000,
  ringAnswerMs: 300,
  ringSuspectProbes: 6,
  suspicionsPerSecond: 5,
  maxSuspicionBurst: 32,
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
  maxKnownPerSecond: 1_000,
  maxKnownBurst: 6_000,
  maxWrongSignatures: 20,
  distrustMs: 60_000,
  maxFirstKeysPerSecond: 100,
  maxFirstKeyBurst: 1_000,
  maxFurtherKeysPerSourcePerSecond: 2,
  maxFurtherKeyBurstPerSource: 100,
  maxFurtherKeysPerSecond: 20,
  maxFurtherKeyBurst: 200,
  newKeyMs: 60_000,
  maxSealedPerSourcePerSecond: 500,
  maxSealedPerSecond: 5_000,
  burstSeconds: 2,
  maxSources: 4_096,

  goodbyeCount: 2,
  goodbyeGapMs: 50,
};
