/**
 * Call-backs: a node that cannot call a peer asks it by datagram to call instead, so that one open
 * direction is enough (rules CALL-7 and CALL-8). Says when a request may be sent or followed;
 * dialer.ts makes the calls, and presence carries the requests.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock, Endpoint } from '../../ports.ts';
import type { SessionOptions } from '../session/options.ts';

/** As for the addresses of a peer response: other services listen below it. */
const lowestPort = 1_024;

export interface CallBackCounters {
  /** Requests that we sent. */
  readonly asked: number;
  /** Requests of peers that we followed. */
  readonly followed: number;
}

export interface CallBacks {
  /** Asks the peer to call us. */
  ask(peerId: PeerId): void;
  /** @returns whether to call the peer that asks for it */
  mayFollow(peerId: PeerId): boolean;
  /** A session with that peer is open. */
  reached(peerId: PeerId): void;
  counters(): CallBackCounters;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** @param isRepeated true if an earlier request had no effect @returns whether it was sent */
  readonly askToCall: (peerId: PeerId, isRepeated: boolean) => boolean;
  readonly addressesOf: (peerId: PeerId) => readonly Endpoint[];
}

export function createCallBacks(
  { clock, askToCall, addressesOf }: Deps,
  { callBackGapMs, maxBackOffs }: Pick<SessionOptions, 'callBackGapMs' | 'maxBackOffs'>,
): CallBacks {
  /** The peers that we asked since the last session with them. */
  const asked = createLruMap<PeerId, true>(maxBackOffs);
  /** When we last followed a request of a peer. */
  const followedMs = createLruMap<PeerId, number>(maxBackOffs);
  const count = { asked: 0, followed: 0 };

  return {
    ask(peerId) {
      if (!askToCall(peerId, asked.get(peerId) === true)) return;
      asked.set(peerId, true);
      count.asked += 1;
    },
    mayFollow(peerId) {
      const nowMs = clock.monotonicMs();
      if (nowMs - (followedMs.get(peerId) ?? -Infinity) < callBackGapMs) return false;
      if (addressesOf(peerId).some(({ port }) => port < lowestPort)) return false;
      followedMs.set(peerId, nowMs);
      count.followed += 1;
      return true;
    },
    reached: (peerId) => void asked.delete(peerId),
    counters: () => ({ ...count }),
  };
}
