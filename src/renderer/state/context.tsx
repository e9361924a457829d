/**
 * Provides the store, the client and the services to the components, with hooks to subscribe. Holds
 * no logic of its own.
 */
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { SettingKey, SettingValues } from '../../shared/contract/settings.ts';
import type { CallResult, RpcClient } from '../../shared/rpc/rpc.ts';
import type { Conversations } from './conversations.ts';
import type { DiagnosticsState, DiagnosticsPoller } from './diagnostics-poller.ts';
import type { Drafts } from './drafts/drafts.ts';
import { selectSetting } from './selectors.ts';
import type { HallwayState, HallwayStore } from './store.ts';
import type { SignOfLife } from './sign-of-life.ts';
import type { Ticker } from './ticker.ts';
import type { Previews } from './pictures/previews.ts';
import type { Transfers } from './transfers.ts';

export interface HallwayContext {
  readonly store: HallwayStore;
  readonly client: RpcClient;
  readonly ticker: Ticker;
  readonly diagnosticsPoller: DiagnosticsPoller;
  readonly conversations: Conversations;
  readonly drafts: Drafts;
  readonly transfers: Transfers;
  /** The small pictures of transfers. */
  readonly previews: Previews;
  readonly signOfLife: SignOfLife;
  /** Shows a notification, or tells why none can be shown. */
  readonly testNotification: () => Promise<CallResult<object>>;
}

const context = createContext<HallwayContext | undefined>(undefined);

export function HallwayProvider({
  value,
  children,
}: {
  readonly value: HallwayContext;
  readonly children: ReactNode;
}): ReactNode {
  return <context.Provider value={value}>{children}</context.Provider>;
}

export function useHallwayContext(): HallwayContext {
  const value = useContext(context);
  if (value === undefined) throw new Error('HallwayProvider is missing above this component');
  return value;
}

/** The result of `selector`; re-renders when it changes. */
export function useHallway<Answer>(selector: (state: HallwayState) => Answer): Answer {
  return useStore(useHallwayContext().store, selector);
}

/** The value of a setting in effect; re-renders when it changes. */
export function useSetting<Key extends SettingKey>(key: Key): SettingValues[Key] {
  return useHallway((state) => selectSetting(state, key));
}

/**
 * The result of `read` at the current second; re-renders when the result changes, not every second.
 */
export function useTicker<Answer extends string>(read: (nowMs: number) => Answer): Answer {
  const { ticker } = useHallwayContext();
  return useSyncExternalStore(ticker.subscribe, () => read(ticker.nowMs()));
}

/**
 * The system's time zone; re-renders when it or the time format changes, with all times that the
 * component formats.
 */
export function useTimeZone(): string {
  useSetting('timeFormat');
  const { ticker } = useHallwayContext();
  return useSyncExternalStore(ticker.subscribe, ticker.timeZone);
}

/**
 * The result of `read` on the doctor's latest report. The doctor is polled while a component
 * subscribes.
 */
export function useDiagnostics<Answer>(read: (state: DiagnosticsState) => Answer): Answer {
  const { diagnosticsPoller } = useHallwayContext();
  return useSyncExternalStore(diagnosticsPoller.subscribe, () => read(diagnosticsPoller.state()));
}
