/**
 * The parts of a pull share this: the way to fetch from the peer (pull.ts gives it), and the
 * outcomes of a failed write and of damaged content.
 */
import type { Clock } from '../../ports.ts';
import type { EarlyEnd, FetchEnd, PartFetchDeps } from './fetch-part.ts';
import type { StoredTransfer, TransferDisk, WriteFailure } from '../ports.ts';

export type FetchedPart = Pick<PartFetchDeps, 'part' | 'chunkCount' | 'sizeOf' | 'isHere' | 'startHash' | 'onChunk'>;
export type WantedPart = Omit<FetchedPart, 'startHash'>;

export interface PullParts {
  readonly clock: Clock;
  readonly disk: TransferDisk;
  readonly transfer: StoredTransfer;
  readonly fetch: (part: WantedPart) => Promise<FetchEnd>;
  readonly onProgress: (doneBytes: number) => void;
}

export const damaged = { type: 'failed', code: 'damaged' } as const;

/** Of a write: the disk may be fine again later. A name stays what it is. */
export function outcomeOf(code: WriteFailure): EarlyEnd {
  return code === 'bad-name' ? { type: 'failed', code } : { type: 'waiting', code };
}
