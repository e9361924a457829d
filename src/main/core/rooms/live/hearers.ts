/**
 * The learned map: which peer is known to hear which author (rules ROOM-80, ROOM-81 and ROOM-233).
 * It learns from the references that peers attach to their blocks, from what they ask for, and from
 * their digests. The tree and the doctor read it. No delivery depends on it. Pure but for its
 * tables.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock } from '../../ports.ts';
import type { RoomDigest } from '../log/digest.ts';
import { maxDatagramBlockBytes, type RoomId, type SignedBlock } from '../wire/block.ts';
import { createDigestEvidence } from './digest-evidence.ts';
import { shortTag, type ShortTag } from './ranges.ts';

/** Pairs of author and hearer: 90 members, each with each. The pair used longest ago is dropped. */
const maxPairs = 8_192;
const maxLogs = 4_096;
const maxHearers = 512;

/** A pair remembers the newest messages of its author, this many. */
const windowNumbers = 64;

/** So many words of a peer in succession show nothing of the group: it does not hear the group. */
const deafAfter = 3;

/**
 * A pair is shown as one that does not hear if it asked for so many of the newest messages, and
 * named hardly any. At a loss of 20 % a hearer asks for a fifth, and names what it can.
 */
const minAsked = 8;
const maxNamed = 0.25;
/** A pair that nothing was learned of for this time may have changed. */
const shownForMs = 600_000;

/** A block that is older by its clock is history. */
const liveMs = 30_000;

/** Older messages are not named any more (rule ROOM-65). */
const freshMs = 2_000;

export interface Hearing {
  /** Of the author's newest 64 messages: how many this peer named without having asked for them. */
  readonly named: number;
  /** Of the same: how many it asked for, because the group did not bring them. */
  readonly asked: number;
  /** Monotonic milliseconds of the last such reference or ask. */
  readonly lastMs: number;
}

export interface Hearers {
  /** A block arrived from the group. Its references show what its author had. */
  heard(block: Pick<SignedBlock, 'tag' | 'room' | 'authorId' | 'last' | 'references'>): void;
  /** A block of ours goes to the group. References to it show who heard it. */
  spoke(block: Pick<SignedBlock, 'tag' | 'room' | 'authorId'>): void;
  /**
   * A beacon of that peer came, with its digest of that room.
   *
   * @param isBehind whether we hold more
   */
  digestTold(hearer: PeerId, room: RoomId, digest: RoomDigest, isBehind: boolean): void;
  /** A peer asked for that message. Only its author, or a holder, learns this. */
  asked(hearer: PeerId, log: ShortTag, number: number): void;
  /** The knowledge about that pair; undefined if there is none. */
  hearing(author: PeerId, hearer: PeerId): Hearing | undefined;
  /**
   * True after three blocks in succession that name nothing, or three digests that lack what the
   * group brought. A block that names something ends it.
   */
  seemsDeaf(hearer: PeerId): boolean;
  /** Our own reception: a block of another author is kept. */
  received(block: Pick<SignedBlock, 'tag' | 'authorId' | 'last' | 'clock' | 'bytes'>, own: PeerId, isByGroup: boolean): void;
  /** Pairs of which nothing shows that the hearer gets the author's blocks from the group. */
  unheard(): readonly { readonly author: PeerId; readonly hearer: PeerId }[];
}

interface Pair {
  readonly author: PeerId;
  readonly hearer: PeerId;
  top: number;
  readonly named: Set<number>;
  readonly asked: Set<number>;
  lastMs: number;
}

export function createHearers(clock: Clock): Hearers {
  const authors = createLruMap<ShortTag, { readonly author: PeerId; readonly spokeMs: number }>(maxLogs);
  const pairs = createLruMap<string, Pair>(maxPairs);
  const silent = createLruMap<PeerId, number>(maxHearers);
  const digests = createDigestEvidence(clock);

  return {
    heard(block) {
      const nowMs = clock.monotonicMs();
      for (const { tag, number } of block.references) note(tag, block.authorId, number, 'named');
      digests.spoke(block.room, block.authorId);
      if (block.references.length > 0) showsThatItHears(block.authorId);
      else if (othersSpoke(block.authorId, nowMs)) silent.set(block.authorId, (silent.get(block.authorId) ?? 0) + 1);
      authors.set(shortTag(block.tag), { author: block.authorId, spokeMs: nowMs });
    },
    // It is no evidence that the hearer should have named something: it may have crossed.
    spoke({ tag, room, authorId }) {
      authors.set(shortTag(tag), { author: authorId, spokeMs: -Infinity });
      digests.spoke(room, authorId);
    },
    digestTold: digests.told,
    asked: (hearer, log, number) => note(log, hearer, number, 'asked'),
    hearing(author, hearer) {
      const pair = pairs.get(`${author}/${hearer}`);
      return pair && { named: pair.named.size, asked: pair.asked.size, lastMs: pair.lastMs };
    },
    received({ tag, authorId: author, last, clock: at, bytes }, own, isByGroup) {
      // History, and texts that no datagram holds, show nothing of the group.
      if (Math.abs(clock.wallMs() - at.ms) > liveMs || bytes.length > maxDatagramBlockBytes) return;
      const log = shortTag(tag);
      if (!authors.has(log)) authors.set(log, { author, spokeMs: clock.monotonicMs() });
      note(log, own, last, isByGroup ? 'named' : 'asked');
    },
    unheard() {
      const sinceMs = clock.monotonicMs() - shownForMs;
      return [...pairs.values()]
        .filter(({ asked, named, lastMs }) => lastMs >= sinceMs && asked.size >= minAsked && named.size < asked.size * maxNamed)
        .map(({ author, hearer }) => ({ author, hearer }));
    },
    seemsDeaf: (hearer) => (silent.get(hearer) ?? 0) >= deafAfter || digests.lacks(hearer),
  };

  function showsThatItHears(hearer: PeerId): void {
    silent.delete(hearer);
    digests.forget(hearer);
  }

  /** True if the group brought a message that this peer could have named. */
  function othersSpoke(hearer: PeerId, nowMs: number): boolean {
    for (const { author, spokeMs } of authors.values()) if (author !== hearer && nowMs - spokeMs < freshMs) return true;
    return false;
  }

  function note(log: ShortTag, hearer: PeerId, number: number, how: 'named' | 'asked'): void {
    const author = authors.get(log)?.author;
    if (author === undefined || author === hearer) return;
    const key = `${author}/${hearer}`;
    const pair = pairs.get(key) ?? { author, hearer, top: 0, named: new Set<number>(), asked: new Set<number>(), lastMs: 0 };
    pairs.set(key, pair);
    pair.lastMs = clock.monotonicMs();
    if (number <= pair.top - windowNumbers) return;
    const isNewest = number > pair.top;
    pair.top = Math.max(pair.top, number);
    // A message that was asked for came by a repair, whatever is said of it later.
    if (how === 'asked') pair.named.delete(number);
    if (how === 'asked' || !pair.asked.has(number)) pair[how].add(number);
    for (const numbers of isNewest ? [pair.named, pair.asked] : [])
      for (const old of numbers) if (old <= pair.top - windowNumbers) numbers.delete(old);
  }
}
