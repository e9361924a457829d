/**
 * Validates a new address of a known peer (rule HS-9). A datagram from a new address comes from
 * another adapter of the peer, or from an attacker that replays it. Only the peer can answer a PING
 * to that address. Address refresh uses the same PING (rule PROBE-7).
 */
import type { Clock, Random } from '../../ports.ts';
import { nonceBytes } from '../wire/datagram.ts';
import { formatEndpoint, type Destination } from '../../lib/endpoint.ts';
import type { PeerRecord } from '../registry/peer-record.ts';
import { createTokenBucket } from '../../lib/token-bucket.ts';

export interface PathValidation {
  /** Sends a PING to that address, unless one is in flight. */
  ask(record: PeerRecord, address: Destination): void;
  /**
   * Matches a PONG with the PINGs in flight.
   * @returns the address that it validates, undefined if none
   */
  answered(peerId: string, nonce: Uint8Array): Destination | undefined;
}

/** Addresses being validated, for all peers together. The oldest makes room. */
const maxPending = 64;
/** The time for an answer. A later PONG proves nothing. */
const answerMs = 1_000;
/** PINGs per second: bounds the traffic that replayed datagrams can make us send. */
const questionsPerSecond = 20;

interface Question {
  readonly peerId: string;
  readonly address: Destination;
  readonly nonce: Uint8Array;
  readonly atMs: number;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly sendPing: (record: PeerRecord, address: Destination, nonce: Uint8Array) => void;
}

export function createPathValidation({ clock, random, sendPing }: Deps): PathValidation {
  const pending = new Map<string, Question>();
  const bucket = createTokenBucket({ perSecond: questionsPerSecond, burst: maxPending });

  return {
    ask(record, address) {
      const key = `${record.peerId} ${formatEndpoint(address)}`;
      const nowMs = clock.monotonicMs();
      const running = pending.get(key);
      if ((running && nowMs - running.atMs < answerMs) || !bucket.take(nowMs)) return;
      pending.delete(key);
      const [oldest] = pending.keys();
      if (oldest !== undefined && pending.size >= maxPending) pending.delete(oldest);
      const nonce = random.bytes(nonceBytes);
      pending.set(key, { peerId: record.peerId, address, nonce, atMs: nowMs });
      sendPing(record, address, nonce);
    },
    answered(peerId, nonce) {
      for (const [key, question] of pending) {
        if (question.peerId !== peerId || !nonce.every((byte, index) => byte === question.nonce[index])) continue;
        pending.delete(key);
        return clock.monotonicMs() - question.atMs < answerMs ? question.address : undefined;
      }
      return undefined;
    },
  };
}
