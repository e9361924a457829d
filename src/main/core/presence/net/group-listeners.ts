/**
 * The sockets that hear the group: one per address family, on the group's port, joined on the adapter of every sender (rules SOCK-1, SOCK-3,
 * MEM-2). They are opened anew rather than trusted; when, is for `adapter-following.ts` to say.
 */
import { codeOf, type AddressFamily, type Log, type Udp, type UdpHandlers, type UdpSocket } from '../../ports.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import type { InterfaceSocket } from './interface-socket.ts';

export interface GroupListeners {
  /** Opens all anew, and joins them on the adapters of these senders. @throws PortError: IPv4 could not be opened */
  renew(senders: readonly InterfaceSocket[]): Promise<void>;
  /** Joins once more for a sender that was opened anew. */
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
    // The old one is closed after the new one listens: what arrives twice in between is dropped as a replay.
    previous?.close();
    if (receiver) groupListeners.set(family, receiver);
    else groupListeners.delete(family);
    for (const sender of senders) join(sender);
  }

  /** IPv4 is what the supervisor must hear about; a host may well have no IPv6 or refuse it. */
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
