/**
 * A datagram that we know already, from another address: the peer's second adapter, or somebody who plays it again. A PING to that address
 * tells, because only the peer can answer it (rule HS-9). Addresses that were not heard for long are asked in the same way (rule PROBE-7).
 */
import type { Clock, Random } from '../../ports.ts';
import { nonceBytes } from '../wire/datagram.ts';
import { formatEndpoint, type Destination } from '../../lib/endpoint.ts';
import type { PeerRecord } from '../registry/peer-record.ts';
import { createTokenBucket } from '../../lib/token-bucket.ts';

export interface PathValidation {
  /** Asks at that address, unless that is being done. */
  ask(record: PeerRecord, address: Destination): void;
  /** @returns the address that this PONG proves to be the peer's */
  answered(peerId: string, nonce: Uint8Array): Destination | undefined;
}

/** Unproved addresses, all peers together; the oldest makes room. */
const maxPending = 64;
/** An answer later than this proves nothing any more. */
const answerMs = 1_000;
/** Questions per second: what somebody can make us send by playing datagrams again. */
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
