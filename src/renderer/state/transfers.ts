/**
 * The page's copy of the transfers, by the message that offers them, with their speed. The core has
 * them all; a page that opens, or comes back, asks for them once and then follows.
 */
import type { Transfer } from '../../shared/contract/transfers.ts';
import { createEmitter } from '../../shared/lib/emitter.ts';
import type { Link, Unsubscribe } from '../../shared/rpc/link.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';
import { addSample, noSpeed, type Speed } from './transfer-speed.ts';

/**
 * Transfers that the page knows at a time: as many as the core keeps. The oldest offer goes first.
 */
export const maxKnownTransfers = 2_000;

export interface ShownTransfer extends Transfer {
  /** Undefined while it does not run, or too little is known. */
  readonly bytesPerSecond: number | undefined;
}

export interface Transfers {
  /** @returns the same object until it changes */
  of(transferId: string): ShownTransfer | undefined;
  /** Those of a conversation, the oldest first. */
  list(conversation: string): readonly ShownTransfer[];
  /** Shows what a call answered, before the event comes. */
  put(transfer: Transfer): void;
  subscribe(listener: () => void): Unsubscribe;
  /** Stops following the core. */
  close(): void;
}

interface Deps {
  readonly link: Pick<Link, 'onOpen'>;
  readonly client: Pick<RpcClient, 'call' | 'on'>;
  readonly monotonicMs: () => number;
}

export function createTransfers({ link, client, monotonicMs }: Deps): Transfers {
  const known = new Map<string, { readonly shown: ShownTransfer; readonly speed: Speed }>();
  const changes = createEmitter<void>();

  function put(transfer: Transfer): void {
    const before = known.get(transfer.transferId)?.speed ?? noSpeed;
    const isRunning = transfer.state === 'running';
    const speed = isRunning ? addSample(before, { atMs: monotonicMs(), doneBytes: transfer.doneBytes }) : noSpeed;
    known.set(transfer.transferId, { shown: { ...transfer, bytesPerSecond: speed.bytesPerSecond }, speed });
    const [oldest] = known.keys();
    if (known.size > maxKnownTransfers && oldest !== undefined) known.delete(oldest);
  }

  async function load(): Promise<void> {
    const answer = await client.call('transfers', {});
    if (!answer.ok) return;
    // The latest offer comes first.
    for (const transfer of answer.output.transfers.toReversed()) put(transfer);
    changes.emit();
  }

  const undo = [
    client.on('transfer', (transfer) => {
      put(transfer);
      changes.emit();
    }),
    link.onOpen(() => void load()),
  ];

  return {
    of: (transferId) => known.get(transferId)?.shown,
    list: (conversation) =>
      [...known.values()]
        .flatMap(({ shown }) => (shown.conversation === conversation ? shown : []))
        .sort((a, b) => a.offeredAtMs - b.offeredAtMs),
    put(transfer) {
      put(transfer);
      changes.emit();
    },
    subscribe: (listener) => changes.subscribe(listener),
    close() {
      for (const stop of undo.splice(0)) stop();
    },
  };
}
