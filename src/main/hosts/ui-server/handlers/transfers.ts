/** Serves the calls about transfers of files, and sends their events. */
import type { EventName, EventPayload } from '../../../../shared/contract/index.ts';
import type { Transfer, transferCalls } from '../../../../shared/contract/transfers.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { CallResult, HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';
import type { ShownTransfer, TransferResult, TransfersArea } from '../../../core/transfers/transfers.ts';
import type { Refusal } from '../../../../shared/text/messages/problem-values.ts';
import { notAvailable, refused } from './failures.ts';

/** Transfers in one answer. Older ones are in the history without their state. */
const maxListed = 500;

export function transferHandlers({ transfers }: Pick<Hallway, 'transfers'>): HandlersOf<typeof transferCalls> {
  async function answer(act: (area: TransfersArea) => Promise<TransferResult<Refusal>>): Promise<CallResult<Transfer>> {
    if (!transfers) return notAvailable;
    const result = await act(transfers);
    return result.ok ? { ok: true, output: toTransfer(result.transfer) } : refused(result);
  }
  return {
    transfers: () => ({ ok: true, output: { transfers: (transfers?.list() ?? []).slice(0, maxListed).map(toTransfer) } }),
    transferPreviews({ transferId }) {
      const previews = transfers?.get(transferId)?.offer.previews ?? [];
      return { ok: true, output: { previews: previews.map(({ bytes }) => Buffer.from(bytes).toString('base64')) } };
    },
    fetchPreviews({ transferId }) {
      if (!transfers) return notAvailable;
      transfers.fetchPreviews(transferId);
      return { ok: true, output: {} };
    },
    acceptTransfer: ({ transferId, directory }) => answer((area) => area.accept(transferId, directory)),
    declineTransfer: ({ transferId }) => answer((area) => area.decline(transferId)),
    pauseTransfer: ({ transferId }) => answer((area) => area.pause(transferId)),
    resumeTransfer: ({ transferId }) => answer((area) => area.resume(transferId)),
    cancelTransfer: ({ transferId }) => answer((area) => area.cancel(transferId)),
  };
}

/** @returns its undo */
export function forwardTransfers(
  { transfers }: Pick<Hallway, 'transfers'>,
  emit: <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void,
): Unsubscribe {
  return transfers?.subscribe(({ transfer }) => emit('transfer', toTransfer(transfer))) ?? (() => undefined);
}

export function toTransfer(stored: ShownTransfer): Transfer {
  const { transferId, conversation, from, state, code, offer, doneBytes, paths, offeredAtMs, expiresAtMs, keptBy } = stored;
  const { missingPreviews } = stored;
  return {
    ...{ transferId, conversation, from, state, doneBytes, offeredAtMs, expiresAtMs },
    files: [...offer.files],
    pictures: (offer.previews ?? []).map(({ file, description }) => ({ file, description })),
    fileCount: offer.fileCount,
    totalBytes: offer.totalBytes,
    paths: [...paths],
    ...(code !== undefined && { code }),
    ...(keptBy !== undefined && { keptBy }),
    ...(missingPreviews !== undefined && { missingPictures: missingPreviews }),
  };
}
