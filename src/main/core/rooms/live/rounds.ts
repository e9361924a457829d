/**
 * The rounds of the receiver: when it asks for missing messages, whom, and when it turns to a
 * session (rules ROOM-67 and ROOM-69 to ROOM-73). `gaps.ts` decides what is missing and on whose
 * word; `repairs.ts` of the other peer answers.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createTokenBucket } from '../../lib/token-bucket.ts';
import type { Clock, Random } from '../../ports.ts';
import type { RoomId } from '../wire/block.ts';
import { randomBackoffMs } from './backoff.ts';
import { rangesOf, type LogRange, type ShortTag } from './ranges.ts';

/** Datagrams of different senders overtake each other by so much on one network. */
export const slackMs = 10;
const backoffMs = 40;
const minGroupSize = 4;

/** Asks of a round, in milliseconds after its first one. */
const askTimesMs = [0, 60, 120, 240, 480];
const lastWaitMs = 240;
const jitter = 0.25;

const askRate = { perSecond: 20, burst: 20 };
/** The time in which one token comes. */
const tokenMs = 50;
const maxRangesPerAsk = 16;

/** Within this time nothing was heard since the last ask: the radio is dead, and asks are lost. */
const maxSilenceMs = 5_000;
const silenceCheckMs = 60;

/** Later an author no longer repairs by datagram for long, so one session is cheaper. */
const maxEvidenceAgeMs = 2_000;

/** So many missing messages are a stall of ours, not loss. */
const manyPending = 64;
const manyWait = { leastMs: 50, spreadMs: 100 };
const maxRangesPerWant = 256;

/** Given to each holder that is asked by session. */
const sessionWaitMs = 3_000;
const maxHolders = 3;

/** A bulk transfer that pauses for so long has ended. */
const quietMs = 2_000;

/** `quiet` waits for the end of a bulk transfer · `many` is part of one want for everything. */
export type Stage = 'backoff' | 'asking' | 'quiet' | 'many' | 'session';

export type OpeningStage = 'backoff' | 'quiet' | 'session';

export interface Round {
  readonly log: ShortTag;
  readonly room: RoomId;
  /** Absent if the log is new to us. */
  readonly author: PeerId | undefined;
  /** The numbers that are still missing. */
  readonly numbers: Set<number>;
  openedMs: number;
  /** The peer whose hearsay this is; absent once the author says so. */
  source: PeerId | undefined;
  stage: Stage;
  asks: number;
  firstAskMs: number;
  lastAskMs: number;
  cancelTimer: Unsubscribe | undefined;
}

export interface RoundsDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Number of peers that are here, ourselves not counted. */
  readonly peersHere: () => number;
  readonly isHere: (peerId: PeerId) => boolean;
  /**
   * Peers whose heads say that they hold that message, or whose digest is the most common one, best
   * first. Never the author.
   */
  readonly holdersOf: (room: RoomId, log: ShortTag, number: number) => readonly PeerId[];
  /** Sends one ask datagram. At most 16 ranges. */
  readonly ask: (to: PeerId, room: RoomId, ranges: readonly LogRange[]) => void;
  /** Asks these holders by session, one after the other, 3 s each, until all ranges are here. */
  readonly wantBySession: (room: RoomId, ranges: readonly LogRange[], holders: readonly PeerId[]) => void;
  /** Called when nobody brought these messages. The round has ended then. */
  readonly onGivenUp: (round: Round) => void;
}

export interface Rounds {
  open(round: Pick<Round, 'log' | 'room' | 'author' | 'source'>, numbers: readonly number[], stage: OpeningStage): Round;
  add(round: Round, numbers: readonly number[]): void;
  /** Restarts the wait of a quiet round. */
  postpone(round: Round): void;
  /** A quiet round asks like any other from now on. */
  wake(round: Round): void;
  /** Ends a round, without asking further. */
  end(round: Round): void;
  /** The rounds that ask by datagram, or will. */
  asking(): Iterable<Round>;
  /** A datagram came from the group. */
  heardGroup(): void;
  close(): void;
}

export function createRounds(deps: RoundsDeps): Rounds {
  const { clock, random } = deps;
  const open = new Set<Round>();
  const askTokens = createTokenBucket(askRate);
  let heardMs = -Infinity;
  /** Rounds whose ask is due, but over the rate. */
  const waiting = new Set<Round>();
  let cancelWaiting: Unsubscribe | undefined;
  let cancelMany: Unsubscribe | undefined;

  return {
    open(what, numbers, stage) {
      const round = newRound(what, numbers, stage, clock.monotonicMs());
      open.add(round);
      begin(round);
      return round;
    },
    add(round, numbers) {
      for (const number of numbers) round.numbers.add(number);
      startMany();
    },
    postpone(round) {
      if (round.stage === 'quiet') wait(round, quietMs, bySession);
    },
    wake(round) {
      round.stage = 'backoff';
      round.openedMs = clock.monotonicMs();
      begin(round);
    },
    end(round) {
      round.cancelTimer?.();
      waiting.delete(round);
      open.delete(round);
    },
    asking,
    heardGroup: () => void (heardMs = clock.monotonicMs()),
    close() {
      cancelMany?.();
      cancelWaiting?.();
      for (const round of open) round.cancelTimer?.();
      open.clear();
    },
  };

  function begin(round: Round): void {
    if (round.stage === 'quiet') wait(round, quietMs, bySession);
    else if (round.stage === 'session') bySession(round);
    else {
      wait(round, slackMs + randomBackoffMs(random.fraction(), backoffMs, Math.max(minGroupSize, deps.peersHere())), fire);
      startMany();
    }
  }

  function wait(round: Round, delayMs: number, next: (round: Round) => void): void {
    waiting.delete(round);
    round.cancelTimer?.();
    round.cancelTimer = clock.setTimer(() => next(round), delayMs);
  }

  function fire(round: Round): void {
    // One want for everything is due, and replaces this ask.
    if (cancelMany && round.source === undefined) return;
    const nowMs = clock.monotonicMs();
    const target = targetOf(round, deps.isHere);
    const isSilent = round.asks > 0 && heardMs <= round.lastAskMs && nowMs - round.lastAskMs < maxSilenceMs;
    if (target === undefined || round.asks >= askTimesMs.length) bySession(round);
    else if (isSilent) wait(round, silenceCheckMs, fire);
    else if (nowMs - round.openedMs > maxEvidenceAgeMs) bySession(round);
    else if (waiting.size > 0 || !askTokens.take(nowMs)) queue(round);
    else {
      deps.ask(target, round.room, logRanges(round).slice(0, maxRangesPerAsk));
      asked(round, nowMs);
    }
  }

  function queue(round: Round): void {
    waiting.add(round);
    cancelWaiting ??= clock.setTimer(askTogether, tokenMs);
  }

  /** Asks for what waits, in one datagram to one peer, since an ask for each would exceed the rate. */
  function askTogether(): void {
    cancelWaiting = undefined;
    const nowMs = clock.monotonicMs();
    for (const round of waiting) if (nowMs - round.openedMs > maxEvidenceAgeMs) bySession(round);
    const [oldest] = waiting;
    if (oldest === undefined) return;
    const helper = helperFor(oldest);
    if (helper === undefined) bySession(oldest);
    else if (askTokens.take(nowMs)) {
      const ranges: LogRange[] = [];
      for (const round of waiting) {
        if (round.room !== oldest.room || ranges.length >= maxRangesPerAsk) continue;
        ranges.push(...logRanges(round));
        asked(round, nowMs);
      }
      deps.ask(helper, oldest.room, ranges.slice(0, maxRangesPerAsk));
    }
    if (waiting.size > 0) cancelWaiting = clock.setTimer(askTogether, tokenMs);
  }

  /** Any peer that has the messages: at random, so that the answers come from many. */
  function helperFor(round: Round): PeerId | undefined {
    const helpers = holdersFor(round, deps, Infinity);
    return helpers[Math.floor(random.fraction() * helpers.length)];
  }

  function asked(round: Round, nowMs: number): void {
    round.stage = 'asking';
    if (round.asks === 0) round.firstAskMs = nowMs;
    round.asks += 1;
    round.lastAskMs = nowMs;
    const nextMs = askTimesMs[round.asks];
    const delayMs = nextMs === undefined ? lastWaitMs * spread() : round.firstAskMs + nextMs * spread() - nowMs;
    wait(round, delayMs, fire);
  }

  function spread(): number {
    return 1 + jitter * (2 * random.fraction() - 1);
  }

  function bySession(round: Round): void {
    round.stage = 'session';
    const holders = holdersFor(round, deps);
    if (holders.length > 0) deps.wantBySession(round.room, logRanges(round).slice(0, maxRangesPerWant), holders);
    wait(round, holders.length * sessionWaitMs, giveUp);
  }

  function giveUp(round: Round): void {
    open.delete(round);
    deps.onGivenUp(round);
  }

  function* asking(): Iterable<Round> {
    for (const round of open) if (round.stage === 'backoff' || round.stage === 'asking') yield round;
  }

  /** By the author's word only: hearsay leads to asks and to nothing else. */
  function askingByAuthor(): Round[] {
    return [...asking()].filter(({ source }) => source === undefined);
  }

  function startMany(): void {
    if (cancelMany || countNumbers(askingByAuthor()) < manyPending) return;
    for (const round of askingByAuthor()) round.cancelTimer?.();
    cancelMany = clock.setTimer(wantMany, manyWait.leastMs + manyWait.spreadMs * random.fraction());
  }

  function wantMany(): void {
    cancelMany = undefined;
    const rounds = askingByAuthor();
    if (countNumbers(rounds) < manyPending) for (const round of rounds) fire(round);
    else for (const room of new Set(rounds.map((round) => round.room))) wantRoom(rounds.filter((round) => round.room === room));
  }

  function wantRoom(rounds: readonly Round[]): void {
    const [first] = rounds;
    const holder = first && (holdersFor(first, deps)[1] ?? holdersFor(first, deps)[0]);
    if (first === undefined || holder === undefined) return rounds.forEach(bySession);
    deps.wantBySession(first.room, rounds.flatMap(logRanges).slice(0, maxRangesPerWant), [holder]);
    for (const round of rounds) {
      round.stage = 'many';
      wait(round, sessionWaitMs, bySession);
    }
  }
}

function newRound(
  what: Pick<Round, 'log' | 'room' | 'author' | 'source'>,
  numbers: readonly number[],
  stage: Stage,
  nowMs: number,
): Round {
  const { log, room, author, source } = what;
  return {
    log,
    room,
    author,
    source,
    numbers: new Set(numbers),
    openedMs: nowMs,
    stage,
    asks: 0,
    firstAskMs: 0,
    lastAskMs: 0,
    cancelTimer: undefined,
  };
}

function logRanges(round: Round): LogRange[] {
  return rangesOf(round.numbers).map((range) => ({ log: round.log, ...range }));
}

function countNumbers(rounds: Iterable<Round>): number {
  let count = 0;
  for (const { numbers } of rounds) count += numbers.size;
  return count;
}

/** The author, or the source of the hearsay where the author is unknown or not here. */
function targetOf(round: Round, isHere: (peerId: PeerId) => boolean): PeerId | undefined {
  return [round.author, round.source].find((peerId) => peerId !== undefined && isHere(peerId));
}

/** The peers to ask by session: hearsay is for its source to prove. */
function holdersFor(round: Round, { isHere, holdersOf }: RoundsDeps, maxOthers = maxHolders): PeerId[] {
  const { author, source, room, log } = round;
  if (source !== undefined) return isHere(source) ? [source] : [];
  const others = holdersOf(room, log, Math.max(...round.numbers)).filter((peerId) => peerId !== author);
  return [...(author !== undefined && isHere(author) ? [author] : []), ...others.slice(0, maxOthers)];
}
