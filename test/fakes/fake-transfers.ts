/**
 * Transfers for a fake Hallway: offers that a test puts there, with the answers of the real area
 * and without files.
 */
import { createEmitter } from '../../src/shared/lib/emitter.ts';
import { conversationOf, conversationOfRoom, type MessageId, type PeerId } from '../../src/shared/lib/ids.ts';
import { refuse } from '../../src/shared/text/messages/problem-values.ts';
import type { StoredTransfer } from '../../src/main/core/transfers/ports.ts';
import { isFinal } from '../../src/main/core/transfers/states.ts';
import type { ShownTransfer, TransferEvent, TransfersArea } from '../../src/main/core/transfers/transfers.ts';

export interface FakeTransfers extends TransfersArea {
  /** A new or changed transfer. */
  put(transfer: ShownTransfer): void;
}

/** An offer of that peer that waits for the user. */
export function fakeOffer(from: PeerId, number: number, change: Partial<ShownTransfer> = {}): ShownTransfer {
  return {
    transferId: `0192a5b0-1111-7abc-9def-${String(number).padStart(12, '0')}`,
    ...{ conversation: conversationOf(from), from, state: 'offered', isTold: true },
    offer: {
      ...{ contentId: new Uint8Array(32), fileCount: 1, totalBytes: 2_100_000, descriptionBytes: 120, lifeMs: 1_000 },
      files: [{ name: 'report.pdf', sizeBytes: 2_100_000 }],
    },
    ...{ doneBytes: 0, roots: [], directory: '', paths: [], offeredAtMs: 1_000 + number, expiresAtMs: 2_000 },
    ...change,
  };
}

export function createFakeTransfers(ownPeerId: PeerId): FakeTransfers {
  const transfers = new Map<MessageId, ShownTransfer>();
  const events = createEmitter<TransferEvent>((error) => {
    throw error;
  });

  return {
    put,
    list: () => [...transfers.values()].sort((a, b) => b.offeredAtMs - a.offeredAtMs),
    get: (transferId) => transfers.get(transferId),
    send(peerId, paths) {
      if (paths.some((path) => path.includes('missing')))
        return Promise.resolve(refuse('files-unusable', { reason: 'notFound', path: paths[0] ?? '' }));
      const offer = fakeOffer(peerId, transfers.size + 1, { from: ownPeerId, paths });
      put(offer);
      return Promise.resolve({ ok: true, transfer: offer });
    },
    sendToRoom(room, paths) {
      const conversation = conversationOfRoom(room.replace(/^#/u, ''));
      const offer = fakeOffer(ownPeerId, transfers.size + 1, { conversation, paths });
      put(offer);
      return Promise.resolve({ ok: true, transfer: { ...offer, keptBy: { count: 0, of: 1 } } });
    },
    fetchPreviews(transferId) {
      const transfer = transfers.get(transferId);
      if (transfer?.missingPreviews) put({ ...transfer, missingPreviews: 'coming' });
    },
    accept: (transferId, directory = '/downloads') => answer(transferId, { state: 'accepted', directory }),
    decline: (transferId) => answer(transferId, { state: 'declined' }),
    pause: (transferId) => goOn(transferId, 'paused'),
    resume: (transferId) => goOn(transferId, 'running'),
    cancel(transferId) {
      const transfer = transfers.get(transferId);
      if (!transfer) return Promise.resolve(refuse('unknown-transfer'));
      return Promise.resolve(isFinal(transfer) ? refuse('transfer-over') : change(transfer, { state: 'cancelled' }));
    },
    subscribe: (listener) => events.subscribe(listener),
  };

  function put(transfer: ShownTransfer): void {
    transfers.set(transfer.transferId, transfer);
    events.emit({ type: 'transfer', transfer });
  }

  function answer(transferId: MessageId, to: Partial<StoredTransfer>): ReturnType<TransfersArea['accept']> {
    const transfer = transfers.get(transferId);
    if (!transfer || transfer.from === ownPeerId) return Promise.resolve(refuse('unknown-transfer'));
    return Promise.resolve(transfer.state === 'offered' ? change(transfer, to) : refuse('transfer-over'));
  }

  function goOn(transferId: MessageId, state: 'paused' | 'running'): ReturnType<TransfersArea['pause']> {
    const transfer = transfers.get(transferId);
    if (!transfer) return Promise.resolve(refuse('unknown-transfer'));
    if (isFinal(transfer)) return Promise.resolve(refuse('transfer-over'));
    return Promise.resolve(transfer.state === 'offered' ? refuse('transfer-not-accepted') : change(transfer, { state }));
  }

  function change(transfer: StoredTransfer, to: Partial<StoredTransfer>) {
    const changed = { ...transfer, ...to };
    put(changed);
    return { ok: true as const, transfer: changed };
  }
}
