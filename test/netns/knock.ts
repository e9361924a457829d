/**
 * An honest newcomer, as a process inside its host's namespace: opens a session, leaves it when it
 * is answered, and opens the next, each with a key of its own. Arguments: ADDRESS PORT. Prints one
 * line when it begins, and `{"tried":N,"admitted":N}` when its standard input ends.
 */
import { connect } from 'node:tls';
import { encodeFrame } from '../../src/main/core/messaging/wire/frames.ts';
import { createIdentity } from '../../src/main/node/crypto/identity.ts';

const [host = '', port = ''] = process.argv.slice(2);
const everyMs = 400;
/** A busy machine is slow, and that is not what is tested. */
const giveUpAfterMs = 10_000;

const hello = encodeFrame({ type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: [] });
const open = new Set<Promise<void>>();
let tried = 0;
let admitted = 0;

const timer = setInterval(() => {
  const attempt = knock().finally(() => open.delete(attempt));
  open.add(attempt);
}, everyMs);
process.stdout.write(`${JSON.stringify({ begun: true })}\n`);
process.stdin.resume();
process.stdin.on('end', () => void finish());

async function finish(): Promise<void> {
  clearInterval(timer);
  await Promise.all(open);
  process.stdout.write(`${JSON.stringify({ tried, admitted })}\n`);
}

function knock(): Promise<void> {
  tried += 1;
  const credentials = createIdentity().identity.tlsCredentials();
  const socket = connect({ ...credentials, host, port: Number(port), ALPNProtocols: ['hallway/1'], rejectUnauthorized: false });
  socket.setTimeout(giveUpAfterMs, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.once('secureConnect', () => socket.write(hello));
  // Nobody is sent a hello who was not admitted.
  socket.once('data', () => {
    admitted += 1;
    socket.end();
  });
  return new Promise((resolve) => void socket.once('close', () => resolve()));
}
