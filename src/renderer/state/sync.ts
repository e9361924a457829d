/**
 * Keeps the core state in step with the core. It requests a snapshot when the link opens. Then it
 * collects deltas until the next frame, so that a burst renders once. A gap in the revisions
 * requests a new snapshot, so a reload or a lost message needs no special case.
 */
import type { Link, Unsubscribe } from '../../shared/rpc/link.ts';
import type { Delta } from '../../shared/contract/snapshot.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';
import type { HallwayStore } from './store.ts';

/** Delay before retrying a snapshot that was refused or not answered. */
export const snapshotRetryMs = 1_000;
/**
 * A hidden page gets no frames, so it applies deltas without one beyond this number. At the core's
 * highest rate that is about 10 s of deltas.
 */
export const maxWaitingDeltas = 200;

export interface SyncDeps {
  readonly link: Link;
  readonly client: RpcClient;
  readonly store: HallwayStore;
  /** Calls `callback` once, before the next frame. @returns a function that cancels it */
  setFrame(callback: () => void): Unsubscribe;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
}

export function createSync({ link, client, store, setFrame, setTimer }: SyncDeps): Unsubscribe {
  let waiting: Delta[] = [];
  let cancelFrame: Unsubscribe | undefined;
  let cancelRetry: Unsubscribe | undefined;
  // Ignores answers from an earlier connection.
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
        // Dropping the first ones leaves a gap, which this snapshot or the next one closes.
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
