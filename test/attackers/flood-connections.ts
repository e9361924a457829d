/**
 * A program of its own, so that what it holds is not the victim's: opens many TCP connections to one port, some silent, some talking nonsense,
 * some beginning a handshake, some saying a byte now and then, and keeps as many as it is allowed to. Arguments: PORT COUNT FROM_ADDRESS.
 * Prints one JSON line when all were tried; ends when its input does.
 */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

const [port, count] = process.argv.slice(2, 4).map(Number);
const from = process.argv[4];
/** Tried at a time: as many as a small machine makes at once. */
const atOnce = 200;

const sockets = new Set<Socket>();
let tried = 0;
let closed = 0;

async function main(): Promise<void> {
  for (let number = 0; number < (count ?? 0); number += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, (count ?? 0) - number) }, (_, index) => open(number + index)));
  }
  process.stdout.write(`${JSON.stringify({ tried, closed, open: sockets.size })}\n`);
  setInterval(() => {
    for (const socket of sockets) socket.write('\x16');
  }, 100).unref();
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

/** Settles when it is connected or refused. */
function open(number: number): Promise<void> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port: port ?? 0, ...(from !== undefined && { localAddress: from }) };
    const socket = number % 4 === 3 ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options);
    tried += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('connect', () => {
      if (number % 4 === 1) socket.write(Buffer.alloc(1_000, number & 255));
      resolve();
    });
    socket.once('close', () => {
      closed += 1;
      sockets.delete(socket);
      resolve();
    });
  });
}

await main();
