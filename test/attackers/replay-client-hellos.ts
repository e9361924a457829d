/**
 * A program of its own: opens connections at a rate, and sends the same recorded ClientHello on each,
 * which costs the listener a handshake and the caller nothing. Arguments: ADDRESS PORT PER_SECOND
 * DURATION_MS. Prints a JSON line when it begins, then what it did, and ends.
 */
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { createIdentity } from '../../src/main/node/crypto/identity.ts';
import { sendAtRate } from './attack-setup.ts';
import { ownAddresses } from './own-addresses.ts';

const [host = '', port = '', perSecond = '', durationMs = ''] = process.argv.slice(2);
/** By then an answer has come, or none will. */
const giveUpAfterMs = 1_000;

const addresses = ownAddresses();
const open = new Set<Socket>();
let answered = 0;
let refused = 0;

const clientHello = await recordClientHello();
process.stdout.write(`${JSON.stringify({ begun: true })}\n`);
const sent = await sendAtRate(
  { nowMs: () => performance.now(), pause: (ms) => pause(ms) },
  { datagramsPerSecond: Number(perSecond), durationMs: Number(durationMs) },
  replay,
);
for (const socket of open) socket.destroy();
process.stdout.write(`${JSON.stringify({ sent, answered, refused })}\n`);

function replay(index: number): void {
  const localAddress = addresses[index % addresses.length] as string;
  const socket = connect({ host, port: Number(port), localAddress });
  open.add(socket);
  socket.setTimeout(giveUpAfterMs, () => socket.destroy());
  socket.on('error', () => (refused += 1));
  socket.on('close', () => open.delete(socket));
  socket.once('connect', () => socket.write(clientHello));
  socket.once('data', () => {
    answered += 1;
    socket.destroy();
  });
}

function recordClientHello(): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const socket = new Duplex({
      read: () => undefined,
      write(bytes: Uint8Array, _encoding, done) {
        resolve(bytes);
        done();
      },
    });
    connectTls({
      ...createIdentity().identity.tlsCredentials(),
      socket,
      ALPNProtocols: ['hallway/1'],
      rejectUnauthorized: false,
    });
  });
}
