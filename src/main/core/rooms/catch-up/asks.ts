/**
 * Our wants by session, and their outcome (rules ROOM-96 to ROOM-99). Each want has
 * an id; its answer is at most one `blocks` and then `end`, or `busy`. Blocks that nobody asked for
 * close the session. `fetch.ts` and `repair.ts` decide what to ask for; `serve.ts` of the other end
 * answers. Keeping blocks, and judging them, is an injected function.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createTokenBucket, type TokenBucket } from '../../lib/token-bucket.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import type { Wanted } from '../../messaging/wire/room-frames.ts';
import type { Clock, Hash } from '../../ports.ts';
import { decodeBlock, type LogTag, type RoomId } from '../wire/block.ts';
import { toHex } from '../../lib/hex.ts';
import { logTagOf } from '../wire/log-tag.ts';
import type { Waits } from './waits.ts';

/**
 * The outcome for a block. `new`: it is kept, and counts · `had` · `refused`: its signature is right,
 * but there is no place for it, or another block counts there, or it does not fit the one before it
 * · `unkept`: the store refused it, and may have room later · `wrong`: malformed, or a wrong
 * signature.
 */
export type KeepResult = 'new' | 'had' | 'refused' | 'unkept' | 'wrong';

export interface ArrivedBlock {
  readonly tag: LogTag;
  readonly first: number;
  readonly last: number;
  readonly sizeBytes: number;
  /** The first 8 bytes of its hash. */
  readonly hash8: string;
  readonly result: Exclude<KeepResult, 'wrong'>;
}

/** `lost`: no answer in time, or no session · `wrong`: a block that is none, or that was not wanted. */
export type Answer = {
  readonly kind: 'answered' | 'lost' | 'wrong' | 'busy';
  readonly blocks: readonly ArrivedBlock[];
  /** Logs of which something wanted is not there. */
  readonly missing: readonly LogTag[];
  /** Of `busy`. */
  readonly waitMs: number;
};

export interface AsksDeps {
  readonly clock: Clock;
  readonly hash: Hash;
  readonly waits: Waits;
  /** @returns false if there is no session with that peer that takes frames of rooms */
  readonly send: (peerId: PeerId, frame: RoomFrame) => boolean;
  readonly closeSession: (peerId: PeerId, reason: 'unexpected') => void;
  readonly keep: (room: RoomId, bytes: Uint8Array, from: PeerId) => Promise<KeepResult>;
  /** That peer sent a wrong block. */
  readonly onWrong: (peerId: PeerId) => void;
}

export interface Asks {
  /** Never rejects. */
  ask(peerId: PeerId, room: RoomId, wanted: Wanted, timeoutMs: number): Promise<Answer>;
  onBlocks(peerId: PeerId, frame: Extract<RoomFrame, { type: 'blocks' }>): void;
  onEnd(peerId: PeerId, frame: Extract<RoomFrame, { type: 'end' }>): void;
  onBusy(peerId: PeerId, frame: Extract<RoomFrame, { type: 'busy' }>): void;
  sessionClosed(peerId: PeerId): void;
  close(): void;
}

/** Of wants in one session. */
const wantRate = { perSecond: 10, burst: 10 };
const tokenMs = 100;
/** Wants of one session without an answer. More are not sent. */
const maxOpenPerPeer = 16;
/** Blocks that are checked in one turn of the event loop: some 2 ms. */
const blocksPerTurn = 32;

interface OpenAsk {
  readonly room: RoomId;
  readonly wanted: Wanted;
  readonly timeoutMs: number;
  readonly settle: (answer: Answer) => void;
  readonly blocks: ArrivedBlock[];
  hasBlocks: boolean;
  isTaking: boolean;
  missing: readonly LogTag[] | undefined;
  cancelTimer: Unsubscribe | undefined;
}

interface PeerAsks {
  readonly tokens: TokenBucket;
  readonly open: Map<number, OpenAsk>;
}

export function createAsks(deps: AsksDeps): Asks {
  const { clock, waits } = deps;
  const peers = new Map<PeerId, PeerAsks>();
  let lastId = 0;

  return {
    async ask(peerId, room, wanted, timeoutMs) {
      const peer = peers.get(peerId) ?? { tokens: createTokenBucket(wantRate), open: new Map<number, OpenAsk>() };
      peers.set(peerId, peer);
      while (!peer.tokens.take(clock.monotonicMs())) {
        await waits.sleep(tokenMs);
        if (waits.isClosed || peers.get(peerId) !== peer) return emptyAnswer('lost');
      }
      if (peer.open.size >= maxOpenPerPeer) return emptyAnswer('lost');
      lastId += 1;
      return send(peerId, peer, lastId, { room, wanted, timeoutMs });
    },
    onBlocks(peerId, { room, id, blocks }) {
      const ask = peers.get(peerId)?.open.get(id);
      if (!ask || ask.room !== room || ask.hasBlocks) return deps.closeSession(peerId, 'unexpected');
      ask.hasBlocks = true;
      ask.isTaking = true;
      ask.cancelTimer?.();
      void take(peerId, id, ask, blocks);
    },
    onEnd(peerId, { room, id, missing }) {
      const ask = peers.get(peerId)?.open.get(id);
      if (!ask || ask.room !== room) return;
      ask.missing = missing.map(({ tag }) => tag);
      finish(peerId, id, ask);
    },
    onBusy(peerId, { room, id, waitMs }) {
      const ask = peers.get(peerId)?.open.get(id);
      if (!ask || ask.room !== room) return;
      peers.get(peerId)?.open.delete(id);
      settle(ask, { ...emptyAnswer('busy'), blocks: ask.blocks, waitMs });
    },
    sessionClosed(peerId) {
      const peer = peers.get(peerId);
      peers.delete(peerId);
      for (const ask of peer?.open.values() ?? []) settle(ask, { ...emptyAnswer('lost'), blocks: ask.blocks });
    },
    close() {
      const open = [...peers.values()].flatMap((peer) => [...peer.open.values()]);
      peers.clear();
      for (const ask of open) settle(ask, emptyAnswer('lost'));
    },
  };

  function send(
    peerId: PeerId,
    { open }: PeerAsks,
    id: number,
    { room, wanted, timeoutMs }: Pick<OpenAsk, 'room' | 'wanted' | 'timeoutMs'>,
  ): Promise<Answer> {
    return new Promise((resolve) => {
      const state = { blocks: [], hasBlocks: false, isTaking: false, missing: undefined, cancelTimer: undefined };
      const ask: OpenAsk = { room, wanted, timeoutMs, settle: resolve, ...state };
      if (!deps.send(peerId, { type: 'want', room, id, wanted })) {
        if (open.size === 0) peers.delete(peerId);
        return resolve(emptyAnswer('lost'));
      }
      open.set(id, ask);
      expectMore(ask);
    });
  }

  /** A late answer is still welcome, so the want stays open. */
  function expectMore(ask: OpenAsk): void {
    const giveUp = (): void => ask.settle({ ...emptyAnswer('lost'), blocks: ask.blocks });
    ask.cancelTimer = waits.timer(giveUp, ask.timeoutMs);
  }

  async function take(peerId: PeerId, id: number, ask: OpenAsk, blocks: readonly Uint8Array[]): Promise<void> {
    const hashes: string[] = [];
    for (let start = 0; start < blocks.length; start += blocksPerTurn) {
      if (start > 0) await waits.sleep(0);
      if (waits.isClosed) return;
      const some = blocks.slice(start, start + blocksPerTurn);
      const taken = await Promise.all(some.map((bytes) => takeOne(peerId, ask, bytes)));
      for (const one of taken) {
        if (one === 'wrong') return rejectAnswer(peerId, ask);
        ask.blocks.push(one);
        hashes.push(one.hash8);
      }
    }
    deps.send(peerId, { type: 'taken', hashes });
    ask.isTaking = false;
    if (ask.missing === undefined) expectMore(ask);
    else finish(peerId, id, ask);
  }

  async function takeOne(peerId: PeerId, ask: OpenAsk, bytes: Uint8Array): Promise<ArrivedBlock | 'wrong'> {
    const decoded = decodeBlock(bytes);
    if (!decoded.ok || decoded.block.room !== ask.room) return 'wrong';
    const { block } = decoded;
    const place = { tag: logTagOf(block, deps.hash), first: block.first, last: block.first + block.texts.length - 1 };
    if (!isWanted(ask.wanted, place)) return 'wrong';
    const result = await deps.keep(ask.room, bytes, peerId);
    if (result === 'wrong') return 'wrong';
    const hash8 = toHex(deps.hash.sha256(decoded.signedBytes).subarray(0, 8));
    return { ...place, sizeBytes: bytes.length, hash8, result };
  }

  function rejectAnswer(peerId: PeerId, ask: OpenAsk): void {
    ask.isTaking = false;
    deps.onWrong(peerId);
    settle(ask, { ...emptyAnswer('wrong'), blocks: ask.blocks });
  }

  function finish(peerId: PeerId, id: number, ask: OpenAsk): void {
    if (ask.isTaking) return;
    peers.get(peerId)?.open.delete(id);
    settle(ask, { ...emptyAnswer('answered'), blocks: ask.blocks, missing: ask.missing ?? [] });
  }

  function settle(ask: OpenAsk, answer: Answer): void {
    ask.cancelTimer?.();
    ask.settle(answer);
  }
}

function isWanted(wanted: Wanted, { tag, first, last }: Pick<ArrivedBlock, 'tag' | 'first' | 'last'>): boolean {
  if (wanted.kind === 'newest') return true;
  return wanted.ranges.some((range) => tag.startsWith(range.tag) && range.from <= last && first <= range.to);
}

function emptyAnswer(kind: Answer['kind']): Answer {
  return { kind, blocks: [], missing: [], waitMs: 0 };
}
