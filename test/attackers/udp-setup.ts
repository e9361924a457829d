/** The means of an attacker as a process on a real network: its sockets and its keys. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSystemRandom } from '../../src/main/node/system/system-ports.ts';
import { createIdentity } from '../../src/main/node/crypto/identity.ts';
import type { AttackSetup, Location } from './attack-setup.ts';
import { ownAddresses } from './own-addresses.ts';

/** With the certificate that a session needs. */
export type AttackerIdentity = ReturnType<typeof createIdentity>['identity'];

export interface UdpSetup extends AttackSetup {
  identity(name: string): AttackerIdentity;
  close(): void;
}

const group = '224.0.0.187';
const groupPort = 4255;

/**
 * @param victim the address of the only node that it hears on the group; if absent, it hears all
 */
export async function openUdpSetup(victim?: string): Promise<UdpSetup> {
  const addresses = ownAddresses();
  const [first] = addresses;
  const senders = await Promise.all(addresses.map((address) => openSender(address, first ?? address)));
  const receiver = await openReceiver(first);
  const identities = new Map<string, AttackerIdentity>();
  const sources = senders.map((socket): Location => socket.address());
  const isOwn = ({ address, port }: Location): boolean =>
    sources.some((source) => source.address === address && source.port === port);
  function send(bytes: Uint8Array, port: number, address: string, source: number): void {
    // Where the system has no room left, that datagram is lost, as on any network.
    senders[source]?.send(bytes, port, address, () => undefined);
  }
  return {
    random: createSystemRandom(),
    nowMs: () => performance.now(),
    pause: (durationMs) => sleep(durationMs),
    identity(name) {
      const identity = identities.get(name) ?? createIdentity().identity;
      identities.set(name, identity);
      return identity;
    },
    sources,
    toGroup: (bytes, source = 0) => send(bytes, groupPort, group, source),
    toEndpoint: (bytes, { address, port }, source = 0) => send(bytes, port, address, source),
    onGroup(listener) {
      receiver.on('message', (bytes, from) => {
        if (!isOwn(from) && (victim === undefined || from.address === victim)) listener(bytes, from);
      });
    },
    onAnswer(listener) {
      for (const [source, socket] of senders.entries()) socket.on('message', (bytes, from) => listener(bytes, from, source));
    },
    close() {
      for (const socket of [...senders, receiver]) socket.close();
    },
  };
}

async function openSender(address: string, multicastAddress: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  // The first: an address may be another computer's, and then its adapter leads nowhere.
  socket.setMulticastInterface(multicastAddress);
  // Nobody listens there any more: that is nothing to an attacker.
  socket.on('error', () => undefined);
  return socket;
}

async function openReceiver(first: string | undefined): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind(groupPort);
  await once(socket, 'listening');
  if (first !== undefined) socket.addMembership(group, first);
  return socket;
}
