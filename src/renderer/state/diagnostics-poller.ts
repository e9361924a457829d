/**
 * Polls the network doctor every two seconds while the page is visible and has a listener. A late
 * answer never replaces a newer one, so that a change just made does not flicker.
 */
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import type { DoctorReport } from '../../shared/contract/diagnostics.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';

/** Delay between an answer and the next query. */
export const diagnosticsIntervalMs = 2_000;

export interface DiagnosticsState {
  /** The latest report; it stays when a later query fails. */
  readonly report: DoctorReport | undefined;
  /** The reason why there is no newer report, as a sentence. */
  readonly failure: string | undefined;
}

export interface DiagnosticsPoller {
  /** A new object only after a change. */
  state(): DiagnosticsState;
  subscribe(listener: () => void): Unsubscribe;
  /** Polls now, as after a change that the report should show. */
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

  /** The answer to a query in progress is ignored from here on. */
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
        // The next listener must not see a report from an hour ago.
        state = nothingYet;
      };
    },
    refresh: () => void ask(),
  };
}
