/** Every limit of transfers, with its unit, its default and the trade-off behind it. */
export interface TransferOptions {
  /** Transfers whose files come at the same time; the others wait their turn. */
  readonly maxRunning: number;
  /** Of one peer. */
  readonly maxRunningPerPeer: number;
  /** Chunks of all transfers that were asked for and are not on the disk yet: 1 MiB each. */
  readonly maxChunksInFlight: number;
  /** Chunks of all transfers of one peer likewise: a peer that sends nothing must not hold them all. */
  readonly maxChunksPerPeer: number;
  /** A transfer waits if no chunk becomes complete for this long, at 3.5 kB/s or less. */
  readonly chunkDeadlineMs: number;
  /** Chunks of one transfer likewise. What an interruption can make come twice. */
  readonly maxChunksPerTransfer: number;
  /** Offers of one peer that wait for the user, and of all. Beyond that the message comes alone. */
  readonly maxWaitingOffersPerPeer: number;
  readonly maxWaitingOffers: number;
  /** Likewise of one peer that the user neither wrote to nor verified, and of all such peers. */
  readonly maxWaitingOffersPerUnknownSender: number;
  readonly maxWaitingOffersOfUnknownSenders: number;
  /** Final states that one peer has not heard of. More are not told: the peer was away for very long. */
  readonly maxUntoldPerPeer: number;
  /** Chunks that one connection may ask for in advance; more is an attack. */
  readonly maxWantedPerConnection: number;
  /** An offer that nobody accepts ends after this. */
  readonly offerLifeMs: number;
  /** No offer of a peer ends before this: otherwise new ones would take its place again and again. */
  readonly minOfferLifeMs: number;
  /** A transfer that waits for its disk, or for its peer, is tried again after this. */
  readonly retryMs: number;
  /**
   * A connection that ended is opened again after this, if its peer is here. The wait doubles up to
   * `maxReconnectMs` while nothing comes on it.
   */
  readonly reconnectMs: number;
  readonly maxReconnectMs: number;
  /** A file whose chunks come damaged this often is given up. */
  readonly maxDamagedChunks: number;
  /** Progress is emitted at most once in this time for each transfer: five times a second. */
  readonly progressMs: number;
  /** A sender that serves nothing for this long closes the files. */
  readonly sourceIdleMs: number;
  /** Files of a description that are decoded in one go: a few milliseconds. */
  readonly filesPerTurn: number;
}

export const defaultTransferOptions: TransferOptions = {
  maxRunning: 8,
  maxRunningPerPeer: 4,
  maxChunksInFlight: 16,
  maxChunksPerPeer: 8,
  chunkDeadlineMs: 300_000,
  maxChunksPerTransfer: 4,
  maxWaitingOffersPerPeer: 100,
  maxWaitingOffers: 1_000,
  maxWaitingOffersPerUnknownSender: 20,
  maxWaitingOffersOfUnknownSenders: 400,
  maxUntoldPerPeer: 256,
  maxWantedPerConnection: 64,
  offerLifeMs: 7 * 86_400_000,
  minOfferLifeMs: 3_600_000,
  retryMs: 15_000,
  reconnectMs: 1_000,
  maxReconnectMs: 60_000,
  maxDamagedChunks: 3,
  progressMs: 200,
  sourceIdleMs: 60_000,
  filesPerTurn: 4_096,
};
