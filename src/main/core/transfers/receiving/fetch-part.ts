/**
 * Fetches the chunks of a description or of a content over one connection (rules XFER-7,
 * XFER-14 and XFER-43): asks for a few, joins their pieces, and asks for the next once one is handled. The
 * chunks that all transfers have in flight share a limit.
 */
import type { TransferCode } from '../../../../shared/contract/transfers.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createSpareMemory } from '../../lib/spare-memory.ts';
import type { PieceContent, TransferPart } from '../../messaging/wire/transfer-frames.ts';
import type { Clock } from '../../ports.ts';
import type { RunningHash } from '../ports.ts';
import type { ChunkShares } from './chunk-shares.ts';

/** `whole`: every chunk is handled · `stopped`: the connection or the transfer ended. */
export type FetchEnd =
  | { readonly type: 'whole' }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed' | 'waiting'; readonly code: TransferCode };

/** An end before every chunk is handled. */
export type EarlyEnd = Exclude<FetchEnd, { readonly type: 'whole' }>;

/** `kept` · `again`: it must come again · otherwise the fetch ends so. */
export type Handled = 'kept' | 'again' | EarlyEnd;

export interface PartFetch {
  readonly end: Promise<FetchEnd>;
  /** @returns false for one that was not asked for, or that does not fit */
  piece(piece: PieceContent): boolean;
  stop(end: EarlyEnd): void;
}

export interface PartFetchDeps {
  readonly part: TransferPart;
  readonly chunkCount: number;
  readonly sizeOf: (chunk: number) => number;
  readonly isHere: (chunk: number) => boolean;
  readonly shares: ChunkShares;
  readonly maxChunks: number;
  readonly clock: Pick<Clock, 'setTimer'>;
  /** It waits, and its shares are free, if no chunk becomes complete for this long. */
  readonly chunkDeadlineMs: number;
  readonly ask: (chunks: readonly number[]) => void;
  /** Begins the hash of a chunk, which grows with each piece: no chunk waits for its hash. */
  readonly startHash: () => RunningHash;
  /** A chunk is complete. Its bytes are valid until the promise settles. */
  readonly onChunk: (chunk: number, bytes: Uint8Array, hash: RunningHash) => Promise<Handled>;
}

interface Arriving {
  readonly bytes: Uint8Array;
  readonly hash: RunningHash;
  filled: number;
}

const late = { type: 'waiting', code: 'other-refused' } as const;

export function fetchPart(deps: PartFetchDeps): PartFetch {
  const { shares, sizeOf } = deps;
  const missing = createMissingChunks(deps);
  const arriving = createArrivingChunks(deps);
  const deadline = createDeadline(deps, () => finish(late));
  /** Complete, and being handled. */
  let handling = 0;
  let isEnded = false;
  let settle: (end: FetchEnd) => void = () => undefined;
  const end = new Promise<FetchEnd>((resolve) => (settle = resolve));
  fill();

  return { end, piece, stop: finish };

  function fill(): void {
    const chunks: number[] = [];
    while (!isEnded && arriving.size + handling < deps.maxChunks) {
      const chunk = missing.take();
      if (chunk === undefined) break;
      if (!shares.take(sizeOf(chunk), fill)) {
        missing.returnFirst(chunk);
        break;
      }
      arriving.expect(chunk);
      chunks.push(chunk);
    }
    if (chunks.length > 0) {
      deadline.start();
      deps.ask(chunks);
    } else if (arriving.size === 0 && handling === 0 && !missing.hasReturned) finish({ type: 'whole' });
  }

  function piece(content: PieceContent): boolean {
    const added = isEnded ? 'refused' : arriving.add(content);
    if (typeof added !== 'string') {
      deadline.stop();
      if (arriving.size > 0) deadline.start();
      void handle(content.chunk, added);
    }
    return added !== 'refused';
  }

  async function handle(chunk: number, { bytes, hash }: Arriving): Promise<void> {
    handling += 1;
    const handled = await deps.onChunk(chunk, bytes, hash);
    handling -= 1;
    shares.release();
    arriving.giveBack(bytes);
    if (isEnded) return;
    if (typeof handled !== 'string') return finish(handled);
    if (handled === 'again') missing.returnLast(chunk);
    fill();
  }

  function finish(reason: FetchEnd): void {
    if (isEnded) return;
    isEnded = true;
    deadline.stop();
    shares.forget(fill);
    for (let count = arriving.size; count > 0; count -= 1) shares.release();
    arriving.clear();
    settle(reason);
  }
}

/** The chunks to ask for: those that were returned, and then the others in their order. */
function createMissingChunks({ chunkCount, isHere }: Pick<PartFetchDeps, 'chunkCount' | 'isHere'>) {
  const returned: number[] = [];
  let next = 0;

  return {
    get hasReturned(): boolean {
      return returned.length > 0;
    },
    take(): number | undefined {
      const first = returned.shift();
      if (first !== undefined) return first;
      while (next < chunkCount && isHere(next)) next += 1;
      if (next >= chunkCount) return undefined;
      next += 1;
      return next - 1;
    },
    returnFirst: (chunk: number) => void returned.unshift(chunk),
    returnLast: (chunk: number) => void returned.push(chunk),
  };
}

/** Joins the pieces of the chunks that were asked for. */
function createArrivingChunks({
  part,
  sizeOf,
  maxChunks,
  startHash,
}: Pick<PartFetchDeps, 'part' | 'sizeOf' | 'maxChunks' | 'startHash'>) {
  /** Undefined until the first piece: a promise of a peer takes no memory. */
  const arriving = new Map<number, Arriving | undefined>();
  const memory = createSpareMemory(maxChunks);

  return {
    get size(): number {
      return arriving.size;
    },
    expect: (chunk: number) => void arriving.set(chunk, undefined),
    /** @returns the chunk once it is complete, which is no longer arriving then */
    add({ chunk, offset, bytes, part: given }: PieceContent): 'refused' | 'more' | Arriving {
      if (given !== part || !arriving.has(chunk)) return 'refused';
      const size = sizeOf(chunk);
      const known = arriving.get(chunk);
      if (offset !== (known?.filled ?? 0) || offset + bytes.length > size) return 'refused';
      const entry = known ?? { bytes: memory.take(size), hash: startHash(), filled: 0 };
      if (!known) arriving.set(chunk, entry);
      entry.bytes.set(bytes, offset);
      entry.hash.update(bytes);
      entry.filled += bytes.length;
      if (entry.filled < size) return 'more';
      arriving.delete(chunk);
      return entry;
    },
    giveBack: memory.giveBack,
    clear: () => arriving.clear(),
  };
}

/** By when the next chunk must be complete. */
function createDeadline({ clock, chunkDeadlineMs }: Pick<PartFetchDeps, 'clock' | 'chunkDeadlineMs'>, onLate: () => void) {
  let cancel: Unsubscribe | undefined;

  return {
    start: () => void (cancel ??= clock.setTimer(onLate, chunkDeadlineMs)),
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
