/**
 * Says what goes by session only (rules ROOM-153, ROOM-154): texts that fit no datagram, and more
 * texts than the group should carry. Packs them into long blocks, several in a transaction.
 * `author.ts` has what goes to the group, `tree/bulk-stream.ts` sends these blocks.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { Reference, SignedBlock } from '../wire/block.ts';
import type { OfferedFiles } from '../../transfers/room-files.ts';
import { isPlain, type Draft, type WaitingText } from './author.ts';

/** Blocks per transaction: some 10 ms of work, for which the user and the network wait. */
const blocksPerTurn = 6;
const maxTextsPerBlock = 256;
/** More is refused. In memory, a character has up to two bytes. */
const maxWaitingTexts = 65_536;
const maxWaitingCharacters = 8 * 1_048_576;
/** Heads tell members how far we are: after the end, and meanwhile. */
const endHeadsMs = 1_000;
const headsEveryMs = 5_000;

interface Deps {
  readonly clock: Clock;
  /** How many of the texts, from the first on, fit into one block of a frame. */
  readonly countFitting: (texts: readonly string[], offered?: OfferedFiles) => number;
  readonly references: () => readonly Reference[];
  /** Signs, persists and sends such a block. @returns undefined if the store refused */
  readonly keep: (draft: Draft) => Promise<SignedBlock | undefined>;
  readonly sendHeads: () => void;
}

export interface BulkAuthor {
  /** Takes over what waits for its block. Everything leaves in the order of these calls. */
  take(waiting: WaitingText): void;
  /** Whether something waits. What is said then must wait behind it. */
  isBusy(): boolean;
  close(): void;
}

export function createBulkAuthor({ clock, countFitting, references, keep, sendHeads }: Deps): BulkAuthor {
  let queue: WaitingText[] = [];
  let characters = 0;
  let inStorage = 0;
  let isClosed = false;
  let cancelTurn: Unsubscribe | undefined;
  let cancelHeads: Unsubscribe | undefined;
  /** When heads were sent last, or the transfer began; undefined while nothing is transferred. */
  let headsMs: number | undefined;

  return {
    take(waiting) {
      const { text, answer } = waiting;
      if (isClosed) return answer({ ok: false, reason: 'closed' });
      const isFull = queue.length >= maxWaitingTexts || characters + text.length > maxWaitingCharacters;
      if (isFull) return answer({ ok: false, reason: 'too-many' });
      characters += text.length;
      queue.push(waiting);
      schedule();
    },
    isBusy: () => queue.length > 0 || inStorage > 0,
    close() {
      isClosed = true;
      cancelTurn?.();
      cancelHeads?.();
      for (const { answer } of queue) answer({ ok: false, reason: 'closed' });
      queue = [];
    },
  };

  function schedule(): void {
    if (inStorage === 0 && queue.length > 0) cancelTurn ??= clock.setTimer(turn, 0);
  }

  function turn(): void {
    cancelTurn = undefined;
    let taken = 0;
    while (taken < queue.length && inStorage < blocksPerTurn) {
      const chosen = packed(queue.slice(taken, taken + maxTextsPerBlock), countFitting);
      taken += chosen.length;
      inStorage += 1;
      void store(chosen);
    }
    queue = queue.slice(taken);
  }

  async function store(chosen: readonly WaitingText[]): Promise<void> {
    const block = await keep({
      type: chosen[0]?.type ?? 'text',
      texts: chosen.map(({ text }) => text),
      offered: chosen[0]?.offered,
      references: references(),
    });
    inStorage -= 1;
    for (const [index, { text, answer }] of chosen.entries()) {
      characters -= text.length;
      answer(block ? { ok: true, block, number: block.first + index } : { ok: false, reason: 'not-stored' });
    }
    if (isClosed) return;
    if (block) tellHeads();
    schedule();
  }

  function tellHeads(): void {
    const nowMs = clock.monotonicMs();
    headsMs ??= nowMs;
    cancelHeads?.();
    cancelHeads = clock.setTimer(
      () => {
        cancelHeads = undefined;
        const isGoingOn = queue.length > 0 || inStorage > 0;
        headsMs = isGoingOn ? clock.monotonicMs() : undefined;
        sendHeads();
      },
      Math.max(0, Math.min(endHeadsMs, headsMs + headsEveryMs - nowMs)),
    );
  }
}

/** Only plain texts share a block. @returns at least one */
function packed(waiting: readonly WaitingText[], countFitting: Deps['countFitting']): readonly WaitingText[] {
  const other = waiting.findIndex((one) => !isPlain(one));
  const texts = waiting.slice(0, other === -1 ? waiting.length : Math.max(1, other));
  // A text that fits no block at all was refused before.
  return texts.slice(
    0,
    Math.max(
      1,
      countFitting(
        texts.map(({ text }) => text),
        texts[0]?.offered,
      ),
    ),
  );
}
