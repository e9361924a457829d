/**
 * Reads what we offer, part by part, while somebody fetches it: the description from the profile,
 * and the content from where the files are. serve.ts sends it.
 */
import type { TransferCode } from '../../../shared/contract/transfers.ts';
import type { MessageId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { TransferPart } from '../messaging/wire/transfer-frames.ts';
import type { Clock } from '../ports.ts';
import { decodeInTurns } from './decode-in-turns.ts';
import { chunkBytes, chunkCountOf } from './layout.ts';
import type { TransferOptions } from './options.ts';
import type { ManifestFile, SourceRoot, StoredTransfer, TransferDisk, TransferSource } from './ports.ts';
import type { TransferBook } from './transfer-book.ts';

export type PartRead = { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly code: TransferCode };

export interface OwnFiles {
  /**
   * Never rejects. `other-refused` for a chunk that does not exist.
   *
   * @param memory of `chunkBytes`, which may be filled
   */
  read(transferId: MessageId, part: TransferPart, chunk: number, memory: Uint8Array): Promise<PartRead>;
  release(transferId: MessageId): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly disk: TransferDisk;
  readonly book: Pick<TransferBook, 'get'>;
}

/** The open files of one offer. Closed when nobody asked for a while. */
interface Opened {
  readonly description: Promise<Uint8Array | undefined>;
  source: Promise<TransferSource | undefined> | undefined;
  cancelIdle: Unsubscribe;
}

const noSuchChunk: PartRead = { ok: false, code: 'other-refused' };
const lost: PartRead = { ok: false, code: 'vanished' };

export function createOwnFiles({ clock, disk, book }: Deps, options: TransferOptions): OwnFiles {
  const opened = new Map<MessageId, Opened>();

  return {
    async read(transferId, part, chunk, memory) {
      const transfer = book.get(transferId);
      if (!transfer) return noSuchChunk;
      const { descriptionBytes, totalBytes } = transfer.offer;
      if (chunk >= chunkCountOf(part === 'content' ? totalBytes : descriptionBytes)) return noSuchChunk;
      const own = openedOf(transferId);
      if (part === 'content') {
        own.source ??= openSource(transferId, own.description);
        return (await own.source)?.readChunk(chunk, memory) ?? lost;
      }
      const description = await own.description;
      return description ? { ok: true, bytes: description.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes) } : lost;
    },
    release,
    close() {
      for (const transferId of [...opened.keys()]) release(transferId);
    },
  };

  function openedOf(transferId: MessageId): Opened {
    const own = opened.get(transferId) ?? {
      description: disk.loadDescription(transferId),
      source: undefined,
      cancelIdle: () => undefined,
    };
    own.cancelIdle();
    own.cancelIdle = clock.setTimer(() => release(transferId), options.sourceIdleMs);
    opened.set(transferId, own);
    return own;
  }

  async function openSource(
    transferId: MessageId,
    loading: Promise<Uint8Array | undefined>,
  ): Promise<TransferSource | undefined> {
    const bytes = await loading;
    const transfer = book.get(transferId);
    const description = bytes && transfer && (await decodeInTurns(clock, bytes, transfer.offer, options));
    if (!description) return undefined;
    const { removesPlace = false } = transfer;
    return disk.openSource({ roots: rootsOf(transfer, description.files), files: description.files, removesPlace });
  }

  function release(transferId: MessageId): void {
    const own = opened.get(transferId);
    opened.delete(transferId);
    own?.cancelIdle();
    void own?.source?.then((source) => source?.close());
  }
}

/** Of files that arrived: the folders and files at the top, whose names may be other ones here. */
function rootsOf({ roots, paths }: StoredTransfer, files: readonly ManifestFile[]): readonly SourceRoot[] {
  if (roots.length > 0) return roots;
  const tops = [...new Set(files.map(({ path: [top = ''] }) => top))];
  return tops.map((name, index) => ({ name, path: paths[index] ?? '' }));
}
