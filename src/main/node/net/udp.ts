/**
 * UDP on Node's dgram. It turns the system's refusals into PortErrors and keeps every handler quiet
 * after `close`. `join` always means "receives from now on", whatever was joined before. The core
 * decides which sockets to open and what to send.
 */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { Clock, Endpoint, InterfaceAddress, Udp, UdpHandlers, UdpOptions, UdpSocket } from '../../core/ports.ts';
import { PortError } from '../../core/ports.ts';
import { createIpv6Zones, type ListAdapters, type Ipv6Zones } from './ipv6-zones.ts';

/** The system's buffer for a burst of datagrams while we are busy. The system may grant less. */
const receiveBufferSizeBytes = 1_048_576;

/** @param listAdapters replaced in tests */
export function createSystemUdp(clock: Pick<Clock, 'monotonicMs'>, listAdapters: ListAdapters = networkInterfaces): Udp {
  const zones = createIpv6Zones(listAdapters, clock.monotonicMs);
  return {
    async open(options, handlers) {
      const socket = createSocket({
        type: options.family === 'ipv4' ? 'udp4' : 'udp6',
        reuseAddr: options.shared,
        // Without it, an IPv6 socket would take the IPv4 port too, and the other family could not
        // open.
        ipv6Only: options.family === 'ipv6',
        lookup: literalOnly,
      });
      try {
        await bind(socket, options, zones);
        configure(socket, options, zones);
      } catch (error) {
        socket.close();
        throw portError(error);
      }
      return createSystemSocket(socket, options, handlers, zones);
    },
  };
}

function createSystemSocket(socket: Socket, { family }: UdpOptions, handlers: UdpHandlers, zones: Ipv6Zones): UdpSocket {
  const port = socket.address().port;
  let open = true;

  function fail(error: unknown, destination?: Endpoint): void {
    if (open) handlers.onError(portError(error), destination);
  }

  function receive(bytes: Buffer, source: RemoteInfo): void {
    if (open) handlers.onDatagram(bytes, { family, address: zones.ofSource(source.address), port: source.port });
  }

  function send(bytes: Uint8Array, destination: Endpoint): void {
    if (!open) return;
    try {
      socket.send(bytes, destination.port, zones.ofDestination(destination.address), (error) => {
        if (error) fail(error, destination);
      });
    } catch (error) {
      // Node.js refuses some arguments itself, such as port 0.
      setImmediate(() => fail(error, destination));
    }
  }

  function join(group: string, on: InterfaceAddress): void {
    if (!open) throw new PortError('EBADF', 'the socket is closed');
    const adapter = attempt(() => systemAdapter(zones, on));
    if (adapter === undefined) throw new PortError('ENODEV', `there is no adapter ${on.name}`);
    try {
      socket.addMembership(group, adapter);
    } catch (error) {
      const refused = portError(error);
      if (refused.code !== 'EADDRINUSE') throw refused;
      // A membership outlives a change of the adapter's address. Joining again also tells the
      // switches.
      leave(group, on);
      attempt(() => socket.addMembership(group, adapter));
    }
  }

  function leave(group: string, on: InterfaceAddress): void {
    if (!open) return;
    try {
      const adapter = systemAdapter(zones, on);
      if (adapter !== undefined) socket.dropMembership(group, adapter);
    } catch {
      // The adapter is gone, or was never joined.
    }
  }

  socket.on('message', receive);
  socket.on('error', fail);
  return {
    port,
    send,
    join,
    leave,
    close() {
      if (!open) return;
      open = false;
      socket.close();
    },
  };
}

function bind(socket: Socket, options: UdpOptions, zones: Ipv6Zones): Promise<void> {
  const address = options.address === undefined ? undefined : zones.ofAdapter(options.address);
  if (options.address !== undefined && address === undefined) {
    throw new PortError('EADDRNOTAVAIL', `there is no adapter for ${options.address}`);
  }
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ port: options.port, exclusive: true, ...(address === undefined ? {} : { address }) }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

function configure(socket: Socket, options: UdpOptions, zones: Ipv6Zones): void {
  try {
    socket.setRecvBufferSize(receiveBufferSizeBytes);
  } catch {
    // The system's default is enough, except for bursts.
  }
  if (options.multicast === undefined) return;
  const adapter = systemAdapter(zones, options.multicast.interface);
  if (adapter === undefined) throw new PortError('EADDRNOTAVAIL', `there is no adapter ${options.multicast.interface.name}`);
  socket.setMulticastInterface(adapter);
  socket.setMulticastTTL(options.multicast.hops);
  socket.setMulticastLoopback(true);
}

/** The system's name of an adapter for multicast: its address in IPv4, its zone in IPv6. */
function systemAdapter(zones: Ipv6Zones, { family, address, name }: InterfaceAddress): string | undefined {
  return family === 'ipv4' ? address : zones.ofAdapter(`::%${name}`);
}

/** Takes addresses only: a name must never reach a name server. */
function literalOnly(address: string, _options: unknown, callback: (error: null, address: string, family: number) => void): void {
  callback(null, address, address.includes(':') ? 6 : 4);
}

function attempt<Value>(action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    throw portError(error);
  }
}

function portError(error: unknown): PortError {
  if (error instanceof PortError) return error;
  if (!(error instanceof Error)) throw error;
  return new PortError(systemCodeOf(error), error.message);
}

/** @returns the system's code, which Node.js hides for some failures behind one of its own */
function systemCodeOf(error: Error & { readonly code?: unknown; readonly errno?: unknown }): string {
  const { code, errno } = error;
  if (code === 'ERR_SOCKET_BAD_PORT') return 'EINVAL';
  // The list of adapters fails with a number of the wrong sign, and so without a name.
  if (code === 'ERR_SYSTEM_ERROR' && typeof errno === 'number') return getSystemErrorName(-Math.abs(errno));
  return typeof code === 'string' ? code : 'UNKNOWN';
}
