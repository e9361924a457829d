/**
 * Plays other programs on a host, as a process inside the host's namespace:
 *
 * - `occupy PORT`: holds the UDP port on all addresses, unshared, until it is killed
 * - `listen GROUP PORT`: prints the number of datagrams, `{"heard":N}`, when its standard input
 *   ends
 * - `send ADDRESS PORT COUNT`: sends that many small datagrams, looped back to its own host too
 *
 * Each prints one line when it has begun (`{"begun":true}`). Node.js runs it directly; it imports
 * nothing of Hallway.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** A pause between bursts, short enough for a receiving socket's buffer. */
const burstPauseMs = 5;

const [task, ...args] = process.argv.slice(2);
const [first = '', second = '', third = ''] = args;
if (task === 'occupy') await occupy(Number(first));
else if (task === 'listen') await listen(first, Number(second));
else if (task === 'send') await send(first, Number(second), Number(third));
else throw new Error(`unknown task "${task}"`);

async function occupy(port: number): Promise<void> {
  // IPv6 first: it accepts IPv4 too unless told otherwise.
  const six = createSocket({ type: 'udp6', ipv6Only: true });
  const four = createSocket({ type: 'udp4' });
  six.bind(port);
  four.bind(port);
  await Promise.all([once(six, 'listening'), once(four, 'listening')]);
  begun();
}

async function listen(group: string, port: number): Promise<void> {
  const socket = await openGroup(group, port);
  let heard = 0;
  socket.on('message', () => {
    heard++;
  });
  begun();
  process.stdin.resume();
  await once(process.stdin, 'end');
  socket.close();
  process.stdout.write(`${JSON.stringify({ heard })}\n`);
}

async function send(address: string, port: number, count: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind(0);
  await once(socket, 'listening');
  chooseInterface(socket);
  begun();
  for (let index = 0; index < count; index++) {
    await new Promise<void>((resolve, reject) => {
      socket.send('hello', port, address, (error) => (error ? reject(error) : resolve()));
    });
    // Few enough at once that only the network's own rules drop any.
    if (index % 20 === 19) await sleep(burstPauseMs);
  }
  socket.close();
}

async function openGroup(group: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind(port);
  await once(socket, 'listening');
  for (const address of ownAddresses()) socket.addMembership(group, address);
  chooseInterface(socket);
  return socket;
}

/** Multicast needs this route: a host in a namespace has no default route. */
function chooseInterface(socket: Socket): void {
  const [address] = ownAddresses();
  if (address !== undefined) socket.setMulticastInterface(address);
}

function ownAddresses(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}

function begun(): void {
  process.stdout.write(`${JSON.stringify({ begun: true })}\n`);
}
