/**
 * The sockets that receive group datagrams: one per address family, joined on the adapter of every
 * interface socket (rules SOCK-1, SOCK-3, MEM-2). They are reopened rather than repaired.
 * `interface-monitor.ts` decides when.
 */
import { codeOf, type AddressFamily, type Log, type Udp, type UdpHandlers, type UdpSocket } from '../../ports.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import type { InterfaceSocket } from './interface-socket.ts';

export interface GroupListeners {
  /**
   * Reopens all sockets, and joins the group on the adapters of these senders.
   * @throws PortError if IPv4 could not be opened
   */
  renew(senders: readonly InterfaceSocket[]): Promise<void>;
  /** Joins the group again for a sender that was reopened. */
  join(sender: InterfaceSocket): void;
  isOpen(family: AddressFamily): boolean;
  close(): void;
}

interface Deps {
  readonly udp: Udp;
  readonly log: Log;
  readonly onDatagram: (bytes: Uint8Array, source: Arrival) => void;
}

export function createGroupListeners({ udp, log, onDatagram }: Deps, options: Pick<PresenceOptions, 'port'>): GroupListeners {
  const groupListeners = new Map<AddressFamily, UdpSocket>();
  const handlers: UdpHandlers = {
    onDatagram: (bytes, source) => onDatagram(bytes, { ...source, via: 'group' }),
    onError: ({ code }) => log.write('warning', 'a socket failed', { where: 'receiver', code }),
  };

  return {
    async renew(senders) {
      for (const family of ['ipv4', 'ipv6'] as const) {
        await renewFamily(
          family,
          senders.filter((sender) => sender.interface.family === family),
        );
      }
    },
    join,
    isOpen: (family) => groupListeners.has(family),
    close() {
      for (const receiver of groupListeners.values()) receiver.close();
      groupListeners.clear();
    },
  };

  async function renewFamily(family: AddressFamily, senders: readonly InterfaceSocket[]): Promise<void> {
    const previous = groupListeners.get(family);
    const receiver = senders.length === 0 && family === 'ipv6' ? undefined : await open(family, senders);
    // Close the old socket after the new one listens. Datagrams that arrive on both are dropped as
    // replays.
    previous?.close();
    if (receiver) groupListeners.set(family, receiver);
    else groupListeners.delete(family);
    for (const sender of senders) join(sender);
  }

  /** Opens a group socket. Only an IPv4 failure is thrown, since a host may well lack IPv6. */
  async function open(family: AddressFamily, senders: readonly InterfaceSocket[]): Promise<UdpSocket | undefined> {
    try {
      return await udp.open({ family, port: options.port, shared: true }, handlers);
    } catch (error) {
      if (family === 'ipv4') throw error;
      for (const sender of senders) sender.fail(codeOf(error));
      return undefined;
    }
  }

  function join(sender: InterfaceSocket): void {
    const receiver = groupListeners.get(sender.interface.family);
    if (receiver) sender.join(receiver);
  }
}
