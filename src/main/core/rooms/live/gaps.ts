/**
 * Finds out which messages are missing, and on whose word (rules ROOM-63, ROOM-64, ROOM-68,
 * ROOM-72, ROOM-73, ROOM-210 and ROOM-221). The author's word opens a gap. Hearsay, which is the
 * word of others, leads to asks and to nothing else. A number that no message can have is ignored:
 * a want of it would be malformed (rule RATK-3). `rounds.ts` asks; the log knows what is held, and
 * its floor.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { maxMessageNumber, type Reference, type RoomId, type SignedBlock } from '../wire/block.ts';
import { createHearsay } from './hearsay.ts';
import type { LossWatch } from './loss-watch.ts';
import { createPending, type LogState } from './pending.ts';
import { shortTag, type NumberRange, type ShortTag } from './ranges.ts';
import { createRounds, slackMs, type OpeningStage, type Round, type RoundsDeps } from './rounds.ts';

/** Of a log that misses more, only that there is more is remembered, for one pull. */
const maxMissingPerLog = 1_024;
const maxMissing = 4_096;

/** Hearsay counts for so many numbers above the highest that we hold. */
const maxHearsayAhead = 64;

const maxRoundsPerAuthor = 4;

/** `session` is a relay, a feed or a pull. */
export type Via = 'group' | 'unicast' | 'session';

export interface KnownLog {
  readonly room: RoomId;
  readonly author: PeerId;
  /** The highest number that we hold. */
  readonly top: number;
}

export interface Heads {
  readonly author: PeerId;
  readonly room: RoomId;
  readonly log: ShortTag;
  /** The number of the log's last message. */
  readonly top: number;
  /** True if that message was sent by session only. */
  readonly isBySession?: boolean;
}

export interface GapsDeps extends Omit<RoundsDeps, 'onGivenUp'> {
  readonly ownId: PeerId;
  readonly logOf: (log: ShortTag) => KnownLog | undefined;
  /**
   * The numbers that we lack above the floor and up to `to`, ascending. Of a log that is new to us only `to`:
   * the rest is for the first pull.
   */
  readonly missingOf: (log: ShortTag, to: number) => Iterable<NumberRange>;
  /** Requests a pull of that room, because more is missing than can be asked for. */
  readonly pull: (room: RoomId) => void;
  readonly loss: Pick<LossWatch, 'received' | 'lost'>;
}

export interface Gaps {
  /** Call it after a block of another author was stored, whatever its way. */
  blockHeard(block: Pick<SignedBlock, 'tag' | 'room' | 'authorId' | 'first' | 'last' | 'references'>, via: Via): void;
  /** An author says how far its own log goes: by heads, or in its beacon. */
  authorSays(heads: Heads): void;
  /** A peer names messages of others: by references, or in its beacon. */
  heardSay(source: PeerId, room: RoomId, references: readonly Reference[]): void;
  /** Call it for every datagram from the group. */
  heardGroup(): void;
  /** Number of messages that are missing and asked for. */
  missing(): number;
  close(): void;
}

type Opened = Pick<Round, 'log' | 'room' | 'author'>;

export function createGaps(deps: GapsDeps): Gaps {
  const { clock, loss } = deps;
  const pending = createPending();
  const hearsay = createHearsay(clock);
  const rounds = createRounds({ ...deps, onGivenUp: giveUp });

  return {
    blockHeard(block, via) {
      const { room, authorId: author, first, last } = block;
      const log = shortTag(block.tag);
      if (arrived(log, first, last, via)) heardNews(log);
      confirm(log, last);
      byAuthor({ author, room, log, top: first - 1, isBySession: via === 'session' });
      if (via !== 'session') heardSay(author, room, block.references);
    },
    authorSays(heads) {
      const { log, top, author } = heads;
      if (top > maxMessageNumber || author === deps.ownId || (deps.logOf(log)?.author ?? author) !== author) return;
      retract(log, top);
      confirm(log, top);
      byAuthor(heads);
    },
    heardSay,
    heardGroup: rounds.heardGroup,
    missing: () => pending.count,
    close() {
      rounds.close();
      pending.clear();
    },
  };

  /** @returns true if the block is new rather than one that was missing */
  function arrived(log: ShortTag, first: number, last: number, via: Via): boolean {
    let [found, late] = [0, 0];
    for (let number = first; number <= last; number += 1) {
      const round = pending.find(log)?.pending.get(number);
      if (round === undefined) continue;
      found += 1;
      if (clock.monotonicMs() - round.openedMs >= slackMs) late += 1;
      settle(round, number);
    }
    loss.lost(late);
    if (via === 'group') loss.received(last - first + 1 - late);
    return found === 0;
  }

  function heardNews(log: ShortTag): void {
    const state = pending.find(log);
    if (!state) return;
    state.isSilent = false;
    state.isPulled = false;
    if (state.quiet) rounds.postpone(state.quiet);
    pending.forgetIdle(log);
  }

  function settle(round: Round, number: number): void {
    pending.remove(round, number);
    if (round.numbers.size > 0) return;
    rounds.end(round);
    if (round.source !== undefined) hearsay.close(round.source);
    const state = pending.find(round.log);
    if (state?.quiet === round) state.quiet = undefined;
    pending.forgetIdle(round.log);
  }

  function giveUp(round: Round): void {
    if (round.source === undefined) {
      pending.stateOf(round.log).isSilent = true;
      loss.lost(round.numbers.size);
      for (const number of round.numbers) pending.giveUp(round.log, number);
    } else if (deps.isHere(round.source)) hearsay.punish(round.source);
    for (const number of round.numbers) settle(round, number);
  }

  function byAuthor(heads: Heads): void {
    const { log, author, room, isBySession = false } = heads;
    if (!isBySession) wake(pending.find(log));
    const numbers = missingUpTo(log, heads.top);
    if (numbers.length === 0 || (!deps.logOf(log) && (isBySession || askingOf(author).length >= maxRoundsPerAuthor))) return;
    const state = pending.stateOf(log);
    if (numbers.length > maxMissingPerLog || pending.count + numbers.length > maxMissing) {
      if (!state.isPulled) deps.pull(room);
      state.isPulled = true;
      return;
    }
    const asking = askingOf(author);
    const youngest = asking.findLast((round) => round.log === log && round.source === undefined);
    if (isBySession && state.quiet) add(state.quiet, numbers);
    else if (isBySession) state.quiet = open(heads, undefined, numbers, 'quiet');
    else if (state.isSilent) {
      // One session at a time: the evidence comes again.
      if (state.pending.size === 0) open(heads, undefined, numbers, 'session');
    } else if (asking.length >= maxRoundsPerAuthor && youngest) add(youngest, numbers);
    else open(heads, undefined, numbers, 'backoff');
  }

  /** The author speaks to the group again, so its bulk transfer is no reason to wait. */
  function wake(state: LogState | undefined): void {
    if (state?.quiet === undefined) return;
    rounds.wake(state.quiet);
    state.quiet = undefined;
  }

  function open(what: Opened, source: PeerId | undefined, numbers: readonly number[], stage: OpeningStage): Round {
    const { log, room, author } = what;
    const round = rounds.open({ log, room, author, source }, numbers, stage);
    pending.enter(round, numbers);
    return round;
  }

  function add(round: Round, numbers: readonly number[]): void {
    rounds.add(round, numbers);
    pending.enter(round, numbers);
  }

  function askingOf(author: PeerId): Round[] {
    return [...rounds.asking()].filter((round) => round.author === author);
  }

  /** The missing numbers that are neither pending nor given up; one more than the limit if it exceeds that. */
  function missingUpTo(log: ShortTag, to: number): number[] {
    const numbers: number[] = [];
    for (const range of deps.missingOf(log, to))
      for (let number = range.from; number <= range.to; number += 1) {
        if (!pending.has(log, number)) numbers.push(number);
        if (numbers.length > maxMissingPerLog) return numbers;
      }
    return numbers;
  }

  function heardSay(source: PeerId, room: RoomId, references: readonly Reference[]): void {
    for (const { tag, number } of references) {
      const known = deps.logOf(tag);
      if (known?.author === deps.ownId || known?.author === source) continue;
      const numbers = hearsayNumbers(tag, known, number);
      if (numbers.length === 0 || (known && askingOf(known.author).length >= maxRoundsPerAuthor)) continue;
      if (pending.count + numbers.length > maxMissing || !hearsay.open(source)) continue;
      open({ log: tag, room, author: known?.author }, source, numbers, 'backoff');
    }
  }

  function hearsayNumbers(log: ShortTag, known: KnownLog | undefined, number: number): number[] {
    if (known === undefined) return number >= 1 && number <= maxMessageNumber && !pending.has(log, number) ? [number] : [];
    if (number <= known.top || number > Math.min(known.top + maxHearsayAhead, maxMessageNumber)) return [];
    return missingUpTo(log, number).filter((one) => one > known.top);
  }

  /** The author confirms what others said: it is its word from now on. */
  function confirm(log: ShortTag, top: number): void {
    for (const round of pending.hearsayOf(log)) {
      if (round.source === undefined || Math.max(...round.numbers) > top) continue;
      hearsay.close(round.source);
      round.source = undefined;
    }
  }

  /** The author's heads, which came after our ask, are lower than the hearsay: it was a lie. */
  function retract(log: ShortTag, top: number): void {
    for (const round of pending.hearsayOf(log)) {
      const lies = round.asks === 0 ? [] : [...round.numbers].filter((number) => number > top);
      if (lies.length > 0 && round.source !== undefined) hearsay.punish(round.source);
      for (const number of lies) settle(round, number);
    }
  }
}
