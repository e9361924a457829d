/**
 * Turns connections that were turned away into a health entry (rule TLS-12), and peers whom our
 * messages do not reach (rules HEALTH-4, HEALTH-5). A port scan or a few failed handshakes are none.
 * Which connection is turned away is decided elsewhere.
 */
import { pause } from '../lib/delay.ts';
import type { CallProblem, FailingPeer } from '../messaging/session-manager/failed-calls.ts';
import { shownName, type PeerRecord, type Presence } from '../presence/index.ts';
import type { SessionCounters } from '../messaging/session-manager/session-manager.ts';
import type { Clock } from '../ports.ts';
import type { HealthBoard } from './health-board.ts';

const reviewEveryMs = 1_000;
/** More than a crowd of colleagues that start at once, fewer than any attack needs. */
const manyPerReview = 20;
/** It counts as over after so long without. */
const overAfterMs = 10_000;

export interface ConnectionHealth {
  /** Looks again and again until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Deps {
  readonly clock: Clock;
  readonly health: Pick<HealthBoard, 'raise' | 'clear'>;
  readonly counters: () => Pick<SessionCounters, 'refused' | 'ended'>;
  /** The peers for whom messages wait because no session comes about, or nothing gets through. */
  readonly unreached: () => readonly FailingPeer[];
  readonly registry: Pick<Presence['registry'], 'get'>;
  /** Our own port for sessions. */
  readonly tcpPort: () => number;
}

export function createConnectionHealth({ clock, health, counters, ...deps }: Deps): ConnectionHealth {
  let before = 0;
  let lastManyMs = -Infinity;

  return {
    async run(signal) {
      while (!signal.aborted) {
        reviewRefused();
        reviewUnreached();
        await pause(clock, reviewEveryMs, signal);
      }
    },
  };

  function reviewRefused(): void {
    const nowMs = clock.monotonicMs();
    const { refused, ended } = counters();
    const turnedAway = (refused['too-many'] ?? 0) + (ended['us busy'] ?? 0);
    if (turnedAway - before > manyPerReview) lastManyMs = nowMs;
    before = turnedAway;
    if (nowMs - lastManyMs < overAfterMs) health.raise('connections-refused');
    else health.clear('connections-refused');
  }

  function reviewUnreached(): void {
    const unreached = deps.unreached();
    const blocked = announcementsOf(unreached, 'blocked');
    const names = blocked.map(shownName);
    const ports = blocked.map(({ tcpPort }) => String(tcpPort));
    if (blocked.length === 0) health.clear('messages-blocked');
    else health.raise('messages-blocked', { names, count: names.length, ports, ownPort: deps.tcpPort() });

    const stalled = announcementsOf(unreached, 'stalled').map(shownName);
    if (stalled.length === 0) health.clear('messages-stalled');
    else health.raise('messages-stalled', { names: stalled });
  }

  /** Of peers that are online: no message can reach one that is not. */
  function announcementsOf(unreached: readonly FailingPeer[], problem: CallProblem): readonly PeerRecord['announcement'][] {
    return unreached.flatMap((failing) => {
      const record = failing.problem === problem ? deps.registry.get(failing.peerId) : undefined;
      return record?.presence === 'online' ? [record.announcement] : [];
    });
  }
}
