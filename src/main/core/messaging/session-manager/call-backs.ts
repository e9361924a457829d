/**
 * Call-backs: a node whose calls to a peer fail asks the peer by datagram to call instead, so that
 * one open direction is enough (rules CALL-7, CALL-8). Decides when a request may be sent or
 * followed. `dialer.ts` makes the calls, and presence carries the requests.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock, Endpoint } from '../../ports.ts';
import type { SessionOptions } from '../session/options.ts';

/** Well-known services listen below it: see `isNodeEndpoint`. */
const lowestPort = 1_024;

export interface CallBackCounters {
  /** Requests that we sent. */
  readonly asked: number;
  /** Requests of peers that we followed with a call. */
  readonly followed: number;
}

export interface CallBacks {
  /** Asks the peer to call us. */
  ask(peerId: PeerId): void;
  /** @returns whether to follow a request of that peer that came now */
  mayFollow(peerId: PeerId): boolean;
  followed(): void;
  /** A session with that peer is open. */
  reached(peerId: PeerId): void;
  counters(): CallBackCounters;
}

/** @param isRepeated true if an earlier request had no effect @returns whether it was sent */
export type AskToCall = (peerId: PeerId, isRepeated: boolean) => boolean;

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly askToCall: AskToCall;
  readonly addressesOf: (peerId: PeerId) => readonly Endpoint[];
}

export function createCallBacks(
  { clock, askToCall, addressesOf }: Deps,
  { callBackGapMs, maxBackOffs }: Pick<SessionOptions, 'callBackGapMs' | 'maxBackOffs'>,
): CallBacks {
  /** The peers that we asked since the last session with them. */
  const asked = createLruMap<PeerId, true>(maxBackOffs);
  /** When the last request of each peer was let through. */
  const admittedMs = createLruMap<PeerId, number>(maxBackOffs);
  const count = { asked: 0, followed: 0 };

  return {
    ask(peerId) {
      if (!askToCall(peerId, asked.has(peerId))) return;
      asked.set(peerId, true);
      count.asked += 1;
    },
    mayFollow(peerId) {
      const nowMs = clock.monotonicMs();
      if (nowMs - (admittedMs.get(peerId) ?? -Infinity) < callBackGapMs) return false;
      const endpoints = addressesOf(peerId);
      if (endpoints.length === 0 || endpoints.some(({ port }) => port < lowestPort)) return false;
      admittedMs.set(peerId, nowMs);
      return true;
    },
    followed: () => void (count.followed += 1),
    reached: (peerId) => asked.delete(peerId),
    counters: () => ({ ...count }),
  };
}
