/**
 * Where the chunks of one transfer come from: one connection, or the members of a room that have
 * it.
 */
import type { TransferCode } from '../../../../shared/contract/transfers.ts';
import type { Session } from '../../messaging/session/session.ts';
import { maxChunksWanted, type PieceContent } from '../../messaging/wire/transfer-frames.ts';
import type { Clock } from '../../ports.ts';
import type { TransferOptions } from '../options.ts';
import type { StoredTransfer } from '../ports.ts';
import type { ChunkShares } from './chunk-shares.ts';
import { fetchPart, type EarlyEnd, type FetchEnd } from './fetch-part.ts';
import type { FetchedPart } from './pull-parts.ts';

/** The fetch of one part. */
export interface SourceFetch {
  readonly end: Promise<FetchEnd>;
  /** @returns false for one that was not asked for, or that does not fit */
  piece(piece: PieceContent, session: Session): boolean;
  stop(end: EarlyEnd): void;
}

export interface PullSource {
  /** Whether chunks come on that connection. */
  uses(session: Session): boolean;
  /** @param doneBytes of the content, for the sender's progress */
  fetch(part: FetchedPart, doneBytes: () => number): SourceFetch;
  /**
   * That connection ended, or its peer refuses with a code.
   *
   * @returns whether somebody else may have the files: then the pull goes on
   */
  lost(session: Session, code?: TransferCode): boolean;
  /**
   * The description that came last is not the one of the offer.
   *
   * @returns whether another may come
   */
  blame(): boolean;
}

interface Deps {
  readonly session: Session;
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly shares: ChunkShares;
}

/** The other end of a transfer between two peers. */
export function createPeerSource(
  { session, clock, shares }: Deps,
  { transferId }: Pick<StoredTransfer, 'transferId'>,
  options: Pick<TransferOptions, 'chunkDeadlineMs' | 'maxChunksPerTransfer'>,
): PullSource {
  return {
    uses: (other) => other === session,
    fetch: (what, doneBytes) =>
      fetchPart({
        ...what,
        ...{ clock, shares, chunkDeadlineMs: options.chunkDeadlineMs },
        maxChunks: Math.min(options.maxChunksPerTransfer, maxChunksWanted),
        ask: (chunks) => session.send({ type: 'pull', transferId, part: what.part, haveBytes: doneBytes(), chunks }),
      }),
    lost: () => false,
    blame: () => false,
  };
}
