/**
 * A program of its own: an unknown sender that opens one session and sends the longest messages as
 * fast as the receiver reads them, then is silent. Arguments: ADDRESS PORT COUNT. Prints a JSON line
 * when its key is proved, and one with what it did when its input ends.
 */
import { once } from 'node:events';
import { connect } from 'node:tls';
import { createFrameDecoder, encodeFrame, type WireMessage } from '../../src/main/core/messaging/wire/frames.ts';
import { createIdentity } from '../../src/main/node/crypto/identity.ts';
import { createSystemRandom } from '../../src/main/node/system/system-ports.ts';
import { createWorstTexts } from '../fixtures/worst-texts.ts';

const [host = '', port = '', count = ''] = process.argv.slice(2);
/** As many of the longest texts as a frame has room for. */
const messagesPerFrame = 15;

const writeText = createWorstTexts('han', createSystemRandom());
let sent = 0;
let acknowledged = 0;
let closed = 0;

const socket = connect({
  ...createIdentity().identity.tlsCredentials(),
  host,
  port: Number(port),
  ALPNProtocols: ['hallway/1'],
  rejectUnauthorized: false,
});
await once(socket, 'secureConnect');
process.stdout.write(`${JSON.stringify({ begun: true })}\n`);
process.stdin.resume();
process.stdin.on('end', () => {
  process.stdout.write(`${JSON.stringify({ sent, acknowledged, closed })}\n`, () => process.exit(0));
});
socket.on('error', () => undefined);
socket.on('close', () => (closed = 1));
answer();
await sendAll();

function answer(): void {
  const decoder = createFrameDecoder();
  socket.on('data', (bytes) => {
    for (const frame of decoder.push(bytes).frames) {
      if (frame.type === 'ack') acknowledged += frame.messageIds.length;
      if (frame.type === 'ping') socket.write(encodeFrame({ type: 'pong', nonce: frame.nonce }));
    }
  });
}

async function sendAll(): Promise<void> {
  socket.write(encodeFrame({ type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: [] }));
  while (sent < Number(count) && closed === 0) {
    const messages = Array.from({ length: Math.min(messagesPerFrame, Number(count) - sent) }, (_, index) =>
      message(sent + index + 1),
    );
    sent += messages.length;
    if (!socket.write(encodeFrame({ type: 'messages', messages })))
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
}

function message(sequence: number): WireMessage {
  const messageId = `0190a0b1-0000-7000-8000-${sequence.toString(16).padStart(12, '0')}`;
  return { messageId, sequence, sentAtMs: Date.now(), fromName: 'Mallory', text: writeText() };
}
