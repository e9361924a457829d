/**
 * Pulls: an exchange of heads with one peer, after which each side wants what it lacks (rules
 * ROOM-94, ROOM-95, ROOM-105, ROOM-107). Never with two peers for one room at once, and for two
 * rooms at most. `pull-choice.ts` decides with whom; `fetch.ts` gets the blocks.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap, type LruMap } from '../../lib/lru-map.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import type { Hash } from '../../ports.ts';
import { compareWeights, decodeDigest, encodeDigest, type RoomDigest } from '../log/digest.ts';
import type { RoomId } from '../wire/block.ts';
import type { Fetch } from './fetch.ts';
import { createHeadCollector, headPages, withTags, type HeadCollector } from './head-pages.ts';
import type { OwnHead, PeerHead } from './needs.ts';
import type { PullMemory } from './pull-memory.ts';
import type { Serve } from './serve.ts';
import type { Waits } from './waits.ts';

const maxRooms = 2;
const headsTimeoutMs = 10_000;
/** Rooms of one peer whose pages are not complete. */
const maxCollectors = 8;

type HeadsFrame = Extract<RoomFrame, { type: 'heads' }>;

/**
 * `gain`: new messages came · `nothing`: there was nothing for us · `short`: new messages came, but
 * fewer than the peer's digest promised · `broken`, `slow`: more is there, but the pull broke off ·
 * `lost`: no heads came, or the peer is not in the room · `busy`: ask another, or later · `full`:
 * too many pulls of ours · `unkept`: our store refused what came.
 */
export type PullResult =
  | { readonly kind: 'gain' | 'nothing' | 'short' | 'broken' | 'slow' | 'lost' | 'full' | 'unkept' }
  | { readonly kind: 'busy'; readonly waitMs: number; readonly holders: readonly PeerId[] };

export interface PullsDeps {
  readonly hash: Hash;
  readonly waits: Waits;
  readonly memory: PullMemory;
  readonly fetch: Fetch;
  readonly serve: Pick<Serve, 'beginPull' | 'endPull' | 'refuse'>;
  readonly send: (peerId: PeerId, frame: RoomFrame) => boolean;
  readonly open: (peerId: PeerId) => Promise<boolean>;
  readonly shares: (peerId: PeerId, room: RoomId) => boolean;
  /** The peer sent heads of that room, so it is in it, though no beacon of it may have come yet. */
  readonly onHeadsOf: (peerId: PeerId, room: RoomId) => void;
  readonly digest: (room: RoomId) => RoomDigest;
  readonly heads: (room: RoomId) => readonly OwnHead[];
  /** Heads were exchanged, in a pull of ours. */
  readonly onExchanged: (room: RoomId) => void;
  /** A pull of a peer was served, so this room has news of it. */
  readonly onServed: (room: RoomId) => void;
}

export interface Pulls {
  /** Never rejects. */
  pull(peerId: PeerId, room: RoomId): Promise<PullResult>;
  isPulling(room: RoomId): boolean;
  hasPlace(): boolean;
  onHeads(peerId: PeerId, frame: HeadsFrame): void;
  /** The peer ended its pull, or refused ours. */
  onEnd(peerId: PeerId, room: RoomId): void;
  onBusy(peerId: PeerId, frame: Extract<RoomFrame, { type: 'busy' }>): void;
  sessionClosed(peerId: PeerId): void;
  close(): void;
}

interface Heads {
  readonly kind: 'heads';
  readonly heads: readonly PeerHead[];
  readonly digest: RoomDigest;
}

interface Pulling {
  readonly peerId: PeerId;
  /** Takes the answer to our heads. */
  answer?: (result: Heads | PullResult) => void;
  collector?: HeadCollector;
}

export function createPulls(deps: PullsDeps): Pulls {
  const { waits, memory, serve } = deps;
  /** By room: the peer that we fetch from. */
  const pulling = new Map<RoomId, Pulling>();
  const collectors = new Map<PeerId, LruMap<RoomId, HeadCollector>>();

  return {
    async pull(peerId, room) {
      if (pulling.has(room) || pulling.size >= maxRooms) return { kind: 'full' };
      const state: Pulling = { peerId };
      pulling.set(room, state);
      const result = await pullFrom(room, state);
      pulling.delete(room);
      return result;
    },
    isPulling: (room) => pulling.has(room),
    hasPlace: () => pulling.size < maxRooms,
    onHeads(peerId, frame) {
      deps.onHeadsOf(peerId, frame.room);
      if (frame.isAnswer) onAnswer(peerId, frame);
      else onBegun(peerId, frame);
    },
    onEnd(peerId, room) {
      serve.endPull(peerId, room);
      answerOf(peerId, room)?.({ kind: 'lost' });
    },
    onBusy: (peerId, { room, waitMs, holders }) => answerOf(peerId, room)?.({ kind: 'busy', waitMs, holders }),
    sessionClosed(peerId) {
      collectors.delete(peerId);
      for (const state of pulling.values()) if (state.peerId === peerId) state.answer?.({ kind: 'lost' });
    },
    close() {
      for (const state of pulling.values()) state.answer?.({ kind: 'lost' });
    },
  };

  function answerOf(peerId: PeerId, room: RoomId): Pulling['answer'] {
    const state = pulling.get(room);
    return state?.peerId === peerId ? state.answer : undefined;
  }

  async function pullFrom(room: RoomId, state: Pulling): Promise<PullResult> {
    const { peerId } = state;
    if (!(await deps.open(peerId)) || waits.isClosed) return { kind: 'lost' };
    const ours = deps.digest(room);
    const theirs = await exchangeHeads(room, state, ours);
    if (theirs.kind !== 'heads') return theirs;
    deps.onExchanged(room);
    const { gained, end } = await deps.fetch.run(peerId, room, theirs.heads, () => !deps.shares(peerId, room));
    deps.send(peerId, { type: 'end', room, id: 0, missing: [] });
    if (end === 'unkept' || (gained > 0 && end !== 'complete')) return { kind: end };
    const now = gained > 0 ? deps.digest(room) : ours;
    if (gained > 0 && compareWeights(theirs.digest, now) <= 0) return { kind: 'gain' };
    memory.noteFutile(room, peerId, theirs.digest, now);
    return { kind: gained > 0 ? 'short' : 'nothing' };
  }

  function exchangeHeads(room: RoomId, state: Pulling, digest: RoomDigest): Promise<Heads | PullResult> {
    return new Promise((resolve) => {
      const settle = (result: Heads | PullResult): void => {
        cancel();
        delete state.answer;
        resolve(result);
      };
      const cancel = waits.timer(() => settle({ kind: 'lost' }), headsTimeoutMs);
      state.answer = settle;
      state.collector = createHeadCollector();
      if (!sendHeads(state.peerId, room, false, digest)) settle({ kind: 'lost' });
    });
  }

  function sendHeads(peerId: PeerId, room: RoomId, isAnswer: boolean, digest: RoomDigest): boolean {
    const pages = headPages({ room, isAnswer, digest: encodeDigest(digest) }, deps.heads(room));
    return pages.every((page) => deps.send(peerId, page));
  }

  function onAnswer(peerId: PeerId, frame: HeadsFrame): void {
    const answer = answerOf(peerId, frame.room);
    const heads = answer && pulling.get(frame.room)?.collector?.add(frame);
    if (heads) answer({ kind: 'heads', heads: withTags(frame.room, heads, deps.hash), digest: decodeDigest(frame.digest) });
  }

  function onBegun(peerId: PeerId, frame: HeadsFrame): void {
    const { room } = frame;
    const ofPeer = collectors.get(peerId) ?? createLruMap<RoomId, HeadCollector>(maxCollectors);
    collectors.set(peerId, ofPeer);
    const collector = ofPeer.get(room) ?? createHeadCollector();
    ofPeer.set(room, collector);
    const heads = collector.add(frame);
    if (!heads) return;
    ofPeer.delete(room);
    if (!deps.shares(peerId, room)) return void deps.send(peerId, { type: 'end', room, id: 0, missing: [] });
    if (!serve.beginPull(peerId, room)) return serve.refuse(peerId, room, 0);
    const ours = deps.digest(room);
    sendHeads(peerId, room, true, ours);
    void fetchBack(peerId, room, withTags(room, heads, deps.hash), { theirs: decodeDigest(frame.digest), ours });
  }

  /** Gets the messages that the pulling peer has, and we lack. */
  async function fetchBack(
    peerId: PeerId,
    room: RoomId,
    heads: readonly PeerHead[],
    { theirs, ours }: { readonly theirs: RoomDigest; readonly ours: RoomDigest },
  ): Promise<void> {
    if (pulling.has(room) || pulling.size >= maxRooms || !memory.isHolder(peerId)) return;
    pulling.set(room, { peerId });
    const { gained, end } = await deps.fetch.run(peerId, room, heads, () => !deps.shares(peerId, room));
    pulling.delete(room);
    if (gained === 0 && end !== 'unkept' && compareWeights(theirs, ours) >= 0) memory.noteFutile(room, peerId, theirs, ours);
    deps.onServed(room);
  }
}
