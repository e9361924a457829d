/**
 * Packs what the user says into blocks and sends them to the group (rules ROOM-60, ROOM-61, ROOM-62
 * and ROOM-66). It decides when a block leaves and what it contains. The injected `keep` gives it
 * clock, numbers and signature, and stores it. `repairs.ts` sends blocks again.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createPace } from '../../lib/token-bucket.ts';
import type { Clock } from '../../ports.ts';
import type { OfferedFiles } from '../../transfers/room-files.ts';
import type { BlockType, Reference, SignedBlock } from '../wire/block.ts';

/** Texts said within this time share a block. */
const packMs = 20;

/** After a pause of this length a text leaves at once. */
const pauseMs = 50;

/** A block on UDP contains no more messages. */
const maxTextsPerBlock = 64;

/** Texts that wait for their block. More than this is a bulk transfer, which goes by session. */
export const maxWaitingTexts = 256;

const blockRate = { perSecond: 20, burst: 40 };

/** 8 blocks per 5 ms: a receiver that is busy for a moment has room for so many. */
const spacing = { perSecond: 1_600, burst: 8 };

/** Heads follow the last block of a burst after this time, where loss was seen. */
const tailMs = 250;

export interface Draft {
  readonly type: BlockType;
  readonly texts: readonly string[];
  /** Of a draft with one text. */
  readonly offered?: OfferedFiles | undefined;
  readonly references: readonly Reference[];
}

/** `too-long`: it does not fit into a datagram · `too-many`: more wait than the limit allows. */
export type SayFailure = 'too-long' | 'too-many' | 'not-stored' | 'closed';

export type SayResult =
  | { readonly ok: true; readonly block: SignedBlock; /** The message's number in the log. */ readonly number: number }
  | { readonly ok: false; readonly reason: SayFailure };

export interface AuthorDeps {
  readonly clock: Clock;
  /** True if a block with these texts and four references fits into 1,168 bytes. */
  readonly fits: (type: BlockType, texts: readonly string[], offered?: OfferedFiles) => boolean;
  /** The references of the next block. */
  readonly references: () => readonly Reference[];
  /**
   * Signs and stores the block and its messages in one transaction. Never rejects.
   * @returns undefined if it could not be stored
   */
  readonly keep: (draft: Draft) => Promise<SignedBlock | undefined>;
  readonly sendToGroup: (block: SignedBlock) => void;
  /** Sends the heads of our log to the group. */
  readonly sendHeads: () => void;
  /**
   * True if heads are worth a datagram: the network lost some lately, and `repairs.takeToken` has a
   * token for it.
   */
  readonly allowsTail: () => boolean;
}

export interface Author {
  /** Settles once the message is stored and its block was given to the network. Never rejects. */
  say(text: string, type?: BlockType, offered?: OfferedFiles): Promise<SayResult>;
  /** A block of another author names our message `number`: those who lost it learn so from that. */
  named(number: number): void;
  /** Texts that wait for their block, in storage or in a timer. */
  waiting(): number;
  /** Gives up what waits and is not in storage: it leaves by session, in this order. */
  takeWaiting(): readonly WaitingText[];
  /** Texts that wait are answered with `closed`; a block in storage is still answered. */
  close(): void;
}

/** A text without a block. */
export interface WaitingText {
  readonly text: string;
  readonly type: BlockType;
  readonly offered?: OfferedFiles | undefined;
  readonly answer: (result: SayResult) => void;
}

interface Waiting extends WaitingText {
  readonly saidMs: number;
}

export function createAuthor(deps: AuthorDeps): Author {
  const { clock } = deps;
  const queue: Waiting[] = [];
  const pace = createPace(blockRate);
  const gap = createPace(spacing);
  let isClosed = false;
  let inStorage = 0;
  let lastBlockMs = -Infinity;
  let lastNumber = 0;
  let cancelTimer: Unsubscribe | undefined;
  let cancelTail: Unsubscribe | undefined;
  /** True from the moment that the next block has its place in the budget. */
  let hasPermit = false;
  let permitMs = 0;

  return {
    say(text, type = 'text', offered) {
      if (isClosed) return Promise.resolve({ ok: false, reason: 'closed' });
      if (!deps.fits(type, [text], offered)) return Promise.resolve({ ok: false, reason: 'too-long' });
      if (queue.length + inStorage >= maxWaitingTexts) return Promise.resolve({ ok: false, reason: 'too-many' });
      return new Promise((answer) => {
        queue.push({ text, type, offered, saidMs: clock.monotonicMs(), answer });
        schedule();
      });
    },
    named(number) {
      if (number < lastNumber) return;
      cancelTail?.();
      cancelTail = undefined;
    },
    waiting: () => queue.length + inStorage,
    takeWaiting: () => queue.splice(0),
    close() {
      isClosed = true;
      cancelTimer?.();
      cancelTail?.();
      for (const { answer } of queue.splice(0)) answer({ ok: false, reason: 'closed' });
    },
  };

  /** Sets the timer of the next block, or sends it at once. */
  function schedule(): void {
    const [oldest] = queue;
    if (isClosed || inStorage > 0 || oldest === undefined) return;
    const nowMs = clock.monotonicMs();
    if (!hasPermit) {
      permitMs = nowMs + Math.max(pace.take(nowMs), gap.take(nowMs));
      hasPermit = true;
    }
    const isDue = nowMs - lastBlockMs >= pauseMs || packed(queue, deps.fits).isFull;
    const dueMs = Math.max(permitMs, isDue ? nowMs : oldest.saidMs + packMs);
    cancelTimer?.();
    cancelTimer = undefined;
    if (dueMs <= nowMs) void send();
    else cancelTimer = clock.setTimer(() => void send(), dueMs - nowMs);
  }

  async function send(): Promise<void> {
    hasPermit = false;
    const { count } = packed(queue, deps.fits);
    const chosen = queue.splice(0, count);
    const [first] = chosen;
    if (first === undefined) return;
    inStorage = chosen.length;
    lastBlockMs = clock.monotonicMs();
    const texts = chosen.map(({ text }) => text);
    const block = await deps.keep({ type: first.type, texts, offered: first.offered, references: deps.references() });
    inStorage = 0;
    if (block) leave(block);
    for (const [index, { answer }] of chosen.entries())
      answer(block ? { ok: true, block, number: block.first + index } : { ok: false, reason: 'not-stored' });
    schedule();
  }

  function leave(block: SignedBlock): void {
    if (isClosed) return;
    lastNumber = block.last;
    deps.sendToGroup(block);
    cancelTail?.();
    cancelTail = clock.setTimer(() => {
      cancelTail = undefined;
      if (deps.allowsTail()) deps.sendHeads();
    }, tailMs);
  }
}

/** How many of the oldest texts share the next block. Full means that no further text can join. */
function packed(queue: readonly Waiting[], fits: AuthorDeps['fits']): { readonly count: number; readonly isFull: boolean } {
  const [first] = queue;
  const texts: string[] = [];
  for (const { text, type, offered } of queue) {
    // Only texts share a block: of joins, leaves, topics and offers each is an event of its own.
    const joins = texts.length === 0 || (isPlain({ type, offered }) && first !== undefined && isPlain(first));
    if (!joins || texts.length >= maxTextsPerBlock || !fits(type, [...texts, text], offered))
      return { count: texts.length, isFull: true };
    texts.push(text);
  }
  return { count: texts.length, isFull: first !== undefined && !isPlain(first) };
}

/** Whether it shares a block with others of its kind. */
export function isPlain({ type, offered }: Pick<WaitingText, 'type' | 'offered'>): boolean {
  return type === 'text' && offered === undefined;
}
