/**
 * Keeps the core state following the core: a snapshot whenever the link opens, then deltas, gathered until the next frame so that a burst is one
 * render. A gap in the revisions asks for a new snapshot, so a reload or a lost message is no special case.
 */
import type { Link, Unsubscribe } from '../../shared/rpc/link.ts';
import type { Delta } from '../../shared/contract/snapshot.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';
import type { HallwayStore } from './store.ts';

/** Pause before asking again for a snapshot that was refused or not answered. */
export const snapshotRetryMs = 1_000;
/** A hidden page gets no frames. From this many deltas on they are applied without one: about 10 s of the most that the core sends. */
export const maxWaitingDeltas = 200;

export interface SyncDeps {
  readonly link: Link;
  readonly client: RpcClient;
  readonly store: HallwayStore;
  /** Calls `callback` once, before the next frame is drawn. @returns its undo */
  setFrame(callback: () => void): Unsubscribe;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
}

export function createSync({ link, client, store, setFrame, setTimer }: SyncDeps): Unsubscribe {
  let waiting: Delta[] = [];
  let cancelFrame: Unsubscribe | undefined;
  let cancelRetry: Unsubscribe | undefined;
  // Answers of an earlier opening of the link are ignored.
  let opening = 0;
  let awaitsSnapshot = false;

  async function fetchSnapshot(): Promise<void> {
    const askedIn = opening;
    awaitsSnapshot = true;
    const result = await client.call('snapshot', {});
    if (askedIn !== opening) return;
    if (!result.ok) {
      cancelRetry = setTimer(() => void fetchSnapshot(), snapshotRetryMs);
      return;
    }
    awaitsSnapshot = false;
    store.apply({ type: 'snapshot-received', snapshot: result.output });
    applyWaiting();
  }

  function applyWaiting(): void {
    cancelFrame?.();
    cancelFrame = undefined;
    const deltas = waiting;
    waiting = [];
    const last = deltas.at(-1);
    if (last === undefined) return;
    store.apply({ type: 'deltas-received', deltas });
    if (store.getState().core.revision < last.revision) void fetchSnapshot();
  }

  function startOver(): void {
    opening += 1;
    waiting = [];
    awaitsSnapshot = false;
    cancelFrame?.();
    cancelFrame = undefined;
    cancelRetry?.();
    cancelRetry = undefined;
  }

  const undo = [
    client.on('changed', (delta) => {
      waiting.push(delta);
      if (waiting.length >= maxWaitingDeltas) {
        // Without the first ones the rest is a gap, which the snapshot that is on its way or the next one heals.
        if (awaitsSnapshot) waiting.shift();
        else applyWaiting();
      } else if (!awaitsSnapshot) {
        cancelFrame ??= setFrame(applyWaiting);
      }
    }),
    link.onOpen(() => {
      startOver();
      void fetchSnapshot();
    }),
    link.onClose(() => {
      startOver();
      store.apply({ type: 'link-lost' });
    }),
  ];

  return () => {
    startOver();
    for (const stop of undo.splice(0)) stop();
  };
}
