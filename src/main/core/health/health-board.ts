/**
 * What a user can feel, as data: code -> severity, values, since. Absence means healthy (rules HEALTH-1 to HEALTH-3). Parts raise and clear
 * entries by code, and hosts report what only they can know; the catalogue (shared/text/messages) has the sentences.
 */
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Health, Severity } from '../../../shared/contract/health.ts';
import { problem, type GivenHealthValues } from '../../../shared/text/messages/problem-values.ts';
import type { Clock } from '../ports.ts';

const severities: Readonly<Record<RaisedCode, Severity>> = {
  'no-network': 'error',
  'looks-offline': 'warning',
  'key-in-use': 'error',
  'port-taken': 'error',
  'network-silent': 'error',
  'network-restarting': 'warning',
  'interface-failed': 'warning',
  'messages-not-kept': 'error',
  'strangers-wait': 'info',
  flooded: 'warning',
  'connections-refused': 'warning',
  'list-full': 'warning',
};

/** What the core itself raises; the other codes are reported by hosts. */
type RaisedCode =
  | 'no-network'
  | 'looks-offline'
  | 'key-in-use'
  | 'port-taken'
  | 'network-silent'
  | 'network-restarting'
  | 'interface-failed'
  | 'messages-not-kept'
  | 'strangers-wait'
  | 'flooded'
  | 'connections-refused'
  | 'list-full';

export interface HealthEvent {
  readonly type: 'health-changed';
  readonly health: readonly Health[];
}

/** What hosts see of the board. */
export type HealthArea = Pick<HealthBoard, 'list' | 'report' | 'subscribe'>;

export interface HealthBoard {
  raise<Code extends RaisedCode>(code: Code, ...values: GivenHealthValues<Code>): void;
  clear(code: RaisedCode): void;
  /** An entry from outside the core. @returns its undo */
  report(entry: Omit<Health, 'sinceMs'>): Unsubscribe;
  /** Most severe first. */
  list(): readonly Health[];
  subscribe(listener: (event: HealthEvent) => void): Unsubscribe;
}

interface Deps {
  readonly clock: Clock;
  /** Takes what a listener of ours throws; absent: see `createEmitter`. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

export function createHealthBoard({ clock, onListenerError }: Deps): HealthBoard {
  const entries = new Map<string, Health>();
  const events = createEmitter<HealthEvent>(onListenerError);

  return {
    raise: (code, ...values) => put(problem(code, severities[code], ...values)),
    clear: remove,
    report(health) {
      put(health);
      let isReported = true;
      return () => {
        if (isReported) remove(health.code);
        isReported = false;
      };
    },
    list,
    subscribe: (listener) => events.subscribe(listener),
  };

  function list(): readonly Health[] {
    return [...entries.values()].toSorted((a, b) => rank[a.severity] - rank[b.severity] || a.sinceMs - b.sinceMs);
  }

  function put(health: Omit<Health, 'sinceMs'>): void {
    const before = entries.get(health.code);
    if (before && JSON.stringify(before.values) === JSON.stringify(health.values)) return;
    entries.set(health.code, { ...health, sinceMs: before?.sinceMs ?? clock.wallMs() });
    events.emit({ type: 'health-changed', health: list() });
  }

  function remove(code: string): void {
    if (entries.delete(code)) events.emit({ type: 'health-changed', health: list() });
  }
}

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };
