/** Every number of sessions, with its unit, its default and the trade-off behind it; docs/spec refers to these names. */
export interface SessionOptions {
  /** What the other end may take to say hello: a round trip, on a machine that is busy. */
  readonly helloDeadlineMs: number;
  /** A session that carried nothing but pings for this long is closed: to open one anew takes milliseconds. */
  readonly idleMs: number;
  /** When nothing was heard for this long, the other end is asked; and what it may take to answer, before the session is lost. */
  readonly pingAfterMs: number;
  readonly pongDeadlineMs: number;
  /** A frame must be whole this long after its first byte: the longest one over a bad wireless link. */
  readonly frameDeadlineMs: number;
  /** What is written must begin to move within this time: somebody who never reads costs us memory. */
  readonly writeDeadlineMs: number;
  /** After we closed in good order, the other end gets this long to do so too. */
  readonly closeDeadlineMs: number;
  /** With more than this unsent we do not read on either: what we read makes us write. */
  readonly maxUnsentBytes: number;
  /** More frames than this are read more slowly, after a burst of twice as many. A frame may carry 256 messages. */
  readonly maxFramesPerSecond: number;
  /** Frames that only talk (ping, typing, unknown ones): more than this, after a burst of four times as many, closes the session. */
  readonly maxChatterPerSecond: number;

  /** Sessions that are open; the one unused for longest makes room for another. */
  readonly maxSessions: number;
  /** Of them, those with peers that are not listed: keys cost nothing. */
  readonly maxUnlistedSessions: number;
  /** Incoming streams whose peer has not said hello. */
  readonly maxUnopened: number;
  /** For one address of a peer: TCP's connection and TLS's handshake. */
  readonly connectDeadlineMs: number;
  /** When an address has not answered for this long, the next one is tried beside it (RFC 8305 §5). */
  readonly nextAddressMs: number;
  readonly maxAddresses: number;
  /**
   * Wait after a failed attempt; doubled by each further one, and ended when the peer appears or announces something new. Only who is here is
   * called, so the longest wait is what a message loses at most after the way is free again; the price is an attempt every so often.
   */
  readonly firstBackOffMs: number;
  readonly maxBackOffMs: number;
  /** Peers whose failures are remembered. */
  readonly maxBackOffs: number;
}

export const defaultSessionOptions: SessionOptions = {
  helloDeadlineMs: 5_000,
  idleMs: 120_000,
  pingAfterMs: 15_000,
  pongDeadlineMs: 10_000,
  frameDeadlineMs: 30_000,
  writeDeadlineMs: 30_000,
  closeDeadlineMs: 1_000,
  maxUnsentBytes: 1_048_576,
  maxFramesPerSecond: 10_000,
  maxChatterPerSecond: 25,

  maxSessions: 256,
  maxUnlistedSessions: 64,
  maxUnopened: 64,
  connectDeadlineMs: 5_000,
  nextAddressMs: 250,
  maxAddresses: 8,
  firstBackOffMs: 1_000,
  maxBackOffMs: 15_000,
  maxBackOffs: 4_096,
};
