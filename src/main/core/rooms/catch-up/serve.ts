/**
 * Answers the wants of peers (rules ROOM-96, ROOM-107 to ROOM-110): at most four pulls at once and
 * 1 MiB a second in all, wants outside of pulls first. Each want is answered once: by `blocks` and
 * `end`, by `end`, or by `busy`. `answer.ts` collects the blocks.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createPace, createTokenBucket, type TokenBucket } from '../../lib/token-bucket.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import { maxBlocksBytes, type WantContent } from '../../messaging/wire/room-frames.ts';
import type { Clock, Random } from '../../ports.ts';
import type { RoomId } from '../wire/block.ts';
import { collectAnswer, type AnswerDeps } from './answer.ts';
import type { Waits } from './waits.ts';

/** Pulls that are served at once. */
const maxPulls = 4;
/** A pull without a want for so long has ended. */
const idlePullMs = 10_000;
/** In all sessions together. The burst lets a newcomer see the newest messages at once. */
const rate = { perSecond: 1_048_576, burst: 1_048_576 };
/** Of one session: as often as we ask, and a burst. */
const wantRate = { perSecond: 10, burst: 20 };
/** Sent in one session and not yet taken. */
const maxUntakenBytes = 4 * 1_048_576;
/** Wants that wait, of one peer and of all. */
const maxQueuedPerPeer = 16;
const maxQueued = 256;
const busyWait = { leastMs: 1_000, spreadMs: 4_000 };

export interface ServeDeps extends AnswerDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly waits: Waits;
  readonly send: (peerId: PeerId, frame: RoomFrame) => boolean;
  /** Whether we are in that room, and the peer too. */
  readonly shares: (peerId: PeerId, room: RoomId) => boolean;
  /** Up to three others who may have the same. */
  readonly otherHolders: (room: RoomId, except: PeerId) => readonly PeerId[];
}

export interface Serve {
  /** @returns false if too many pulls are served, or the peer begins them too fast */
  beginPull(peerId: PeerId, room: RoomId): boolean;
  endPull(peerId: PeerId, room: RoomId): void;
  /** @param id of the want; 0 for a whole pull */
  refuse(peerId: PeerId, room: RoomId, id: number): void;
  onWant(peerId: PeerId, want: WantContent): void;
  onTaken(peerId: PeerId, hashes: readonly string[]): void;
  sessionClosed(peerId: PeerId): void;
}

interface PeerState {
  readonly tokens: TokenBucket;
  /** Sizes of blocks that were sent and not taken, by the first 8 bytes of their hashes. */
  readonly untaken: Map<string, number>;
  untakenBytes: number;
}

interface Job {
  readonly peerId: PeerId;
  readonly want: WantContent;
}

export function createServe(deps: ServeDeps): Serve {
  const { clock, waits } = deps;
  const pace = createPace(rate);
  const peers = new Map<PeerId, PeerState>();
  /** The timers that end idle pulls. */
  const pulls = new Map<string, Unsubscribe>();
  let jobs: readonly Job[] = [];
  let cancelNext: Unsubscribe | undefined;
  let freeMs = -Infinity;

  return {
    beginPull(peerId, room) {
      if (!stateOf(peerId).tokens.take(clock.monotonicMs())) return false;
      const key = pullKey(peerId, room);
      if (!pulls.has(key) && pulls.size >= maxPulls) return false;
      touchPull(key);
      return true;
    },
    endPull: (peerId, room) => endPull(pullKey(peerId, room)),
    refuse,
    onWant(peerId, want) {
      const isOver = jobs.length >= maxQueued || jobs.filter((job) => job.peerId === peerId).length >= maxQueuedPerPeer;
      if (!stateOf(peerId).tokens.take(clock.monotonicMs()) || isOver) return refuse(peerId, want.room, want.id);
      jobs = [...jobs, { peerId, want }];
      answerNext();
    },
    onTaken(peerId, hashes) {
      const peer = peers.get(peerId);
      if (!peer) return;
      for (const hash of hashes) {
        peer.untakenBytes -= peer.untaken.get(hash) ?? 0;
        peer.untaken.delete(hash);
      }
      answerNext();
    },
    sessionClosed(peerId) {
      peers.delete(peerId);
      jobs = jobs.filter((job) => job.peerId !== peerId);
      for (const key of pulls.keys()) if (key.startsWith(`${peerId} `)) endPull(key);
    },
  };

  function refuse(peerId: PeerId, room: RoomId, id: number): void {
    const waitMs = Math.floor(busyWait.leastMs + busyWait.spreadMs * deps.random.fraction());
    deps.send(peerId, { type: 'busy', room, id, waitMs, holders: deps.otherHolders(room, peerId) });
  }

  function stateOf(peerId: PeerId): PeerState {
    const peer = peers.get(peerId) ?? {
      tokens: createTokenBucket(wantRate),
      untaken: new Map<string, number>(),
      untakenBytes: 0,
    };
    peers.set(peerId, peer);
    return peer;
  }

  function touchPull(key: string): void {
    pulls.get(key)?.();
    pulls.set(
      key,
      waits.timer(() => endPull(key), idlePullMs),
    );
  }

  function endPull(key: string): void {
    pulls.get(key)?.();
    pulls.delete(key);
  }

  /** One want in a turn, so that other work goes on meanwhile. */
  function answerNext(): void {
    const job = nextJob();
    if (cancelNext || !job) return;
    cancelNext = waits.timer(
      () => {
        cancelNext = undefined;
        const due = nextJob();
        if (due) answer(due);
        answerNext();
      },
      Math.max(0, freeMs - clock.monotonicMs()),
    );
  }

  /** Wants outside of pulls are few, and somebody waits for them on the screen. */
  function nextJob(): Job | undefined {
    const ready = jobs.filter(({ peerId }) => (peers.get(peerId)?.untakenBytes ?? 0) <= maxUntakenBytes - maxBlocksBytes);
    return ready.find(({ peerId, want }) => !pulls.has(pullKey(peerId, want.room))) ?? ready[0];
  }

  function answer(job: Job): void {
    jobs = jobs.filter((other) => other !== job);
    const { peerId, want } = job;
    const { room, id } = want;
    const key = pullKey(peerId, room);
    if (pulls.has(key)) touchPull(key);
    const { blocks, missing } = collectAnswer(want, deps.shares(peerId, room) ? deps : undefined);
    if (blocks.length > 0) {
      const peer = stateOf(peerId);
      if (!deps.send(peerId, { type: 'blocks', room, id, blocks: blocks.map(({ bytes }) => bytes) })) return;
      let sizeBytes = 0;
      for (const { hash8, bytes } of blocks) {
        sizeBytes += bytes.length;
        peer.untakenBytes += bytes.length - (peer.untaken.get(hash8) ?? 0);
        peer.untaken.set(hash8, bytes.length);
      }
      freeMs = clock.monotonicMs() + pace.take(clock.monotonicMs(), sizeBytes);
    }
    deps.send(peerId, { type: 'end', room, id, missing });
  }
}

function pullKey(peerId: PeerId, room: RoomId): string {
  return `${peerId} ${room}`;
}
