/**
 * What a user can feel, as data: code -> severity, title, remedy, since. Absence means healthy (rules HEALTH-1 to HEALTH-3). The catalogue
 * below has the sentences of what the core notices; parts raise and clear these entries by code. What only a host or the storage can know, such
 * as unreadable settings, comes with its own sentences (`report`), and the doctor's findings have theirs in the `doctor-*` files.
 */
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { StoreProblem } from '../messaging/ports.ts';
import type { Health, Severity } from '../../../shared/contract/health.ts';
import type { Clock } from '../ports.ts';

type Wording = Omit<Health, 'sinceMs' | 'code'>;

const catalogue = {
  'no-network': () =>
    entry(
      'error',
      'You are not connected to any network',
      'Connect to Wi-Fi or plug in a network cable. Hallway goes on by itself.',
    ),
  'looks-offline': () =>
    entry(
      'warning',
      'You look offline',
      'Nobody answers, all at once, so it is probably this computer: check its cable, Wi-Fi or VPN. Until then nobody is taken off the list.',
    ),
  'key-in-use': () =>
    entry(
      'error',
      'Another computer uses a copy of your profile',
      'Others see the two of you as one person. Give each computer a profile of its own: delete the copied profile folder there and start again.',
    ),
  'port-taken': (port: number) =>
    entry(
      'error',
      `Another program keeps UDP port ${port} to itself`,
      `Close the program that uses UDP port ${port}, or start Hallway everywhere with another --port. Hallway tries again by itself.`,
    ),
  'network-silent': () =>
    entry(
      'error',
      'Hallway hears nothing on this network, not even itself',
      'A firewall or VPN may be blocking it: allow Hallway (UDP, incoming) and check the connection. Networking is being restarted.',
    ),
  'network-restarting': (cause: string) =>
    entry('warning', 'Networking failed and is being restarted', `If this does not go away, copy this for support: ${cause}.`),
  'interface-failed': (names: string) =>
    entry(
      'warning',
      `Hallway cannot use ${names}`,
      'People behind it are not seen. Check that adapter, or leave it out: click the status strip.',
    ),
  'messages-not-kept': (code: StoreProblem) =>
    entry(
      'error',
      `Messages cannot be kept: ${storeProblems[code]}`,
      'Nothing is sent or accepted until this is mended; what was kept before is safe.',
    ),
  'strangers-wait': () =>
    entry(
      'info',
      'Somebody you do not know writes more than Hallway keeps',
      'What is too much of it waits with its author, and so may the first words of others. Whom you write to or verify need not wait; block whoever it is.',
    ),
  flooded: () =>
    entry(
      'warning',
      'Something floods this network with datagrams',
      'Hallway ignores what is too much; new people may appear late. Find the device that sends so much, or tell whoever runs the network.',
    ),
  'list-full': (limit: number) =>
    entry(
      'warning',
      `More than ${limit} people are here`,
      'Those who came last are not shown. Split the network, or use another --port per group.',
    ),
} as const;

const storeProblems: Record<StoreProblem, string> = {
  full: 'the disk is full',
  'read-only': 'the profile folder cannot be written to',
  busy: 'another program holds the database',
  corrupt: 'the database is damaged',
  failed: 'the database does not answer',
};

export type HealthCode = keyof typeof catalogue;

export interface HealthEvent {
  readonly type: 'health-changed';
  readonly health: readonly Health[];
}

/** What hosts see of the board. */
export type HealthArea = Pick<HealthBoard, 'list' | 'report' | 'subscribe'>;

export interface HealthBoard {
  raise<Code extends HealthCode>(code: Code, ...details: Parameters<(typeof catalogue)[Code]>): void;
  clear(code: HealthCode): void;
  /** An entry with a wording of its own, from outside the core. @returns its undo */
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
    raise(code, ...details) {
      const wording = (catalogue[code] as (...values: readonly unknown[]) => Wording)(...details);
      put({ code, ...wording });
    },
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
    if (before?.title === health.title && before.remedy === health.remedy) return;
    entries.set(health.code, { ...health, sinceMs: before?.sinceMs ?? clock.wallMs() });
    events.emit({ type: 'health-changed', health: list() });
  }

  function remove(code: string): void {
    if (entries.delete(code)) events.emit({ type: 'health-changed', health: list() });
  }
}

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

function entry(severity: Severity, title: string, remedy: string): Wording {
  return { severity, title, remedy };
}
