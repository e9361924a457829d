/**
 * The sockets that receive group datagrams, joined on the adapter of every interface socket (rules
 * SOCK-1, SOCK-3, SOCK-7, MEM-2). One per address family is enough, unless the system refuses more
 * memberships on it. They are reopened rather than repaired. `interface-monitor.ts` decides when.
 */
import {
  codeOf,
  type AddressFamily,
  type InterfaceAddress,
  type Log,
  type Udp,
  type UdpHandlers,
  type UdpSocket,
} from '../../ports.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import type { InterfaceSocket } from './interface-socket.ts';
import { groupOf } from './select-interfaces.ts';

export interface GroupListeners {
  /**
   * Reopens all sockets, and joins the group on the adapters of these senders.
   * @throws PortError if IPv4 could not be opened
   */
  renew(senders: readonly InterfaceSocket[]): Promise<void>;
  /** Joins the group again for one sender. Opens a socket for its family if there is none. */
  join(sender: InterfaceSocket): Promise<void>;
  close(): void;
}

interface Deps {
  readonly udp: Udp;
  readonly log: Log;
  readonly onDatagram: (bytes: Uint8Array, source: Arrival) => void;
}

/** Sockets per family. Linux allows 20 memberships on each. */
const maxSocketsPerFamily = 8;
/** The system's codes for a socket that has all the memberships that it may have. */
const fullCodes: readonly (string | undefined)[] = ['ENOBUFS', 'ENOMEM'];

export function createGroupListeners(
  { udp, log, onDatagram }: Deps,
  options: Pick<PresenceOptions, 'port' | 'group' | 'group6'>,
): GroupListeners {
  const opened: Record<AddressFamily, UdpSocket[]> = { ipv4: [], ipv6: [] };
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
    close() {
      for (const receiver of [...opened.ipv4, ...opened.ipv6]) receiver.close();
      opened.ipv4 = [];
      opened.ipv6 = [];
    },
  };

  async function renewFamily(family: AddressFamily, senders: readonly InterfaceSocket[]): Promise<void> {
    const previous = opened[family];
    const renewed = family === 'ipv6' && senders.length === 0 ? [] : await openAfresh(family);
    opened[family] = renewed ?? previous;
    for (const sender of senders) await join(sender);
    // Close the old sockets after the new ones listen. Datagrams that arrive on both are dropped as
    // replays.
    if (renewed) for (const receiver of previous) receiver.close();
  }

  /**
   * @returns undefined if the system refuses: the old sockets stay, and `join` tries again
   * @throws PortError if there is no old socket of IPv4. A host may well lack IPv6
   */
  async function openAfresh(family: AddressFamily): Promise<UdpSocket[] | undefined> {
    try {
      return [await open(family)];
    } catch (error) {
      if (family === 'ipv4' && opened.ipv4.length === 0) throw error;
      log.write('warning', 'a socket failed', { where: 'receiver', code: codeOf(error) });
      return undefined;
    }
  }

  function open(family: AddressFamily): Promise<UdpSocket> {
    return udp.open({ family, port: options.port, shared: true }, handlers);
  }

  async function join(sender: InterfaceSocket): Promise<void> {
    if (!sender.isMulticasting) return;
    const { interface: on } = sender;
    for (const receiver of opened[on.family]) receiver.leave(groupOf(on.family, options), on);
    try {
      sender.noteJoin(await joinAny(on));
    } catch (error) {
      sender.noteJoin(codeOf(error));
    }
  }

  /**
   * Joins on the first socket that has room, and opens another if none has.
   * @returns the system's error code if it refuses
   * @throws PortError if no further socket opens
   */
  async function joinAny(on: InterfaceAddress): Promise<string | undefined> {
    const receivers = opened[on.family];
    for (const receiver of receivers) {
      const refusal = joinOn(receiver, on);
      if (!fullCodes.includes(refusal)) return refusal;
    }
    if (receivers.length >= maxSocketsPerFamily) return 'ENOBUFS';
    const another = await open(on.family);
    const refusal = joinOn(another, on);
    if (refusal === undefined || receivers.length === 0) receivers.push(another);
    else another.close();
    return refusal;
  }

  function joinOn(receiver: UdpSocket, on: InterfaceAddress): string | undefined {
    try {
      receiver.join(groupOf(on.family, options), on);
      return undefined;
    } catch (error) {
      const code = codeOf(error);
      // Two addresses of one adapter share a membership.
      return code === 'EADDRINUSE' ? undefined : code;
    }
  }
}
