/**
 * Problems that the user can feel, as codes with severity, values and start time (rules HEALTH-1 to
 * HEALTH-3). No entries means healthy. Parts of the core raise and clear entries by code. Hosts
 * report the problems that only they can detect. The catalogue (shared/text/messages) has the
 * sentences.
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
  'adapters-left-out': 'info',
  'neighbour-table-full': 'warning',
  'messages-not-kept': 'error',
  'messages-not-delivered': 'warning',
  'strangers-wait': 'info',
  'strangers-flood': 'warning',
  flooded: 'warning',
  'forged-addresses': 'warning',
  'connections-refused': 'warning',
  'list-full': 'warning',
  'newcomers-forgotten': 'warning',
  'room-unheard': 'warning',
  'room-behind': 'warning',
  'room-key-used-twice': 'warning',
  'room-copies-differ': 'warning',
};

/** Codes that the core itself raises. Hosts report the others. */
type RaisedCode =
  | 'no-network'
  | 'looks-offline'
  | 'key-in-use'
  | 'port-taken'
  | 'network-silent'
  | 'network-restarting'
  | 'interface-failed'
  | 'adapters-left-out'
  | 'neighbour-table-full'
  | 'messages-not-kept'
  | 'messages-not-delivered'
  | 'strangers-wait'
  | 'strangers-flood'
  | 'flooded'
  | 'forged-addresses'
  | 'connections-refused'
  | 'list-full'
  | 'newcomers-forgotten'
  | 'room-unheard'
  | 'room-behind'
  | 'room-key-used-twice'
  | 'room-copies-differ';

export interface HealthEvent {
  readonly type: 'health-changed';
  readonly health: readonly Health[];
}

/** The part of the board that hosts use. */
export type HealthArea = Pick<HealthBoard, 'list' | 'report' | 'subscribe'>;

export interface HealthBoard {
  raise<Code extends RaisedCode>(code: Code, ...values: GivenHealthValues<Code>): void;
  clear(code: RaisedCode): void;
  /** Adds an entry from outside the core. @returns a function that clears it */
  report(entry: Omit<Health, 'sinceMs'>): Unsubscribe;
  /** Most severe first. */
  list(): readonly Health[];
  subscribe(listener: (event: HealthEvent) => void): Unsubscribe;
}

interface Deps {
  readonly clock: Clock;
  /** Receives errors that our listeners throw. If absent, see `createEmitter`. */
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
