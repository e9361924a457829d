/**
 * Proves that a candidate is really here and hears us: after a short random wait a HELLO goes to it by unicast, and it must echo the nonce
 * at once in a HELLO-ACK (rules HS-1 to HS-8). A recorded beacon played again cannot do that, so it makes no ghost. Whoever does not
 * answer although its beacons keep coming hears us not: one-way.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock, Random } from '../../ports.ts';
import { helloDelayMs } from './beacon-interval.ts';
import type { Announcement } from '../wire/announcement.ts';
import { nonceBytes } from '../wire/datagram.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import { createTokenBucket } from '../../lib/token-bucket.ts';

/** A peer that was heard but is not proved. */
export interface HandshakeCandidate {
  readonly peerId: string;
  readonly publicKey: Uint8Array;
  readonly incarnation: number;
  readonly sequence: number;
  readonly announcement: Announcement;
  /** Where its HELLO goes. */
  readonly source: Arrival;
}

export interface Handshakes {
  /** A beacon of a peer, or of an incarnation of it, that is not proved. Starts a handshake, or brings the running one up to date. */
  heard(candidate: HandshakeCandidate): void;
  /** @returns the candidate that this HELLO-ACK proves; undefined if nothing of the kind was asked */
  acknowledged(peerId: string, incarnation: number, nonce: Uint8Array): HandshakeCandidate | undefined;
  /** It is proved in another way: no need to ask. */
  settle(peerId: string): void;
  readonly size: number;
  /** Times that a candidate had to wait for want of room or rate. */
  readonly refused: number;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly population: () => number;
  readonly sendHello: (candidate: HandshakeCandidate, nonce: Uint8Array) => void;
  /** All attempts went unanswered, and after them its beacon was heard again: it does not hear us. */
  readonly onUnanswered: (candidate: HandshakeCandidate) => void;
}

interface Attempt {
  candidate: HandshakeCandidate;
  readonly nonce: Uint8Array;
  sent: number;
  cancelTimer: Unsubscribe | undefined;
  /** All HELLOs are out and had their time; the next beacon heard tells one-way from gone. */
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

  /** A HELLO that was not sent cannot go unanswered: who was not asked yet waits for its next beacon. */
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

  /** Strangers who never answered make room for those who may. */
  function dropOneExhausted(): boolean {
    for (const [peerId, attempt] of attempts) {
      if (!attempt.exhausted) continue;
      settle(peerId);
      return true;
    }
    return false;
  }
}
