/**
 * Polls the adapters and keeps interface sockets and group listeners in line with them (rules MEM-1
 * to MEM-5, SOCK-5, SOCK-7). A failing adapter is retried at every poll and never fatal.
 * `select-interfaces.ts` decides which addresses to use.
 */
import { pause } from '../../lib/delay.ts';
import type { Clock, InterfaceAddress, Interfaces } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { addressKey, isWanted, sameAddresses, selectAddresses } from './select-interfaces.ts';
import type { PresenceOptions } from '../options.ts';
import type { GroupListeners } from './group-listeners.ts';
import type { InterfaceSocket } from './interface-socket.ts';

export interface InterfaceMonitor extends Pick<Service, 'run'> {
  /** Addresses of the adapters that the user does not want to use. */
  unwanted(): readonly InterfaceAddress[];
  /** Names of the adapters that the limit leaves out. */
  leftOut(): readonly string[];
  /** Closes and reopens all sockets at the next poll. */
  renew(): void;
}

/** The interface sockets, as far as the monitor opens and closes them. */
export interface FollowedSenders {
  list(): readonly InterfaceSocket[];
  /** The unicast port; 0 until the first `pickPort`. */
  port(): number;
  /**
   * Opens a socket for each address, on a port that is free on all of them.
   * @throws PortError if there is none
   */
  pickPort(addresses: readonly InterfaceAddress[]): Promise<void>;
  /** Closes the sockets of other addresses, and opens the missing ones. */
  follow(addresses: readonly InterfaceAddress[]): Promise<void>;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly interfaces: Interfaces;
  readonly senders: FollowedSenders;
  readonly groupListeners: GroupListeners;
  /** Called once per change of the bound addresses, after the new ones are usable. */
  readonly onChange: () => void;
}

type Options = Pick<PresenceOptions, 'interfaces' | 'excludedInterfaces' | 'interfacePollMs' | 'maxSenders'>;

export function createInterfaceMonitor(
  { clock, interfaces, senders, groupListeners, onChange }: Deps,
  options: Options,
): InterfaceMonitor {
  let unwanted: readonly InterfaceAddress[] = [];
  let leftOut: readonly string[] = [];
  let isRenewing = false;
  /** Aborting it ends the pause until the next poll. */
  let wake: AbortController | undefined;

  return {
    run,
    unwanted: () => unwanted,
    leftOut: () => leftOut,
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
    const selection = selectAddresses(listed, options);
    leftOut = selection.leftOut;
    unwanted = listed.filter((address) => !address.internal && !isWanted(address, options));
    return selection.used;
  }

  /** One poll: applies a difference, and otherwise only repairs failed sockets. */
  async function look(): Promise<void> {
    const wanted = usableNow();
    const current = senders.list();
    const followed = current.map((sender) => sender.interface);
    if (!sameAddresses(wanted, followed) || isRenewing || current.some((sender) => sender.isDeaf())) await follow(wanted);
    else await mend(current.filter((sender) => !sender.isUsable()));
  }

  /**
   * Applies the adapters to the sockets. Group listeners are reopened and all memberships renewed.
   * A membership can be lost without notice, for example when an adapter is recreated under the
   * same address.
   */
  async function follow(wanted: readonly InterfaceAddress[]): Promise<void> {
    const before = boundKeys(senders);
    const isRenewed = isRenewing;
    isRenewing = false;
    // An adapter that was reset, as during sleep, keeps its name and addresses, but its sockets no
    // longer work.
    for (const sender of senders.list()) if (isRenewed || sender.isStale()) sender.close();
    await senders.follow(wanted);
    await groupListeners.renew(senders.list());
    if (isRenewed || boundKeys(senders) !== before) onChange();
  }

  async function mend(failing: readonly InterfaceSocket[]): Promise<void> {
    if (failing.length === 0) return;
    const before = boundKeys(senders);
    for (const sender of failing) {
      await sender.open(senders.port());
      if (sender.isOpen()) await groupListeners.join(sender);
    }
    if (boundKeys(senders) !== before) onChange();
  }
}

function boundKeys(senders: FollowedSenders): string {
  const bound = senders.list().filter((sender) => sender.isMulticasting && sender.isUsable());
  return bound.map((sender) => addressKey(sender.interface)).join();
}
