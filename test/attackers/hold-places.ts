/**
 * A program of its own: holds every place at a listener that many addresses and keys can get, and
 * takes each one again that it loses. Some connections say hello and idle, some prove a key and are
 * silent, some prove nothing. Arguments: ADDRESS PORT FROM…, or all its own addresses instead of
 * FROM. Prints a JSON line when it has begun, and one with what it did when its input ends.
 */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { encodeFrame } from '../../src/main/core/messaging/wire/frames.ts';
import { createIdentity } from '../../src/main/node/crypto/identity.ts';
import { ownAddresses } from './own-addresses.ts';

const [host = '', port = '', ...from] = process.argv.slice(2);
/** As many computers, to the listener. */
const addresses = from.length > 0 ? from : ownAddresses();
const wanted = { idle: 256, silent: 55, unproved: 235 } as const;
const refillEveryMs = 15;
/** New connections of each kind per refill. */
const atOnce = 8;

const hello = encodeFrame({ type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: [] });
const held = { idle: new Set<Socket>(), silent: new Set<Socket>(), unproved: new Set<Socket>() };
let tried = 0;

setInterval(() => {
  for (const kind of ['idle', 'silent', 'unproved'] as const) {
    for (let count = 0; count < atOnce && held[kind].size < wanted[kind]; count += 1) take(kind);
  }
}, refillEveryMs);
process.stdout.write(`${JSON.stringify({ begun: true })}\n`);
process.stdin.resume();
process.stdin.on('end', () => {
  const sizes = Object.fromEntries(Object.entries(held).map(([kind, sockets]) => [kind, sockets.size]));
  process.stdout.write(`${JSON.stringify({ tried, ...sizes })}\n`, () => process.exit(0));
});

function take(kind: keyof typeof held): void {
  const localAddress = addresses[tried % addresses.length] as string;
  tried += 1;
  const socket = connect({ host, port: Number(port), localAddress });
  held[kind].add(socket);
  socket.on('error', () => undefined);
  socket.once('close', () => held[kind].delete(socket));
  // Otherwise nobody would read the end.
  if (kind === 'unproved') return void socket.resume();
  socket.once('connect', () => {
    const credentials = createIdentity().identity.tlsCredentials();
    const secure = connectTls({ ...credentials, socket, ALPNProtocols: ['hallway/1'], rejectUnauthorized: false });
    secure.on('error', () => undefined);
    secure.resume();
    if (kind === 'idle') secure.once('secureConnect', () => secure.write(hello));
  });
}
