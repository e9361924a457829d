/**
 * Proves that a candidate is fresh and hears us (rules HS-1 to HS-8). After a short random delay it
 * sends a HELLO by unicast; the candidate must echo its nonce in a HELLO-ACK. A replayed beacon
 * cannot do that, so it lists no peer. A candidate that keeps beaconing without answering does not
 * hear us: it is one-way.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock, Random } from '../../ports.ts';
import { helloDelayMs } from './beacon-interval.ts';
import type { Announcement } from '../wire/announcement.ts';
import { nonceBytes } from '../wire/datagram.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import { createTokenBucket } from '../../lib/token-bucket.ts';

/** A peer that we heard, and that is not proved yet. */
export interface HandshakeCandidate {
  readonly peerId: string;
  readonly publicKey: Uint8Array;
  readonly incarnation: number;
  readonly sequence: number;
  readonly announcement: Announcement;
  /** The source of its datagram, and the destination of the HELLO. */
  readonly source: Arrival;
}

export interface Handshakes {
  /**
   * Handles a beacon of an unproved peer or incarnation. Starts a handshake, or updates the current
   * one.
   */
  heard(candidate: HandshakeCandidate): void;
  /**
   * Matches a HELLO-ACK with the current handshakes.
   * @returns the candidate that it proves; undefined if no HELLO of ours matches
   */
  acknowledged(peerId: string, incarnation: number, nonce: Uint8Array): HandshakeCandidate | undefined;
  /** Ends the handshake, because the peer was proved in another way. */
  settle(peerId: string): void;
  readonly size: number;
  /** Number of HELLOs delayed or skipped by the handshake limit or the rate limit. */
  readonly refused: number;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly population: () => number;
  readonly sendHello: (candidate: HandshakeCandidate, nonce: Uint8Array) => void;
  /** Called when a candidate answered no HELLO and beacons again: it does not hear us. */
  readonly onUnanswered: (candidate: HandshakeCandidate) => void;
}

interface Attempt {
  candidate: HandshakeCandidate;
  readonly nonce: Uint8Array;
  sent: number;
  cancelTimer: Unsubscribe | undefined;
  /** All HELLOs went unanswered. The next beacon tells a one-way candidate from a departed one. */
  exhausted: boolean;
}

export function createHandshakes(
  { clock, random, population, sendHello, onUnanswered }: Deps,
  options: PresenceOptions,
): Handshakes {
  const attempts = new Map<string, Attempt>();
  const hellos = createTokenBucket({ perSecond: options.hellosPerSecond, burst: options.maxHelloBurst });
  let refused = 0;

  return {
    heard(candidate) {
      const running = attempts.get(candidate.peerId);
      if (running && running.candidate.incarnation === candidate.incarnation) {
        running.candidate = candidate;
        if (running.exhausted) askAgain(running);
        return;
      }
      settle(candidate.peerId);
      begin(candidate);
    },
    acknowledged(peerId, incarnation, nonce) {
      const attempt = attempts.get(peerId);
      if (!attempt || attempt.sent === 0 || attempt.candidate.incarnation !== incarnation) return undefined;
      if (!nonce.every((byte, index) => byte === attempt.nonce[index])) return undefined;
      settle(peerId);
      return attempt.candidate;
    },
    settle,
    get size() {
      return attempts.size;
    },
    get refused() {
      return refused;
    },
    close() {
      for (const peerId of attempts.keys()) settle(peerId);
    },
  };

  function begin(candidate: HandshakeCandidate): void {
    if (attempts.size >= options.maxHandshakes && !dropOneExhausted()) {
      refused += 1;
      return;
    }
    const attempt: Attempt = { candidate, nonce: random.bytes(nonceBytes), sent: 0, cancelTimer: undefined, exhausted: false };
    attempts.set(candidate.peerId, attempt);
    attempt.cancelTimer = clock.setTimer(() => ask(attempt), helloDelayMs(population(), random.fraction(), options));
  }

  function ask(attempt: Attempt): void {
    if (!hellos.take(clock.monotonicMs())) return postpone(attempt);
    sendHello(attempt.candidate, attempt.nonce);
    attempt.sent += 1;
    const isLast = attempt.sent >= options.helloRetryDelaysMs.length;
    attempt.cancelTimer = clock.setTimer(() => (isLast ? void (attempt.exhausted = true) : ask(attempt)), retryDelayMs(attempt));
  }

  /**
   * Handles a throttled HELLO. It does not count as unanswered; a candidate without any waits for
   * its next beacon.
   */
  function postpone(attempt: Attempt): void {
    refused += 1;
    if (attempt.sent === 0) settle(attempt.candidate.peerId);
    else attempt.cancelTimer = clock.setTimer(() => ask(attempt), retryDelayMs(attempt));
  }

  function retryDelayMs({ sent }: Attempt): number {
    return options.helloRetryDelaysMs[sent - 1] ?? 0;
  }

  function askAgain(attempt: Attempt): void {
    onUnanswered(attempt.candidate);
    attempt.exhausted = false;
    attempt.sent = 0;
    ask(attempt);
  }

  function settle(peerId: string): void {
    attempts.get(peerId)?.cancelTimer?.();
    attempts.delete(peerId);
  }

  /** Makes room by dropping a candidate that answered no HELLO. @returns true if there was one */
  function dropOneExhausted(): boolean {
    for (const [peerId, attempt] of attempts) {
      if (!attempt.exhausted) continue;
      settle(peerId);
      return true;
    }
    return false;
  }
}
