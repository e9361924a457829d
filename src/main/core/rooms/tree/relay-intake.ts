/**
 * Takes the blocks that peers pass on to us, cheapest checks first (rules ROOM-146 to ROOM-149, and
 * ROOM-152 for the group of our subnet). What is verified and kept is acknowledged, shown, and
 * passed on to the rest of the list. `tree.ts` passes on.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { toHex } from '../../lib/hex.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import { createPace, createTokenBucket, createTokenBuckets } from '../../lib/token-bucket.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import { maxRelayHops, type RelayContent } from '../../messaging/wire/relay-frames.ts';
import type { Clock, Hash, Signatures } from '../../ports.ts';
import { decodeBlock, verifyBlock, type RoomId, type SignedBlock } from '../wire/block.ts';
import type { Passed, Tree } from './tree.ts';

/** Frames of one peer. One frame holds up to 240 KiB, so a bulk transfer needs far fewer. */
const peerRate = { perSecond: 100, burst: 400 };
const maxPeers = 512;
/** Blocks of authors who are unknown and not here, of all peers together. */
const strangerRate = { perSecond: 20, burst: 20 };
/** Bytes that lists of others make us send, whoever asks. */
const servedRate = { perSecond: 32 * 1_048_576, burst: 64 * 1_048_576 };
/** A peer that passed on a wrong block passes on nothing for this time. */
const refusedMs = 3_600_000;
/** Blocks whose served peers are remembered, so that a repeat makes us serve nobody twice. */
const maxServed = 512;

/** `new`: it is kept now · `had`: it was kept before · `refused`: there is no place for it. */
export type RelayKept = 'new' | 'had' | 'refused';

export interface RelayIntakeDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly hash: Hash;
  readonly signatures: Signatures;
  readonly tree: Tree;
  readonly send: (peerId: PeerId, frame: RoomFrame) => boolean;
  readonly closeSession: (peerId: PeerId, reason: 'unexpected') => void;
  /** Whether we are in that room, and that peer is a member and online. */
  readonly isMember: (peerId: PeerId, room: RoomId) => boolean;
  /** The online members, by the tags of their keys. */
  readonly membersByTag: (room: RoomId) => ReadonlyMap<string, PeerId>;
  /** Whether these bytes were handled before. */
  readonly isHandled: (bytes: Uint8Array) => boolean;
  readonly isKnown: (authorId: PeerId) => boolean;
  readonly isHere: (authorId: PeerId) => boolean;
  readonly isBlocked: (authorId: PeerId) => boolean;
  /** Judges, persists and shows a block. Never rejects. */
  readonly keep: (block: SignedBlock) => Promise<RelayKept>;
  /** That peer passed on a block that is kept now. */
  readonly onNew: (from: PeerId, block: SignedBlock) => void;
  /** That peer passed on a block that was here before. */
  readonly onRepeated: (from: PeerId, room: RoomId, bytes: Uint8Array) => void;
  /** That peer passed on a block with a wrong signature. */
  readonly onWrong: (peerId: PeerId) => void;
  /** Messages of others that we passed on to that many peers. */
  readonly onRelayed: (room: RoomId, messages: number) => void;
}

export interface RelayIntake {
  onRelay(peerId: PeerId, relay: RelayContent): Promise<void>;
}

export function createRelayIntake(deps: RelayIntakeDeps): RelayIntake {
  const { clock, hash, tree } = deps;
  const frames = createTokenBuckets(peerRate, maxPeers);
  const strangers = createTokenBucket(strangerRate);
  const served = createPace(servedRate);
  const refused = createLruMap<PeerId, number>(maxPeers);
  const servedPeers = createLruMap<string, Set<PeerId>>(maxServed);

  return {
    async onRelay(peerId, { room, hops, tags, blocks }) {
      if ((refused.get(peerId) ?? -Infinity) > clock.monotonicMs() || !deps.isMember(peerId, room)) return;
      // Not taken, so the sender goes on without us, and we pull what is missing.
      if (!frames.take(peerId, clock.monotonicMs())) return;
      const taken: Passed[] = [];
      const toServe: SignedBlock[] = [];
      // All at once, so that they share a transaction.
      const results = await Promise.all(blocks.map((bytes) => take(peerId, room, bytes, tags.length > 0)));
      for (const result of results) {
        if (result === 'wrong') return reject(peerId);
        if (!result) continue;
        taken.push(result);
        if (result.block && !deps.isBlocked(result.block.authorId)) toServe.push(result.block);
      }
      if (taken.length > 0) deps.send(peerId, { type: 'taken', hashes: taken.map(({ hash8 }) => hash8) });
      serve(peerId, room, tags, toServe, hops);
    },
  };

  /** @returns undefined if it is not kept; without a block if nobody is to be served with it */
  async function take(
    from: PeerId,
    room: RoomId,
    bytes: Uint8Array,
    hasList: boolean,
  ): Promise<(Passed & { readonly block?: SignedBlock }) | 'wrong' | undefined> {
    const decoded = decodeBlock(bytes);
    if (!decoded.ok || decoded.block.room !== room) return 'wrong';
    const isHandled = deps.isHandled(bytes);
    if (isHandled) deps.onRepeated(from, room, bytes);
    // Others get bytes from us only after we checked these very bytes.
    if (!hasList && isHandled) return { bytes, hash8: toHex(hash.sha256(decoded.signedBytes).subarray(0, 8)) };
    const authorId = deps.signatures.peerIdOf(decoded.block.publicKey);
    const isStranger = authorId === undefined || (!deps.isKnown(authorId) && !deps.isHere(authorId));
    if (isStranger && !strangers.take(clock.monotonicMs())) return undefined;
    const block = verifyBlock(decoded, deps);
    if (!block) return 'wrong';
    const kept = isHandled ? 'had' : await deps.keep(block);
    if (kept === 'new') deps.onNew(from, block);
    return kept === 'refused' ? undefined : { bytes, hash8: toHex(block.hash.subarray(0, 8)), block };
  }

  function reject(peerId: PeerId): void {
    refused.set(peerId, clock.monotonicMs() + refusedMs);
    deps.onWrong(peerId);
    deps.closeSession(peerId, 'unexpected');
  }

  function serve(from: PeerId, room: RoomId, tags: readonly string[], blocks: readonly SignedBlock[], hops: number): void {
    if (hops >= maxRelayHops || tags.length === 0 || blocks.length === 0) return;
    const members = deps.membersByTag(room);
    const list = [...new Set(tags)].flatMap((tag) => members.get(tag) ?? []).filter((peerId) => peerId !== from);
    // The same blocks have the same list, mostly.
    for (const { peers, group } of groupBy(blocks, (block) => remaining(block, list))) {
      const sizeBytes = group.reduce((sum, { bytes }) => sum + bytes.length, 0) * peers.length;
      if (peers.length === 0 || served.take(clock.monotonicMs(), sizeBytes) > 0) continue;
      const passed = group.map(({ bytes, hash: full }) => ({ bytes, hash8: toHex(full.subarray(0, 8)) }));
      deps.onRelayed(
        room,
        group.reduce((sum, { texts }) => sum + texts.length, 0),
      );
      tree.serve(room, passed, peers, hops + 1);
    }
  }

  /** The peers of the list that we did not serve with that block, nor its author. */
  function remaining({ hash: full, authorId }: SignedBlock, list: readonly PeerId[]): readonly PeerId[] {
    const key = toHex(full.subarray(0, 8));
    const before = servedPeers.get(key) ?? new Set<PeerId>();
    servedPeers.set(key, before);
    const peers = list.filter((peerId) => peerId !== authorId && !before.has(peerId));
    for (const peerId of peers) before.add(peerId);
    return peers;
  }
}

function groupBy(
  blocks: readonly SignedBlock[],
  peersOf: (block: SignedBlock) => readonly PeerId[],
): readonly { readonly peers: readonly PeerId[]; readonly group: readonly SignedBlock[] }[] {
  const groups: { peers: readonly PeerId[]; group: SignedBlock[] }[] = [];
  for (const block of blocks) {
    const peers = peersOf(block);
    const last = groups.at(-1);
    if (last && last.peers.length === peers.length && last.peers.every((peerId, index) => peerId === peers[index]))
      last.group.push(block);
    else groups.push({ peers, group: [block] });
  }
  return groups;
}
