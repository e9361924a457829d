/**
 * Every limit of sessions, with its unit, its default and the trade-off behind it. docs/spec uses
 * these names.
 */
export interface SessionOptions {
  /** How long the other end may take to send hello: a round trip, on a busy machine. */
  readonly helloDeadlineMs: number;
  /**
   * A session that carried only chatter for this long is closed: opening another takes milliseconds.
   */
  readonly idleMs: number;
  /**
   * A ping is sent after this time without a byte; the session is lost without an answer in the
   * next one.
   */
  readonly pingAfterMs: number;
  readonly pongDeadlineMs: number;
  /** A frame must be complete this long after its first byte: the longest one over bad Wi-Fi. */
  readonly frameDeadlineMs: number;
  /** Written bytes must begin to move within this time: a peer that never reads costs memory. */
  readonly writeDeadlineMs: number;
  /** After a close in good order, the other end gets this long to close too. */
  readonly closeDeadlineMs: number;
  /** With more than this unsent a session does not read on: reading causes answers. */
  readonly maxUnsentBytes: number;
  /**
   * Frames beyond this rate are read more slowly, after a burst of twice as many. A frame may carry
   * 256 messages.
   */
  readonly maxFramesPerSecond: number;
  /**
   * Chatter (ping, typing, unknown frames) beyond this rate, after a burst of four times as many,
   * closes the session.
   */
  readonly maxChatterPerSecond: number;

  /** Open sessions; the one unused for longest makes room for another. */
  readonly maxSessions: number;
  /** Of them, those with peers that are not listed: keys cost nothing. */
  readonly maxUnlistedSessions: number;
  /** Incoming streams whose peer has not sent hello. */
  readonly maxUnopened: number;
  /** For one address of a peer: TCP's connection and TLS's handshake. */
  readonly connectDeadlineMs: number;
  /**
   * When an address has not answered for this long, the next one is tried beside it (RFC 8305 §5).
   */
  readonly nextAddressMs: number;
  readonly maxAddresses: number;
  /**
   * The delay after a failed attempt. It doubles with each further one, and ends with news of the
   * peer (SESS-13). Only listed peers are dialed, so a message loses at most the longest delay once
   * the path works again. The price is one attempt per delay.
   */
  readonly firstBackOffMs: number;
  readonly maxBackOffMs: number;
  /**
   * A call without an answer for this long is doubtful, and the peer is asked to call us. A call in
   * a local network takes milliseconds, and TCP repeats its first segment after a second.
   */
  readonly askBackAfterMs: number;
  /** Of the requests of one peer to call it, at most one in this time is followed. */
  readonly callBackGapMs: number;
  /**
   * If a session ends after messages of ours had no answer for this long, larger packets may get
   * lost. A peer that crashes loses its sessions at once.
   */
  readonly stalledAfterMs: number;
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
  askBackAfterMs: 1_000,
  callBackGapMs: 2_000,
  stalledAfterMs: 10_000,
  maxBackOffs: 4_096,
};
