/**
 * Looks at the adapters again and again, and keeps senders and group listeners in line with them as they come, go and change (rules MEM-1 to MEM-4,
 * SOCK-5). A failing adapter is tried again at every look, and never fatal. Which addresses are wanted is decided in `select-interfaces.ts`.
 */
import { pause } from '../../lib/delay.ts';
import type { Clock, InterfaceAddress, Interfaces } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { addressKey, sameAddresses, usableAddresses } from './select-interfaces.ts';
import type { PresenceOptions } from '../options.ts';
import type { GroupListeners } from './group-listeners.ts';
import type { InterfaceSocket } from './interface-socket.ts';

export interface InterfaceMonitor extends Pick<Service, 'run'> {
  /** Addresses of adapters that people chose not to use. */
  unwanted(): readonly InterfaceAddress[];
  /** Closes and opens everything at the next turn. */
  renew(): void;
}

/** The senders, as far as they are opened and closed here. */
export interface FollowedSenders {
  list(): readonly InterfaceSocket[];
  /** 0 until the first `pickPort`. */
  port(): number;
  /** Opens a sender for each address on a port that is free on all of them. @throws PortError: there is none */
  pickPort(addresses: readonly InterfaceAddress[]): Promise<void>;
  /** Closes those of other addresses, and opens what is not open. */
  follow(addresses: readonly InterfaceAddress[]): Promise<void>;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly interfaces: Interfaces;
  readonly senders: FollowedSenders;
  readonly groupListeners: GroupListeners;
  /** The set of bound addresses changed; called once per change, after new ones are usable. */
  readonly onChange: () => void;
}

type Options = Pick<PresenceOptions, 'interfaces' | 'excludedInterfaces' | 'interfacePollMs' | 'maxSenders'>;

export function createInterfaceMonitor(
  { clock, interfaces, senders, groupListeners, onChange }: Deps,
  options: Options,
): InterfaceMonitor {
  let unwanted: readonly InterfaceAddress[] = [];
  let isRenewing = false;
  /** Ends the wait until the next look. */
  let wake: AbortController | undefined;

  return {
    run,
    unwanted: () => unwanted,
    renew() {
      isRenewing = true;
      wake?.abort();
    },
  };

  async function run({ signal, ready }: Parameters<Service['run']>[0]): Promise<void> {
    try {
      await senders.pickPort(usableNow());
      await follow(usableNow());
      ready();
      while (!signal.aborted) {
        wake = new AbortController();
        await pause(clock, options.interfacePollMs, AbortSignal.any([signal, wake.signal]));
        if (!signal.aborted) await look();
      }
    } finally {
      senders.close();
      groupListeners.close();
    }
  }

  function usableNow(): readonly InterfaceAddress[] {
    const listed = interfaces.list();
    const usable = usableAddresses(listed, options);
    unwanted = listed.filter(({ name, internal }) => !internal && usable.every((address) => address.name !== name));
    return usable;
  }

  /** One look at the adapters: follows a difference, and otherwise only mends what failed. */
  async function look(): Promise<void> {
    const wanted = usableNow();
    const current = senders.list();
    const followed = current.map((sender) => sender.interface);
    if (!sameAddresses(wanted, followed) || isRenewing || current.some((sender) => sender.isDeaf())) await follow(wanted);
    else await mend(current.filter((sender) => sender.books().failure));
  }

  /**
   * Brings the sockets in line with the adapters. Group listeners are opened anew and every membership taken afresh, because a membership can be
   * lost without notice (an adapter that went and came back under the same address): nothing here remembers "joined".
   */
  async function follow(wanted: readonly InterfaceAddress[]): Promise<void> {
    const before = boundKeys(senders);
    const isRenewed = isRenewing;
    isRenewing = false;
    // An adapter that was reset while the computer slept has its name and its addresses again, and nothing that was opened on it works.
    if (isRenewed) for (const sender of senders.list()) sender.close();
    await senders.follow(wanted);
    await groupListeners.renew(senders.list());
    if (isRenewed || boundKeys(senders) !== before) onChange();
  }

  async function mend(failing: readonly InterfaceSocket[]): Promise<void> {
    if (failing.length === 0) return;
    const before = boundKeys(senders);
    for (const sender of failing) {
      await sender.open(senders.port());
      if (sender.isOpen()) groupListeners.join(sender);
    }
    if (boundKeys(senders) !== before) onChange();
  }
}

function boundKeys(senders: FollowedSenders): string {
  const bound = senders.list().filter((sender) => sender.isOpen() && sender.books().joined);
  return bound.map((sender) => addressKey(sender.interface)).join();
}
