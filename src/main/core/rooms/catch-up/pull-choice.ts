/**
 * When to pull, and from whom (rules ROOM-90 to ROOM-93, ROOM-101, ROOM-102). Digests are hints: a
 * wrong one costs an exchange of heads. `pulls.ts` does the pull; `pull-memory.ts` knows what was in
 * vain.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createLruMap, type LruMap } from '../../lib/lru-map.ts';
import type { Clock, Random } from '../../ports.ts';
import { randomBackoffMs } from '../live/backoff.ts';
import { compareWeights, noRoom, type RoomDigest } from '../log/digest.ts';
import type { RoomId } from '../wire/block.ts';
import type { PullMemory } from './pull-memory.ts';
import type { PullResult, Pulls } from './pulls.ts';
import type { Waits } from './waits.ts';

/** Live messages and their repairs arrive within it. */
const settleMs = 1_000;
const backoffMs = 2_000;
const minGroupSize = 4;
/** A member that keeps a lighter digest for so long may still have what we lack. */
const lighterMs = 60_000;
const exchangeMs = 600_000;
const exchangeJitter = 0.5;
/** Peers that are asked in a row while each is busy. */
const maxTries = 4;
/** In place of a count: no digest said that this peer has more. */
const unasked = Infinity;
const maxMembers = 1_024;
/**
 * A store that refused a block may have room again: that says nothing of the peer, and the same
 * pull brings what is missed.
 */
const unkeptMs = 30_000;

export interface MemberDigest {
  readonly peerId: PeerId;
  readonly digest: RoomDigest;
}

export interface PullChoiceDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly waits: Waits;
  readonly memory: PullMemory;
  readonly pulls: Pick<Pulls, 'pull' | 'isPulling' | 'hasPlace'>;
  readonly membersWithDigest: (room: RoomId) => Iterable<MemberDigest>;
  readonly digestOf: (peerId: PeerId, room: RoomId) => RoomDigest | undefined;
  readonly digest: (room: RoomId) => RoomDigest;
  readonly onResult: (room: RoomId, kind: PullResult['kind'], peerId: PeerId) => void;
}

export interface PullChoice {
  heard(peerId: PeerId, room: RoomId): void;
  /** Looks again in some seconds whether a member has more. */
  check(room: RoomId): void;
  /** Pulls in some seconds, whatever the digests say. */
  pullSoon(room: RoomId): void;
  joined(room: RoomId): void;
  left(room: RoomId): void;
}

interface Lighter {
  readonly digest: RoomDigest;
  readonly sinceMs: number;
  hasPulled: boolean;
}

interface RoomChoice {
  /** The announcements of lighter members. */
  readonly lighter: LruMap<PeerId, Lighter>;
  /** Something is missing, so any member may help. */
  isIncomplete: boolean;
  cancelCheck?: Unsubscribe | undefined;
  cancelExchange?: Unsubscribe;
}

export function createPullChoice(deps: PullChoiceDeps): PullChoice {
  const { clock, random, waits, memory, pulls } = deps;
  const rooms = new Map<RoomId, RoomChoice>();

  return {
    heard(peerId, room) {
      const state = rooms.get(room);
      const digest = deps.digestOf(peerId, room);
      if (!state || !digest) return;
      const member = { peerId, digest };
      if (hasMore(member, room)) check(room, state);
      else if (compareWeights(member.digest, deps.digest(room)) < 0) heardLighter(room, state, member);
    },
    check(room) {
      const state = rooms.get(room);
      if (state && candidates(room, state).length > 0) check(room, state);
    },
    pullSoon(room) {
      const state = rooms.get(room);
      if (!state) return;
      state.isIncomplete = true;
      check(room, state);
    },
    joined(room) {
      const state: RoomChoice = { lighter: createLruMap(maxMembers), isIncomplete: false };
      rooms.set(room, state);
      planExchange(room, state);
    },
    left(room) {
      const state = rooms.get(room);
      rooms.delete(room);
      state?.cancelCheck?.();
      state?.cancelExchange?.();
    },
  };

  function hasMore({ peerId, digest }: MemberDigest, room: RoomId): boolean {
    const ours = deps.digest(room);
    const weight = compareWeights(digest, ours);
    const isWorth = weight > 0 || (weight === 0 && ours.hash < digest.hash);
    return isWorth && mayAsk({ peerId, digest }, memory) && !memory.isFutile(room, peerId, digest, ours);
  }

  function check(room: RoomId, state: RoomChoice): void {
    if (state.cancelCheck || pulls.isPulling(room)) return;
    const groupSize = Math.max(minGroupSize, [...deps.membersWithDigest(room)].length);
    chooseIn(room, state, settleMs + randomBackoffMs(random.fraction(), backoffMs, groupSize));
  }

  function chooseIn(room: RoomId, state: RoomChoice, delayMs: number): void {
    state.cancelCheck ??= waits.timer(() => {
      state.cancelCheck = undefined;
      choose(room, state);
    }, delayMs);
  }

  function choose(room: RoomId, state: RoomChoice): void {
    const some = candidates(room, state);
    const member = pick(some, random);
    if (!member || pulls.isPulling(room)) return;
    if (!pulls.hasPlace()) return check(room, state);
    state.isIncomplete = false;
    void pullFrom(room, state, member.peerId, 1);
  }

  /** One of those that announce the most common digest: a liar is alone with its own. */
  function candidates(room: RoomId, state: RoomChoice): readonly MemberDigest[] {
    const members = [...deps.membersWithDigest(room)];
    const heavier = members.filter((member) => hasMore(member, room));
    if (heavier.length > 0 || !state.isIncomplete) return mostCommon(heavier);
    return mostCommon(members.filter((member) => mayAsk(member, memory)));
  }

  function heardLighter(room: RoomId, state: RoomChoice, member: MemberDigest): void {
    const steady = steadyLighter(state.lighter, member, clock.monotonicMs());
    if (!steady || !mayAsk(member, memory) || memory.isFutile(room, member.peerId, member.digest, deps.digest(room))) return;
    if (pulls.isPulling(room) || !pulls.hasPlace()) return;
    steady.hasPulled = true;
    void pullFrom(room, state, member.peerId, unasked);
  }

  async function pullFrom(room: RoomId, state: RoomChoice, peerId: PeerId, tries: number): Promise<void> {
    const announced = deps.digestOf(peerId, room);
    const result = await pulls.pull(peerId, room);
    if (rooms.get(room) !== state || waits.isClosed) return;
    deps.onResult(room, result.kind, peerId);
    switch (result.kind) {
      case 'gain':
        // A beacon that promised more than came is no better than one that promised for nothing.
        if (announced && compareWeights(announced, deps.digest(room)) > 0) memory.noteFailed(peerId);
        else memory.noteGain(peerId);
        return candidates(room, state).length > 0 ? check(room, state) : undefined;
      case 'broken':
        // It brought something, so the peer need not wait long; another may be better.
        memory.noteBusy(peerId, settleMs + backoffMs);
        state.isIncomplete = true;
        return check(room, state);
      case 'slow':
        memory.noteFailed(peerId);
        state.isIncomplete = true;
        return check(room, state);
      case 'nothing':
      case 'short':
      case 'lost':
        noteVain(room, peerId, result.kind);
        // The peer's digest was false, or what it has is of no use here.
        if (tries !== unasked) memory.noteFailed(peerId);
        return candidates(room, state).length > 0 ? check(room, state) : undefined;
      case 'busy':
        memory.noteBusy(peerId, result.waitMs);
        return tryNext(room, state, result, tries);
      case 'full':
        return check(room, state);
      case 'unkept':
        state.isIncomplete = true;
        return chooseIn(room, state, unkeptMs);
    }
  }

  /** Its beacon may say something else than its heads. */
  function noteVain(room: RoomId, peerId: PeerId, kind: PullResult['kind']): void {
    const announced = deps.digestOf(peerId, room);
    if (announced && kind !== 'lost') memory.noteFutile(room, peerId, announced, deps.digest(room));
  }

  /** One of the holders that a busy peer named, or else another one. */
  function tryNext(
    room: RoomId,
    state: RoomChoice,
    { holders, waitMs }: Extract<PullResult, { kind: 'busy' }>,
    tries: number,
  ): void {
    const members = [...deps.membersWithDigest(room)].filter((member) => hasMore(member, room));
    const next =
      pick(
        members.filter(({ peerId }) => holders.includes(peerId)),
        random,
      ) ?? pick(members, random);
    if (next && tries < maxTries && !pulls.isPulling(room) && pulls.hasPlace()) {
      void pullFrom(room, state, next.peerId, tries + 1);
      return;
    }
    chooseIn(room, state, waitMs);
  }

  /** Against lies, collisions and errors of our own. */
  function planExchange(room: RoomId, state: RoomChoice): void {
    const delayMs = exchangeMs * (1 + exchangeJitter * (2 * random.fraction() - 1));
    state.cancelExchange = waits.timer(() => {
      const member = pick(
        [...deps.membersWithDigest(room)].filter((one) => mayAsk(one, memory)),
        random,
      );
      if (member && !pulls.isPulling(room) && pulls.hasPlace()) void pullFrom(room, state, member.peerId, unasked);
      planExchange(room, state);
    }, delayMs);
  }
}

/** @returns the entry of the member, if its digest stayed for long, and no pull followed yet */
function steadyLighter(lighter: RoomChoice['lighter'], { peerId, digest }: MemberDigest, nowMs: number): Lighter | undefined {
  const known = lighter.get(peerId);
  if (known && known.digest.weight === digest.weight && known.digest.hash === digest.hash)
    return !known.hasPulled && nowMs - known.sinceMs >= lighterMs ? known : undefined;
  lighter.set(peerId, { digest, sinceMs: nowMs, hasPulled: false });
  return undefined;
}

function mayAsk({ peerId, digest }: MemberDigest, memory: PullMemory): boolean {
  const isIn = digest.weight !== noRoom.weight || digest.hash !== noRoom.hash;
  return isIn && memory.isHolder(peerId) && !memory.mustWait(peerId);
}

function pick<Item>(some: readonly Item[], random: Pick<Random, 'fraction'>): Item | undefined {
  return some[Math.floor(random.fraction() * some.length)];
}

/** Those of the largest group with one digest; of equal groups the heavier. */
function mostCommon(members: readonly MemberDigest[]): readonly MemberDigest[] {
  const groups = new Map<string, MemberDigest[]>();
  for (const member of members) {
    const key = `${member.digest.weight} ${member.digest.hash}`;
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  let best: readonly MemberDigest[] = [];
  for (const group of groups.values()) {
    const [one] = group;
    const [other] = best;
    const isHeavier = one && other ? compareWeights(one.digest, other.digest) > 0 : true;
    if (group.length > best.length || (group.length === best.length && isHeavier)) best = group;
  }
  return best;
}
