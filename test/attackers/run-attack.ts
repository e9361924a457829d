/**
 * An attacker on a real network, as a process of its own: `run-attack.ts ORDER [VICTIM]`, with the
 * order as JSON (attacks.ts). Sends from every IPv4 address of its host. With the address of a
 * VICTIM, it hears no one else on the group. Prints `{"begun":true}`, then what it did, and ends.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from '../../src/main/core/ports.ts';
import { createSystemRandom } from '../../src/main/node/system/system-ports.ts';
import { createIdentity } from '../../src/main/node/crypto/identity.ts';
import { attack, type AttackOrder } from './attacks.ts';
import type { AttackSetup, Location } from './attack-setup.ts';
import { ownAddresses } from './own-addresses.ts';

const group = '224.0.0.187';
const groupPort = 4255;

const order = JSON.parse(process.argv[2] ?? '{}') as AttackOrder;
const victim = process.argv[3];
const addresses = ownAddresses();
const senders = await Promise.all(addresses.map(openSender));
const receiver = await openReceiver();
process.stdout.write(`${JSON.stringify({ begun: true })}\n`);
const result = await attack(createSetup(), order);
process.stdout.write(`${JSON.stringify(result)}\n`);
for (const socket of [...senders, receiver]) socket.close();

async function openSender(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  // The first: an address may be another computer's, and then its adapter leads nowhere.
  socket.setMulticastInterface(addresses[0] ?? address);
  // Nobody listens there any more: that is nothing to an attacker.
  socket.on('error', () => undefined);
  return socket;
}

async function openReceiver(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind(groupPort);
  await once(socket, 'listening');
  const [first] = addresses;
  if (first !== undefined) socket.addMembership(group, first);
  return socket;
}

function createSetup(): AttackSetup {
  const identities = new Map<string, Identity>();
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
  };
}
