/**
 * Proves that a candidate is fresh, hears us, and is at its address (rules HS-1 to HS-8, HS-10,
 * HS-12, HS-14). We send a HELLO by unicast; the candidate must echo its nonce in a HELLO-ACK from that
 * address. A replayed beacon or a forged address cannot do that, so it lists no peer. A candidate
 * that keeps beaconing without answering does not hear us: it is one-way.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock, Random } from '../../ports.ts';
import { helloDelayMs } from './beacon-interval.ts';
import type { Announcement } from '../wire/announcement.ts';
import { nonceBytes } from '../wire/datagram.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import type { PeerDatagrams } from '../net/peer-datagrams.ts';
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

/** A HELLO-ACK for us. */
interface Answer {
  readonly peerId: string;
  readonly incarnation: number;
  readonly nonce: Uint8Array;
  readonly source: Arrival;
}

export interface Handshakes {
  /**
   * Handles a beacon of an unproved peer or incarnation. Starts a handshake, or updates the current
   * one.
   */
  heard(candidate: HandshakeCandidate): void;
  /** Handles a copy of the same beacon that came from another address. */
  heardAlso(copy: Pick<HandshakeCandidate, 'peerId' | 'incarnation' | 'sequence' | 'source'>): void;
  /** True if the latest beacon of a candidate came with that sequence. */
  isCurrent(peerId: string, sequence: number): boolean;
  /**
   * Handles a HELLO of an unproved peer, incarnation or address: sends ours, and a HELLO-ACK as
   * soon as the credit of the address allows it.
   * @param nonce the nonce of its HELLO
   */
  greeted(candidate: HandshakeCandidate, nonce: Uint8Array): void;
  /**
   * Matches a HELLO-ACK with the current handshakes, and sends what its sender still waits for.
   * @returns the candidate that it proves; undefined if no HELLO of ours to that address matches
   */
  acknowledged(answer: Answer): HandshakeCandidate | undefined;
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
  readonly send: Pick<PeerDatagrams, 'hello' | 'helloAck' | 'call'>;
  /** Called when a candidate answered no HELLO and beacons again: it does not hear us. */
  readonly onUnanswered: (candidate: HandshakeCandidate) => void;
}

interface Attempt {
  candidate: HandshakeCandidate;
  /** Where it was heard from, by address. Only some of them may lead back to it. */
  readonly sources: Map<string, Arrival>;
  /** The nonces of the HELLOs sent, by address: an answer proves the address that it comes from. */
  readonly nonces: Map<string, Uint8Array>;
  sent: number;
  cancelTimer: Unsubscribe | undefined;
  /** It waits for the next datagram of the candidate: for credit, or because enough was sent. */
  isIdle: boolean;
  /** A HELLO went without our note. */
  isCut: boolean;
  /** It said HELLO too. So it has our answer, or waits for it. */
  isGreeted: boolean;
  /** The nonce of its HELLO, if the HELLO-ACK had to wait. */
  owedNonce: Uint8Array | undefined;
}

export function createHandshakes({ clock, random, population, send, onUnanswered }: Deps, options: PresenceOptions): Handshakes {
  const attempts = new Map<string, Attempt>();
  const hellos = createTokenBucket({ perSecond: options.hellosPerSecond, burst: options.maxHelloBurst });
  let refused = 0;

  return {
    heard(candidate) {
      const running = attempts.get(candidate.peerId);
      if (running?.candidate.incarnation !== candidate.incarnation) {
        begin(candidate, helloDelayMs(population(), random.fraction(), options));
        return;
      }
      running.candidate = candidate;
      noteSource(running, candidate.source, options);
      if (running.isIdle) askAgain(running);
    },
    heardAlso({ peerId, incarnation, sequence, source }) {
      const running = attempts.get(peerId);
      if (running?.candidate.incarnation === incarnation && running.candidate.sequence === sequence)
        noteSource(running, source, options);
    },
    isCurrent: (peerId, sequence) => attempts.get(peerId)?.candidate.sequence === sequence,
    greeted(candidate, nonce) {
      const running = attempts.get(candidate.peerId);
      const isRunning = running?.candidate.incarnation === candidate.incarnation;
      const attempt = isRunning ? running : begin(candidate);
      if (!attempt) return;
      // The announcement of a beacon has the note, that of a HELLO may lack it.
      if (isRunning) attempt.candidate = { ...attempt.candidate, source: candidate.source };
      noteSource(attempt, candidate.source, options);
      attempt.isGreeted = true;
      // The credit may cover one answer only. Ours goes first, since an earlier version lists us by
      // it. A repeated HELLO wants its HELLO-ACK.
      const isRepeated = attempt.nonces.has(candidate.source.address);
      if (isRepeated) answer(attempt, nonce);
      if (!isRepeated || attempt.isIdle) {
        ask(attempt);
      }
      if (!isRepeated) answer(attempt, nonce);
    },
    acknowledged({ peerId, incarnation, nonce, source }) {
      const attempt = attempts.get(peerId);
      const asked = attempt?.nonces.get(source.address);
      if (!attempt || !asked || attempt.candidate.incarnation !== incarnation) return undefined;
      if (!nonce.every((byte, index) => byte === asked[index])) return undefined;
      settle(peerId);
      attempt.candidate = { ...attempt.candidate, source };
      finish(attempt);
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

  /** @param delayMs milliseconds until the HELLO; if absent, the caller sends it */
  function begin(candidate: HandshakeCandidate, delayMs?: number): Attempt | undefined {
    settle(candidate.peerId);
    if (attempts.size >= options.maxHandshakes && !dropOneIdle()) {
      refused += 1;
      return undefined;
    }
    const attempt = createAttempt(candidate);
    attempts.set(candidate.peerId, attempt);
    if (delayMs !== undefined) attempt.cancelTimer = clock.setTimer(() => ask(attempt), delayMs);
    return attempt;
  }

  function ask(attempt: Attempt): void {
    // The first HELLO goes to one address, like the first PING of a probe. It is enough for most.
    const wanted = attempt.sent === 0 ? [attempt.candidate.source] : [...attempt.sources.values()].toReversed();
    const nowMs = clock.monotonicMs();
    attempt.cancelTimer?.();
    if (!hellos.has(nowMs)) return postpone(attempt);
    // One that is withheld takes nothing of the rate, or a single key could use it up.
    const sent = wanted.map((source) => hellos.has(nowMs) && sendHello(attempt, source) && hellos.take(nowMs));
    attempt.isIdle = !sent.includes(true);
    if (attempt.isIdle) return;
    attempt.sent += 1;
    attempt.cancelTimer = clock.setTimer(
      () => (isExhausted(attempt) ? void (attempt.isIdle = true) : ask(attempt)),
      retryDelayMs(attempt),
    );
  }

  /** @returns false if the address has no credit, or the candidate has too many */
  function sendHello(attempt: Attempt, source: Arrival): boolean {
    const nonce = nonceFor(attempt, source);
    const sent = nonce ? send.hello({ ...attempt.candidate, source }, nonce, attempt.isGreeted) : 'withheld';
    if (!nonce || sent === 'withheld') return false;
    attempt.nonces.set(source.address, nonce);
    attempt.isCut ||= sent === 'cut';
    return true;
  }

  /** @returns undefined if the candidate was asked at too many other addresses */
  function nonceFor({ nonces }: Attempt, { address }: Arrival): Uint8Array | undefined {
    const isFull = nonces.size >= options.maxAddressesPerPeer;
    return nonces.get(address) ?? (isFull ? undefined : random.bytes(nonceBytes));
  }

  /**
   * Handles a throttled HELLO. It does not count as unanswered; a candidate without any waits for
   * its next beacon.
   */
  function postpone(attempt: Attempt): void {
    refused += 1;
    if (attempt.sent === 0) return settle(attempt.candidate.peerId);
    attempt.isIdle = false;
    attempt.cancelTimer = clock.setTimer(() => ask(attempt), retryDelayMs(attempt));
  }

  function isExhausted({ sent }: Attempt): boolean {
    return sent >= options.helloRetryDelaysMs.length;
  }

  function retryDelayMs({ sent }: Attempt): number {
    return options.helloRetryDelaysMs[sent - 1] ?? 0;
  }

  function askAgain(attempt: Attempt): void {
    if (isExhausted(attempt)) {
      onUnanswered(attempt.candidate);
      attempt.sent = 0;
    }
    ask(attempt);
  }

  function answer(attempt: Attempt, nonce: Uint8Array): void {
    attempt.owedNonce = send.helloAck(attempt.candidate, nonce, false) ? undefined : nonce;
  }

  /** Sends what the credit did not cover. Our beacon gives the peer the note, and credit to ask us. */
  function finish({ candidate, owedNonce, sent, isCut, isGreeted }: Attempt): void {
    if (owedNonce) send.helloAck(candidate, owedNonce, true);
    if (isCut || !isGreeted || sent > 1) send.call({ ...candidate.source, port: candidate.announcement.unicastPort });
  }

  function settle(peerId: string): void {
    attempts.get(peerId)?.cancelTimer?.();
    attempts.delete(peerId);
  }

  /** Makes room by dropping a candidate that does not answer. @returns true if there was one */
  function dropOneIdle(): boolean {
    for (const [peerId, attempt] of attempts) {
      if (!attempt.isIdle) continue;
      settle(peerId);
      return true;
    }
    return false;
  }
}

function createAttempt(candidate: HandshakeCandidate): Attempt {
  return {
    candidate,
    sources: new Map([[candidate.source.address, candidate.source]]),
    nonces: new Map(),
    sent: 0,
    cancelTimer: undefined,
    isIdle: false,
    isCut: false,
    isGreeted: false,
    owedNonce: undefined,
  };
}

/** Notes an address as the latest. The least recently heard makes room. */
function noteSource(
  { sources }: Attempt,
  source: Arrival,
  { maxAddressesPerPeer }: Pick<PresenceOptions, 'maxAddressesPerPeer'>,
): void {
  sources.delete(source.address);
  sources.set(source.address, source);
  const [oldest] = sources.keys();
  if (oldest !== undefined && sources.size > maxAddressesPerPeer) sources.delete(oldest);
}
