/**
 * What the network doctor says, asked again every two seconds while somebody listens and the page can be seen. An answer to an older
 * question never replaces one to a newer, so that a change which was just made does not flicker back.
 */
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import type { DoctorReport } from '../../shared/contract/diagnostics.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';

/** Pause between an answer and the next question. */
export const diagnosticsIntervalMs = 2_000;

export interface DiagnosticsState {
  /** The latest; it stays when a later question fails. */
  readonly report: DoctorReport | undefined;
  /** Why there is no newer one, as a sentence. */
  readonly failure: string | undefined;
}

export interface DiagnosticsPoller {
  /** Another object only when something changed. */
  state(): DiagnosticsState;
  subscribe(listener: () => void): Unsubscribe;
  /** Asks now, as after a change that the report should show. */
  refresh(): void;
}

export interface DiagnosticsPollerDeps {
  readonly client: Pick<RpcClient, 'call'>;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
}

const nothingYet: DiagnosticsState = { report: undefined, failure: undefined };

export function createDiagnosticsPoller({ client, setTimer, document }: DiagnosticsPollerDeps): DiagnosticsPoller {
  const listeners = new Set<() => void>();
  let state = nothingYet;
  let lastQuestion = 0;
  let cancelTimer: Unsubscribe | undefined;

  function mayAsk(): boolean {
    return listeners.size > 0 && document.visibilityState === 'visible';
  }

  async function ask(): Promise<void> {
    pause();
    if (!mayAsk()) return;
    const question = lastQuestion;
    const result = await client.call('doctor', {});
    if (question !== lastQuestion) return;
    state = result.ok ? { report: result.output, failure: undefined } : { ...state, failure: result.message };
    cancelTimer = setTimer(() => void ask(), diagnosticsIntervalMs);
    for (const listener of [...listeners]) listener();
  }

  /** The answer to a question in progress is not taken any more. */
  function pause(): void {
    lastQuestion += 1;
    cancelTimer?.();
    cancelTimer = undefined;
  }

  const followVisibility = (): void => void ask();

  return {
    state: () => state,
    subscribe(listener) {
      const own = (): void => listener();
      listeners.add(own);
      if (listeners.size === 1) {
        document.addEventListener('visibilitychange', followVisibility);
        void ask();
      }
      return () => {
        if (!listeners.delete(own) || listeners.size > 0) return;
        document.removeEventListener('visibilitychange', followVisibility);
        pause();
        // Whoever listens next shall not be shown the network of an hour ago.
        state = nothingYet;
      };
    },
    refresh: () => void ask(),
  };
}
